#include "server/store_backends.h"

#include "server-stub/storage/postgresql_aggregator_store.h"
#include "server-stub/storage/sqlite_aggregator_store.h"
#include "server/postgresql_cluster.h"
#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

class SqliteBackend : public StoreBackend {
 public:
  std::string where() const override { return "sqlite:" + file().string(); }
  std::unique_ptr<AggregatorStore> Open() override {
    auto store = SqliteAggregatorStore::Open(file());
    EXPECT_TRUE(store.ok()) << ToString(store.error());
    return store.ok() ? std::move(store).value() : nullptr;
  }

 private:
  std::filesystem::path file() const { return folder_.path() / "aggregator.sqlite"; }

  TemporaryFolder folder_;
};

class PostgresqlBackend : public StoreBackend {
 public:
  explicit PostgresqlBackend(PostgresqlCluster& cluster) : cluster_(cluster), where_(cluster.CreateDatabase()) {}
  ~PostgresqlBackend() override { cluster_.DropDatabase(where_); }

  std::string where() const override { return where_; }
  std::unique_ptr<AggregatorStore> Open() override {
    auto store = PostgresqlAggregatorStore::Open(where_);
    EXPECT_TRUE(store.ok()) << ToString(store.error());
    return store.ok() ? std::move(store).value() : nullptr;
  }

 private:
  PostgresqlCluster& cluster_;
  std::string where_;
};

}  // namespace

void PrintTo(Backend backend, std::ostream* out) {
  *out << (backend == Backend::kSqlite ? "Sqlite" : "Postgresql");
}

std::unique_ptr<StoreBackend> MakeStoreBackend(Backend backend) {
  if (backend == Backend::kSqlite) return std::make_unique<SqliteBackend>();
  PostgresqlCluster* cluster = PostgresqlCluster::Shared();
  return cluster == nullptr ? nullptr : std::make_unique<PostgresqlBackend>(*cluster);
}

}  // namespace sotto::server
