// The tables, and how a database of an older version becomes one of this version.
#pragma once

#include "server-stub/storage/database.h"

namespace sotto::server {

// Version of the schema, kept in the file's user_version.
inline constexpr int64_t kSchemaVersion = 1;

// Sets how the file is written (WAL; a commit returns after fsync; deleted content is overwritten with zeros) and
// brings it to kSchemaVersion. kUnsupportedVersion if a newer server wrote it.
Status PrepareSchema(Database& database);

}  // namespace sotto::server
