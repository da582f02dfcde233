// The tables of an aggregator in SQLite, and how a file of an older version becomes one of this version. Another file
// than that of `trust: local`, with a version of its own.
#pragma once

#include "server-stub/storage/database.h"

namespace sotto::server {

// Version of the schema, kept in the file's user_version.
inline constexpr int64_t kAggregatorSchemaVersion = 1;

// Sets how the file is written (WAL; a commit returns after fsync; deleted content is overwritten with zeros) and
// brings it to kAggregatorSchemaVersion. kUnsupportedVersion if a newer server wrote it.
Status PrepareAggregatorSchema(Database& database);

}  // namespace sotto::server
