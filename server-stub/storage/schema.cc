#include "server-stub/storage/schema.h"

#include <array>

namespace sotto::server {
namespace {

// What brings version i to version i + 1. A step that was released is never edited.
//
// Nothing here says who sent an update, from where, when, or in which order. Its entries are in the sums alone.
constexpr std::array<const char*, kSchemaVersion> kSteps = {R"sql(
  CREATE TABLE model (
    id       TEXT    NOT NULL,  -- "affinity"
    version  INTEGER NOT NULL,  -- 1, 2, 3, ...
    stream   TEXT    NOT NULL,  -- whose manifests name it
    bytes    BLOB    NOT NULL,  -- the file that devices load
    PRIMARY KEY (id, version)
  ) STRICT;

  CREATE TABLE round (
    task     TEXT    NOT NULL PRIMARY KEY,  -- id as in the configuration; a task has one round
    digest   INTEGER NOT NULL,  -- federation::TaskDigest: an id keeps its parameters for ever
    count    INTEGER NOT NULL,  -- updates that are in the sums
    sums     BLOB    NOT NULL,  -- of their entries, little-endian int64 each, in the order of the encoding
    model    TEXT,              -- what it became; NULL while it is open
    version  INTEGER,           -- of that model; NULL with it
    FOREIGN KEY (model, version) REFERENCES model(id, version)
  ) STRICT;

  CREATE TABLE contribution (
    task    TEXT NOT NULL REFERENCES round(task),  -- whose round it is in
    id      TEXT NOT NULL,  -- chosen at random by the device, the same on every retry
    sha256  BLOB NOT NULL,  -- of the update's bytes: tells a duplicate from a conflict
    PRIMARY KEY (task, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE broadcast (
    stream    TEXT    NOT NULL PRIMARY KEY,  -- id as in the configuration
    epoch_ms  INTEGER NOT NULL,  -- Unix milliseconds of programme time 0 of the stream's last broadcast
    seen_ms   INTEGER NOT NULL   -- until when it is known to have gone on
  ) STRICT, WITHOUT ROWID;
)sql"};

Result<int64_t> UserVersion(Database& database) {
  SOTTO_ASSIGN_OR_RETURN(Statement pragma, database.Prepare("PRAGMA user_version"));
  SOTTO_ASSIGN_OR_RETURN(const bool row, pragma.Step());
  return row ? pragma.Integer(0) : 0;
}

Status Migrate(Database& database, int64_t from) {
  for (int64_t version = from; version < kSchemaVersion; ++version) {
    SOTTO_RETURN_IF_ERROR(database.Execute(kSteps[static_cast<size_t>(version)]));
    SOTTO_RETURN_IF_ERROR(database.Execute(("PRAGMA user_version = " + std::to_string(version + 1)).c_str()));
  }
  return {};
}

}  // namespace

Status PrepareSchema(Database& database) {
  SOTTO_RETURN_IF_ERROR(
      database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"));
  SOTTO_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  const auto version = UserVersion(database);
  Status status = version.ok() ? Status() : Status(version.error());
  if (status.ok() && version.value() > kSchemaVersion) {
    status = Error{ErrorCode::kUnsupportedVersion,
                   "storage: the database has schema " + std::to_string(version.value()) + ", this server knows " +
                       std::to_string(kSchemaVersion) + ".",
                   "Run the newer server that wrote it."};
  }
  if (status.ok()) status = Migrate(database, version.value());
  const Status end = database.Execute(status.ok() ? "COMMIT" : "ROLLBACK");
  return status.ok() ? end : status;
}

}  // namespace sotto::server
