// The tables of an aggregator in PostgreSQL, and how a database of an older version becomes one of this version.
#pragma once

#include "server-stub/storage/aggregator/postgresql_connection.h"

namespace sotto::server {

// Version of the schema, kept in the table sotto_schema.
inline constexpr int64_t kPostgresqlSchemaVersion = 1;

// Advisory locks are this one, for the schema, and this plus a task's number. "SotA" in the upper half.
inline constexpr int64_t kAdvisoryLocks = int64_t{0x536F7441} << 32;

// Brings the database to kPostgresqlSchemaVersion, one process at a time. kUnsupportedVersion if it has a newer one.
Status PreparePostgresqlSchema(PostgresqlConnection& connection);

// Makes a task's partitions of `report` and `report_body`. Inside a transaction; readers and writers of other tasks go
// on.
Status MakePostgresqlPartitions(PostgresqlConnection& connection, int64_t task);

}  // namespace sotto::server
