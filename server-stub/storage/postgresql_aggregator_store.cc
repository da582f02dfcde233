#include "server-stub/storage/postgresql_aggregator_store.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "server-stub/storage/aggregator/postgresql_connection.h"
#include "server-stub/storage/aggregator/postgresql_schema.h"
#include "server-stub/storage/aggregator/sql_aggregator_store.h"

namespace sotto::server {
namespace {

// How often a transaction that PostgreSQL ended because of others is tried.
constexpr int kTries = 5;
// Rows of a cursor in memory.
constexpr const char* kFetch = "FETCH 100 FROM sotto_rows";

class Transaction : public SqlTransaction {
 public:
  explicit Transaction(PostgresqlConnection& connection) : connection_(connection) {}

  Result<SqlRows> Run(const char* sql, const SqlValues& values) override { return connection_.Run(sql, values); }

  Result<SqlRows> RunForEach(const SqlForEach& sql, const SqlValues& common,
                             const std::vector<SqlValues>& rows) override {
    if (rows.empty()) return SqlRows();
    return connection_.RunForEach(sql.many, common, rows);
  }

  Status Stream(const std::string& sql, const std::function<Status(const SqlRow&)>& row) override {
    SOTTO_RETURN_IF_ERROR(connection_.Execute("DECLARE sotto_rows NO SCROLL CURSOR FOR " + sql));
    while (true) {
      SOTTO_ASSIGN_OR_RETURN(const SqlRows rows, connection_.RunOnce(kFetch));
      if (rows.empty()) break;
      for (const SqlRow& next : rows) SOTTO_RETURN_IF_ERROR(row(next));
    }
    SOTTO_RETURN_IF_ERROR(connection_.Execute("CLOSE sotto_rows"));
    return {};
  }

  // Advisory locks queue: a stream of shared ones does not keep an exclusive one waiting for ever, as locks of a row
  // do.
  Status LockTask(int64_t task, TaskLock lock) override {
    const int64_t key = kAdvisoryLocks + task;
    SOTTO_RETURN_IF_ERROR(connection_.Run(
        lock == TaskLock::kShared ? "SELECT pg_advisory_xact_lock_shared($1)" : "SELECT pg_advisory_xact_lock($1)",
        {key}));
    return {};
  }
  Status LockTasks() override { return Lock("LOCK TABLE task IN SHARE ROW EXCLUSIVE MODE"); }
  Status LockBudget() override { return Lock("LOCK TABLE budget IN SHARE ROW EXCLUSIVE MODE"); }
  Status MakePartitions(int64_t task) override { return MakePostgresqlPartitions(connection_, task); }

  bool only_once() const { return only_once_; }

 private:
  Status Lock(const std::string& sql) {
    SOTTO_RETURN_IF_ERROR(connection_.Execute(sql));
    return {};
  }

  PostgresqlConnection& connection_;
};

// Hands connections out, each to one transaction at a time.
class Pool {
 public:
  Pool(std::string where, size_t most) : where_(std::move(where)), most_(most) {}

  struct Taken {
    std::unique_ptr<PostgresqlConnection> connection;
    bool fresh = false;  // made for this call; else it was idle, and the server may have gone meanwhile
  };

  // An idle one, or a new one; waits if all are in use.
  Result<Taken> Take() {
    {
      std::unique_lock lock(mutex_);
      returned_.wait(lock, [this] { return in_use_ < most_; });
      ++in_use_;
      if (!idle_.empty()) {
        Taken taken{std::move(idle_.back()), false};
        idle_.pop_back();
        return taken;
      }
    }
    auto connection = PostgresqlConnection::Connect(where_);
    if (!connection.ok()) {
      Leave();
      return connection.error();
    }
    return Taken{std::move(connection).value(), true};
  }

  // Keeps it unless it is broken; then the idle ones go too: they belong to the same server that went away.
  void Give(std::unique_ptr<PostgresqlConnection> connection) {
    std::vector<std::unique_ptr<PostgresqlConnection>> dropped;  // closed outside the lock
    {
      const std::lock_guard lock(mutex_);
      if (connection->broken()) {
        dropped.swap(idle_);
        dropped.push_back(std::move(connection));
      } else {
        idle_.push_back(std::move(connection));
      }
    }
    Leave();
  }

 private:
  void Leave() {
    {
      const std::lock_guard lock(mutex_);
      --in_use_;
    }
    returned_.notify_one();
  }

  const std::string where_;
  const size_t most_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<PostgresqlConnection>> idle_;
  size_t in_use_ = 0;
};

class PostgresqlDatabase : public SqlDatabase {
 public:
  PostgresqlDatabase(const std::string& where, size_t connections) : pool_(where, connections) {}

  Status Prepare() {
    SOTTO_ASSIGN_OR_RETURN(Pool::Taken taken, pool_.Take());
    const Status prepared = PreparePostgresqlSchema(*taken.connection);
    pool_.Give(std::move(taken.connection));
    return prepared;
  }

  Status Transact(const std::function<Status(SqlTransaction&)>& work) override {
    return Try("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE", work);
  }
  Status Snapshot(const std::function<Status(SqlTransaction&)>& work) override {
    return Try("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", work);
  }

 private:
  enum class Ended : uint8_t {
    kForGood,
    kBeforeItBegan,  // an idle connection turned out to be broken
    kByOthers,       // a serialisation failure or a deadlock
  };

  Status Try(const char* begin, const std::function<Status(SqlTransaction&)>& work) {
    int tries = 0;
    while (true) {
      SOTTO_ASSIGN_OR_RETURN(Pool::Taken taken, pool_.Take());
      Ended ended = Ended::kForGood;
      Status status = Once(*taken.connection, begin, work, ended);
      pool_.Give(std::move(taken.connection));
      if (status.ok() || ended == Ended::kForGood) return status;
      if (ended == Ended::kBeforeItBegan && taken.fresh) return status;
      if (ended == Ended::kByOthers) {
        if (++tries >= kTries) return status;
        std::this_thread::sleep_for(std::chrono::milliseconds(10 * tries));
      }
    }
  }

  static Status Once(PostgresqlConnection& connection, const char* begin,
                     const std::function<Status(SqlTransaction&)>& work, Ended& ended) {
    if (const auto begun = connection.Execute(begin); !begun.ok()) {
      if (connection.broken()) ended = Ended::kBeforeItBegan;
      return begun.error();
    }
    Transaction transaction(connection);
    Status status = work(transaction);
    if (status.ok()) {
      const auto tag = connection.Execute("COMMIT");
      if (tag.ok() && tag.value() == "COMMIT") return {};
      status = tag.ok() ? Error{ErrorCode::kInternal, "storage: a failed statement was committed.", ""} : tag.error();
    }
    // Of the statement or the commit that failed; an error of a callback leaves none.
    if (connection.may_try_again() && !transaction.only_once()) ended = Ended::kByOthers;
    const auto rolled_back = connection.Execute("ROLLBACK");
    static_cast<void>(rolled_back);  // if it failed the connection is broken, and PostgreSQL rolls back
    return status;
  }

  Pool pool_;
};

}  // namespace

Result<std::unique_ptr<AggregatorStore>> PostgresqlAggregatorStore::Open(const std::string& where, size_t connections) {
  auto database = std::make_unique<PostgresqlDatabase>(where, connections);
  SOTTO_RETURN_IF_ERROR(database->Prepare());
  return std::unique_ptr<AggregatorStore>(std::make_unique<SqlAggregatorStore>(std::move(database)));
}

}  // namespace sotto::server
