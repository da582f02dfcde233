// The databases on which the storage of an aggregator is tested.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

// One database, empty at first.
class StoreBackend {
 public:
  virtual ~StoreBackend() = default;
  // As OpenAggregatorStore takes it.
  virtual std::string where() const = 0;
  // A store on it: each call is another server process as far as the data see it.
  virtual std::unique_ptr<AggregatorStore> Open() = 0;
};

enum class Backend : uint8_t { kSqlite, kPostgresql };
void PrintTo(Backend backend, std::ostream* out);

// None if this machine does not have the database's server: the test is to be skipped.
std::unique_ptr<StoreBackend> MakeStoreBackend(Backend backend);

}  // namespace sotto::server
