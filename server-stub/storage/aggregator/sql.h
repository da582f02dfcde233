// What SqlAggregatorStore needs of a database, SQLite or PostgreSQL alike: transactions, statements with parameters,
// and a few locks. Statements are written once, in the SQL that both speak; an implementation translates the rest.
//
// Statements are string literals: they are prepared once and known by their address. Parameters are $1, $2, ...; they
// and the columns of results are 64-bit integers, bytes and text. "FOR UPDATE" and "FOR UPDATE SKIP LOCKED" end a
// SELECT that locks what it finds; SQLite, where one transaction writes at a time, leaves them out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::server {

// A parameter. Bytes and text are not copied: they must outlive the call.
struct SqlValue {
  enum class Kind : uint8_t { kInteger, kBytes, kText };

  // NULL, of a column of some kind.
  explicit SqlValue(Kind column) : null(true), kind(column) {}
  SqlValue(int64_t value) : kind(Kind::kInteger), integer(value) {}               // NOLINT: reads as SQL
  SqlValue(ByteSpan value) : kind(Kind::kBytes), bytes(value) {}                  // NOLINT
  SqlValue(const Bytes& value) : SqlValue(ByteSpan(value)) {}                     // NOLINT
  SqlValue(std::string_view value) : kind(Kind::kText), bytes(AsBytes(value)) {}  // NOLINT
  SqlValue(const std::string& value) : SqlValue(std::string_view(value)) {}       // NOLINT
  template <size_t Size>
  SqlValue(const std::array<uint8_t, Size>& value) : SqlValue(ByteSpan(value)) {}  // NOLINT

  bool null = false;
  Kind kind;
  int64_t integer = 0;
  ByteSpan bytes;
};
using SqlValues = std::vector<SqlValue>;

// One column of a row: a number, or bytes (those of a text too).
struct SqlCell {
  bool null = true;
  int64_t integer = 0;
  Bytes bytes;

  std::string text() const { return {bytes.begin(), bytes.end()}; }
};
using SqlRow = std::vector<SqlCell>;
using SqlRows = std::vector<SqlRow>;

// The same statement for one row and for many. `one` has the common parameters first, then a row's values; `many` the
// common parameters, then an array for each column: "unnest($2::bytea[], $3::bigint[])".
struct SqlForEach {
  const char* one;
  const char* many;
};

enum class TaskLock : uint8_t {
  kShared,     // whoever adds reports, to the task or to its buckets, and makes jobs
  kExclusive,  // whoever decides what belongs to a batch
};

// Until the transaction ends. Errors of every function: kUnavailable, and the transaction is to be ended with it.
class SqlTransaction {
 public:
  virtual ~SqlTransaction() = default;

  virtual Result<SqlRows> Run(const char* sql, const SqlValues& values) = 0;
  // For each of `rows`, which all have the same number and kinds of values. What the statements return, together.
  virtual Result<SqlRows> RunForEach(const SqlForEach& sql, const SqlValues& common,
                                     const std::vector<SqlValues>& rows) = 0;
  // Gives each row to `row`, with no more than some of them in memory.
  virtual Status Stream(const std::string& sql, const std::function<Status(const SqlRow&)>& row) = 0;

  // Waits for those whose lock excludes this one. Several tasks' locks are taken in the order of their numbers, and
  // before any of a row.
  virtual Status LockTask(int64_t task, TaskLock lock) = 0;
  // One at a time adds tasks; one at a time spends.
  virtual Status LockTasks() = 0;
  virtual Status LockBudget() = 0;
  // Makes room for a task's reports.
  virtual Status MakePartitions(int64_t task) = 0;

  // Something was deleted that the disk should not keep either.
  void Forget() { forget_ = true; }
  // Something was made that must not be made a second time: no second try if the transaction fails.
  void OnlyOnce() { only_once_ = true; }

 protected:
  bool forget_ = false;
  bool only_once_ = false;
};

class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;

  // Runs `work` in a transaction: durable when this returns success, rolled back when `work` or the commit fails, whose
  // error is returned. `work` may run several times, each in a transaction of its own, of which one is committed. Any
  // thread.
  virtual Status Transact(const std::function<Status(SqlTransaction&)>& work) = 0;
  // The same for `work` that reads only: all of it sees one state of the data.
  virtual Status Snapshot(const std::function<Status(SqlTransaction&)>& work) = 0;
};

}  // namespace sotto::server
