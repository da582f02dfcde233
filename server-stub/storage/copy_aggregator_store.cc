#include "server-stub/storage/copy_aggregator_store.h"

#include <string>
#include <vector>

#include "server-stub/storage/aggregator/sql_aggregator_store.h"
#include "server-stub/storage/aggregator/tables.h"

namespace sotto::server {
namespace {

// Rows that are written together: no more than this many, or, if there is more than one, bytes.
constexpr size_t kMaxRows = 500;
constexpr size_t kMaxBytes = size_t{8} * 1024 * 1024;

// The statements that write a table's rows. They are known by their address, so they stay.
struct InsertSql {
  std::string one;
  std::string many;
};

std::vector<InsertSql> MakeInserts() {
  std::vector<InsertSql> inserts;
  for (const SqlTable& table : AggregatorTables()) {
    std::string names;
    std::string values;
    std::string arrays;
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const SqlColumn& column = table.columns[i];
      const std::string comma = i == 0 ? "" : ", ";
      const std::string parameter = "$" + std::to_string(i + 1);
      names += comma + column.name;
      values += comma + parameter;
      arrays += comma + parameter +
                (column.kind == SqlValue::Kind::kInteger ? "::bigint[]"
                 : column.kind == SqlValue::Kind::kBytes ? "::bytea[]"
                                                         : "::text[]");
    }
    const std::string insert = "INSERT INTO " + std::string(table.name) + " (" + names + ") ";
    inserts.push_back({insert + "VALUES (" + values + ")", insert + "SELECT * FROM unnest(" + arrays + ")"});
  }
  return inserts;
}

const InsertSql& InsertInto(size_t table) {
  static const std::vector<InsertSql> inserts = MakeInserts();
  return inserts[table];
}

Result<uint64_t> CountRows(SqlTransaction& sql, const SqlTable& table) {
  uint64_t count = 0;
  SOTTO_RETURN_IF_ERROR(sql.Stream("SELECT count(*) FROM " + std::string(table.name), [&](const SqlRow& row) -> Status {
    count = static_cast<uint64_t>(row[0].integer);
    return {};
  }));
  return count;
}

SqlValue ValueOf(const SqlCell& cell, SqlValue::Kind kind) {
  if (cell.null) return SqlValue(kind);
  if (kind == SqlValue::Kind::kInteger) return {cell.integer};
  SqlValue value{ByteSpan(cell.bytes)};
  value.kind = kind;
  return value;
}

// Collects rows and writes them together.
class Writer {
 public:
  Writer(SqlTransaction& to, size_t table) : to_(to), table_(table) {}

  Status Add(const SqlRow& row) {
    for (const SqlCell& cell : row) bytes_ += cell.bytes.size();
    rows_.push_back(row);
    return rows_.size() >= kMaxRows || bytes_ >= kMaxBytes ? Flush() : Status();
  }

  Status Flush() {
    const SqlTable& table = AggregatorTables()[table_];
    std::vector<SqlValues> values;
    for (const SqlRow& row : rows_) {
      SqlValues& next = values.emplace_back();
      for (size_t i = 0; i < row.size(); ++i) next.push_back(ValueOf(row[i], table.columns[i].kind));
    }
    const InsertSql& insert = InsertInto(table_);
    SOTTO_RETURN_IF_ERROR(to_.RunForEach({insert.one.c_str(), insert.many.c_str()}, {}, values));
    rows_.clear();
    bytes_ = 0;
    return {};
  }

 private:
  SqlTransaction& to_;
  size_t table_;
  SqlRows rows_;
  size_t bytes_ = 0;
};

Status CheckEmpty(SqlTransaction& to) {
  SOTTO_RETURN_IF_ERROR(to.LockTasks());
  SOTTO_RETURN_IF_ERROR(to.LockBudget());
  for (const SqlTable& table : AggregatorTables()) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t count, CountRows(to, table));
    if (count == 0) continue;
    return Error{ErrorCode::kInvalidArgument,
                 "storage: the destination is not empty: its table " + std::string(table.name) + " has " +
                     std::to_string(count) + " rows.",
                 "Copy into a new file or database."};
  }
  return {};
}

Status CopyTable(SqlTransaction& from, SqlTransaction& to, size_t index, const std::function<void()>& copied) {
  const SqlTable& table = AggregatorTables()[index];
  Writer writer(to, index);
  uint64_t read = 0;
  const auto copy = [&](const SqlRow& row) -> Status {
    ++read;
    copied();
    // The first of the tables is that of tasks.
    if (index == 0) SOTTO_RETURN_IF_ERROR(to.MakePartitions(row[0].integer));
    return writer.Add(row);
  };
  SOTTO_RETURN_IF_ERROR(from.Stream(SelectAll(table), copy));
  SOTTO_RETURN_IF_ERROR(writer.Flush());
  SOTTO_ASSIGN_OR_RETURN(const uint64_t written, CountRows(to, table));
  if (written == read) return {};
  return Error{ErrorCode::kInternal,
               "storage: the copy of " + std::string(table.name) + " has " + std::to_string(written) + " rows of " +
                   std::to_string(read) + ".",
               ""};
}

Status CopyAll(SqlTransaction& from, SqlTransaction& to, const CopyProgress& progress) {
  SOTTO_RETURN_IF_ERROR(CheckEmpty(to));
  uint64_t total = 0;
  for (const SqlTable& table : AggregatorTables()) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t count, CountRows(from, table));
    total += count;
  }
  uint64_t done = 0;
  progress(done, total);
  for (size_t table = 0; table < AggregatorTables().size(); ++table) {
    SOTTO_RETURN_IF_ERROR(CopyTable(from, to, table, [&] { progress(++done, total); }));
  }
  return {};
}

}  // namespace

Status CopyAggregatorStore(AggregatorStore& from, AggregatorStore& to, const CopyProgress& progress) {
  auto* source = dynamic_cast<SqlAggregatorStore*>(&from);
  auto* destination = dynamic_cast<SqlAggregatorStore*>(&to);
  if (source == nullptr || destination == nullptr) {
    return Error{ErrorCode::kInvalidArgument, "storage: only stores on SQLite and PostgreSQL are copied.", ""};
  }
  return source->database().Snapshot([&](SqlTransaction& reading) {
    return destination->database().Transact([&](SqlTransaction& writing) {
      writing.OnlyOnce();
      return CopyAll(reading, writing, progress);
    });
  });
}

}  // namespace sotto::server
