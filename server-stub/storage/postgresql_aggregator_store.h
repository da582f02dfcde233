// AggregatorStore in a PostgreSQL database, for several server processes at once. Reports are partitioned by task, jobs
// are leased with SKIP LOCKED, and buckets are locked row by row, so processes finish jobs beside each other. A commit
// returns after the write-ahead log is on the disk (synchronous_commit, and the server's own fsync, which is its
// operator's to leave on).
//
// A server that was restarted, or lost, is reached again by itself: until then every call returns kUnavailable.
// Transactions that PostgreSQL ends because of others (serialisation failures, deadlocks) are tried again a few times.
// What was deleted is out of reach of SQL at once; its bytes leave the disk with VACUUM, and the archived log if there
// is one keeps them for as long as its operator does.
#pragma once

#include <memory>
#include <string>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

class PostgresqlAggregatorStore {
 public:
  // `where`: a connection string of libpq, such as "postgresql://sotto@/leader?host=/run/postgresql". Makes the tables,
  // or brings them to this version; several processes may do so at once. At most `connections` are open at a time; who
  // finds all in use waits.
  // kInvalidArgument if it is no connection string, kUnavailable if the server is not to be reached,
  // kUnsupportedVersion if a newer server of ours made the tables.
  static Result<std::unique_ptr<AggregatorStore>> Open(const std::string& where, size_t connections = 8);
};

}  // namespace sotto::server
