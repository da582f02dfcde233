#include "server-stub/storage/sqlite_aggregator_store.h"

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "server-stub/storage/aggregator/sql_aggregator_store.h"
#include "server-stub/storage/aggregator/sqlite_schema.h"
#include "server-stub/storage/database.h"

namespace sotto::server {
namespace {

// As SQLite wants it: ?1 for $1, and no locks of rows.
std::string Translate(std::string sql) {
  for (const std::string_view lock : {" FOR UPDATE SKIP LOCKED", " FOR UPDATE"}) {
    const size_t at = sql.find(lock);
    if (at != std::string::npos) sql.erase(at, lock.size());
  }
  for (char& character : sql) {
    if (character == '$') character = '?';
  }
  return sql;
}

void Bind(Statement& statement, int index, const SqlValue& value) {
  static constexpr uint8_t kNothing = 0;
  if (value.null) return;  // as it is after a reset
  switch (value.kind) {
    case SqlValue::Kind::kInteger:
      statement.Bind(index, value.integer);
      break;
    case SqlValue::Kind::kBytes:
      // Empty bytes have an address too, or SQLite takes them for NULL.
      statement.Bind(index, value.bytes.empty() ? ByteSpan(&kNothing, 0) : value.bytes);
      break;
    case SqlValue::Kind::kText:
      statement.Bind(index, value.bytes.empty() ? std::string_view("")
                                                : std::string_view(reinterpret_cast<const char*>(value.bytes.data()),
                                                                   value.bytes.size()));
      break;
  }
}

SqlRow RowOf(const Statement& statement) {
  SqlRow row(static_cast<size_t>(statement.Columns()));
  for (int i = 0; i < statement.Columns(); ++i) {
    SqlCell& cell = row[static_cast<size_t>(i)];
    cell.null = statement.IsNull(i);
    if (statement.IsInteger(i)) {
      cell.integer = statement.Integer(i);
    } else {
      const ByteSpan bytes = statement.BlobView(i);
      cell.bytes.assign(bytes.begin(), bytes.end());
    }
  }
  return row;
}

Status RunInto(Statement& statement, SqlRows& rows) {
  while (true) {
    SOTTO_ASSIGN_OR_RETURN(const bool row, statement.Step());
    if (!row) return {};
    rows.push_back(RowOf(statement));
  }
}

// By the address of their text.
class Statements {
 public:
  explicit Statements(Database& database) : database_(database) {}

  Result<Statement*> Find(const char* sql) {
    const auto known = statements_.find(sql);
    if (known != statements_.end()) return &known->second;
    SOTTO_ASSIGN_OR_RETURN(Statement statement, database_.Prepare(Translate(sql)));
    return &statements_.emplace(sql, std::move(statement)).first->second;
  }

 private:
  Database& database_;
  std::map<const char*, Statement> statements_;
};

// One writes at a time, so it needs no locks.
class Transaction : public SqlTransaction {
 public:
  Transaction(Database& database, Statements& statements) : database_(database), statements_(statements) {}

  Result<SqlRows> Run(const char* sql, const SqlValues& values) override {
    return RunForEach({sql, nullptr}, {}, {values});
  }

  Result<SqlRows> RunForEach(const SqlForEach& sql, const SqlValues& common,
                             const std::vector<SqlValues>& rows) override {
    SOTTO_ASSIGN_OR_RETURN(Statement * statement, statements_.Find(sql.one));
    SqlRows results;
    for (const SqlValues& values : rows) {
      int index = 0;
      for (const SqlValue& value : common) Bind(*statement, ++index, value);
      for (const SqlValue& value : values) Bind(*statement, ++index, value);
      SOTTO_RETURN_IF_ERROR(RunInto(*statement, results));
    }
    return results;
  }

  Status Stream(const std::string& sql, const std::function<Status(const SqlRow&)>& row) override {
    SOTTO_ASSIGN_OR_RETURN(Statement statement, database_.Prepare(Translate(sql)));
    while (true) {
      SOTTO_ASSIGN_OR_RETURN(const bool more, statement.Step());
      if (!more) return {};
      SOTTO_RETURN_IF_ERROR(row(RowOf(statement)));
    }
  }

  Status LockTask(int64_t, TaskLock) override { return {}; }
  Status LockTasks() override { return {}; }
  Status LockBudget() override { return {}; }
  Status MakePartitions(int64_t) override { return {}; }

  bool forgets() const { return forget_; }

 private:
  Database& database_;
  Statements& statements_;
};

class SqliteDatabase : public SqlDatabase {
 public:
  explicit SqliteDatabase(Database database) : database_(std::move(database)), statements_(database_) {}

  Status Transact(const std::function<Status(SqlTransaction&)>& work) override {
    const std::lock_guard lock(mutex_);
    Transaction transaction(database_, statements_);
    SOTTO_RETURN_IF_ERROR(database_.Execute("BEGIN IMMEDIATE"));
    Status status = work(transaction);
    if (status.ok()) status = database_.Execute("COMMIT");
    if (!status.ok()) {
      // After some errors SQLite has rolled back by itself; then there is nothing left to do.
      const Status rolled_back = database_.Execute("ROLLBACK");
      static_cast<void>(rolled_back);
      return status;
    }
    if (transaction.forgets()) log_remembers_ = true;
    // What was deleted is still in the log: all of it goes into the file, where the new content has replaced it, and
    // the log is cut. If that fails, the next time does it.
    if (log_remembers_ && database_.Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok()) log_remembers_ = false;
    return {};
  }

  Status Snapshot(const std::function<Status(SqlTransaction&)>& work) override { return Transact(work); }

 private:
  std::mutex mutex_;
  Database database_;
  Statements statements_;  // after the database: it is closed when they are gone
  bool log_remembers_ = false;
};

// Whoever leased a job is gone: the file has one process.
constexpr const char* kEndLeases =
    "UPDATE aggregation_job SET due = 0 WHERE state = 0 AND leased = 1;"
    "UPDATE helper_job SET due = 0 WHERE state = 0 AND leased = 1;"
    "UPDATE collection_job SET due = 0 WHERE state = 0 AND leased = 1;";

}  // namespace

Result<std::unique_ptr<AggregatorStore>> SqliteAggregatorStore::Open(const std::filesystem::path& file) {
  SOTTO_ASSIGN_OR_RETURN(Database database, Database::Open(file));
  SOTTO_RETURN_IF_ERROR(PrepareAggregatorSchema(database));
  SOTTO_RETURN_IF_ERROR(database.Execute(kEndLeases));
  return std::unique_ptr<AggregatorStore>(
      std::make_unique<SqlAggregatorStore>(std::make_unique<SqliteDatabase>(std::move(database))));
}

}  // namespace sotto::server
