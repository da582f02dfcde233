#include "server/store_backends.h"

#include "server-stub/storage/sqlite_aggregator_store.h"
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

}  // namespace

void PrintTo(Backend backend, std::ostream* out) {
  *out << (backend == Backend::kSqlite ? "Sqlite" : "Postgresql");
}

std::unique_ptr<StoreBackend> MakeStoreBackend(Backend backend) {
  if (backend == Backend::kSqlite) return std::make_unique<SqliteBackend>();
  return nullptr;
}

}  // namespace sotto::server
