// AggregatorStore in one SQLite file: the default, for one server process. WAL, synchronous=FULL, secure_delete: what a
// call has acknowledged survives kill -9 and power cuts, what it has deleted is neither in the file nor in its log.
#pragma once

#include <filesystem>
#include <memory>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

class SqliteAggregatorStore {
 public:
  // Opens or creates the file, and its folder; ":memory:" for one that is gone with the store. One connection, one
  // transaction at a time. Leases that are in the file are over: their process is gone, so its jobs go on at once.
  // kUnavailable if that fails, kUnsupportedVersion if a newer server wrote it, kMismatch if it is a database of
  // something else.
  static Result<std::unique_ptr<AggregatorStore>> Open(const std::filesystem::path& file);
};

}  // namespace sotto::server
