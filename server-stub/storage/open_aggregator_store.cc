#include "server-stub/storage/open_aggregator_store.h"

#include <string_view>

#include "server-stub/storage/postgresql_aggregator_store.h"
#include "server-stub/storage/sqlite_aggregator_store.h"

namespace sotto::server {

Result<std::unique_ptr<AggregatorStore>> OpenAggregatorStore(const std::string& where) {
  constexpr std::string_view kSqlite = "sqlite:";
  if (where.starts_with(kSqlite) && where.size() > kSqlite.size()) {
    return SqliteAggregatorStore::Open(where.substr(kSqlite.size()));
  }
  if (where.starts_with("postgresql://") || where.starts_with("postgres://")) {
    return PostgresqlAggregatorStore::Open(where);
  }
  // Not `where` itself: a connection string may have a password.
  return Error{ErrorCode::kInvalidArgument, "storage: this is neither sqlite:PATH nor postgresql://....",
               "Write for instance sqlite:/var/lib/sotto/leader.sqlite."};
}

}  // namespace sotto::server
