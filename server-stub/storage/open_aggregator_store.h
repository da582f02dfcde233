// Which storage an aggregator has: one line of its configuration.
#pragma once

#include <memory>
#include <string>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

// "sqlite:PATH" (":memory:" as PATH for one that is gone with the process), or a connection string of PostgreSQL:
// "postgresql://..." or "postgres://...".
// kInvalidArgument for anything else; else the errors of SqliteAggregatorStore::Open, PostgresqlAggregatorStore::Open.
Result<std::unique_ptr<AggregatorStore>> OpenAggregatorStore(const std::string& where);

}  // namespace sotto::server
