#include "server-stub/storage/aggregator/sqlite_schema.h"

#include <array>

namespace sotto::server {
namespace {

// Marks the file as an aggregator's, so that it is not taken for another database of ours: "SotA".
constexpr int64_t kApplicationId = 0x536F7441;

// What brings version i to version i + 1. A step that was released is never edited.
//
// Nothing here says who sent a report, from where or when it came. Rows of report_body come in the order of commits,
// but inside one in that of their ids, which are random, and they are gone once counted; the ids that stay have no
// order but their own.
constexpr std::array<const char*, kAggregatorSchemaVersion> kSteps = {R"sql(
  CREATE TABLE task (
    number          INTEGER NOT NULL PRIMARY KEY,  -- what other tables have in the id's place
    id              BLOB    NOT NULL UNIQUE,       -- DAP's TaskID, 32 bytes
    configuration   BLOB    NOT NULL,  -- encoded TaskConfiguration; an id keeps it for ever
    role            INTEGER NOT NULL,  -- 2 leader, 3 helper
    batch_mode      INTEGER NOT NULL,  -- 1 time-interval, 2 leader-selected
    min_batch_size  INTEGER NOT NULL   -- valid reports without which nothing is released
  ) STRICT;

  CREATE TABLE report (
    task  INTEGER NOT NULL REFERENCES task (number),  -- task.number
    id    BLOB    NOT NULL,  -- DAP's ReportID, 16 bytes: of every report that was stored (leader) or counted (helper)
    PRIMARY KEY (task, id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE report_body (
    task  INTEGER NOT NULL REFERENCES task (number),  -- task.number
    job   BLOB    NOT NULL,  -- id of its aggregation job; 16 zeros while it waits for one (as long, so that the row stays)
    id    BLOB    NOT NULL,  -- as in report
    time  BLOB    NOT NULL,  -- of the measurement, as the device said: 8 bytes, big-endian, in the task's time precision
    body  BLOB    NOT NULL   -- encoded Report; the row goes when its job ends
  ) STRICT;
  CREATE INDEX report_body_by_job ON report_body (task, job, time, id);

  CREATE TABLE aggregation_job (
    task      INTEGER NOT NULL REFERENCES task (number),  -- task.number
    id        BLOB    NOT NULL,  -- DAP's AggregationJobID, 16 bytes, drawn at random
    state     INTEGER NOT NULL,  -- 0 open, 1 finished, 2 abandoned
    token     INTEGER NOT NULL,  -- of its last lease: who comes with a smaller one is too late
    leased    INTEGER NOT NULL,  -- 1 from a lease until it is given back or the job ends, else 0
    due       INTEGER NOT NULL,  -- Unix milliseconds from when on it may be leased: the end of the lease, or of a pause
    attempts  INTEGER NOT NULL,  -- leases so far
    batch     BLOB,              -- leader-selected: the BatchID that its reports go into, 32 bytes; else NULL
    location  TEXT    NOT NULL,  -- of the helper's job, once it is known; else ''
    PRIMARY KEY (task, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX aggregation_job_due ON aggregation_job (due) WHERE state = 0;

  CREATE TABLE helper_job (
    task      INTEGER NOT NULL REFERENCES task (number),  -- task.number
    id        BLOB    NOT NULL,  -- DAP's AggregationJobID, 16 bytes
    state     INTEGER NOT NULL,  -- 0 accepted, 1 done
    token     INTEGER NOT NULL,  -- of its last lease; 0 before the first
    leased    INTEGER NOT NULL,  -- 1 from a lease until the job is done, else 0
    due       INTEGER NOT NULL,  -- Unix milliseconds from when on it may be leased
    request   BLOB    NOT NULL,  -- encoded AggregationJobInitReq while accepted; then empty
    response  BLOB    NOT NULL,  -- encoded AggregationJobResp once done; before, empty
    PRIMARY KEY (task, id)
  ) STRICT;
  CREATE INDEX helper_job_due ON helper_job (due) WHERE state = 0;

  CREATE TABLE bucket (
    task        INTEGER NOT NULL REFERENCES task (number),  -- task.number
    id          BLOB    NOT NULL,  -- time-interval: its start, as report_body.time; leader-selected: the BatchID
    count       INTEGER NOT NULL,  -- valid reports in it
    checksum    BLOB    NOT NULL,  -- XOR of the SHA-256 of their ids, 32 bytes
    first_time  BLOB    NOT NULL,  -- the earliest of their times, as report_body.time; zeros while there is none
    last_time   BLOB    NOT NULL,  -- the latest
    share       BLOB    NOT NULL,  -- this aggregator's aggregate share, encoded; empty while there is none
    PRIMARY KEY (task, id)
  ) STRICT;

  CREATE TABLE batch (
    task          INTEGER NOT NULL REFERENCES task (number),  -- task.number
    first_bucket  BLOB    NOT NULL,  -- the first bucket of a batch that is taken: nothing is added to it any more
    last_bucket   BLOB    NOT NULL,  -- the last one; in between are all, those without reports too
    owner         BLOB    NOT NULL,  -- whose it is: CollectionJobID (leader) or AggregateShareID (helper), 16 bytes
    collected     INTEGER NOT NULL,  -- 1 if it left, 0 if it is its owner's to collect
    count         INTEGER NOT NULL,  -- valid reports in it; 0 and not collected: those that came are still being counted
    PRIMARY KEY (task, first_bucket)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE aggregate_share (
    task      INTEGER NOT NULL REFERENCES task (number),  -- task.number
    id        BLOB    NOT NULL,  -- DAP's AggregateShareID, 16 bytes
    response  BLOB    NOT NULL,  -- encoded AggregateShare, with noise, encrypted to the collector
    PRIMARY KEY (task, id)
  ) STRICT;

  CREATE TABLE collection_job (
    task      INTEGER NOT NULL REFERENCES task (number),  -- task.number
    id        BLOB    NOT NULL,  -- DAP's CollectionJobID, 16 bytes
    request_sha256  BLOB    NOT NULL,  -- by which a request that comes again finds its job
    state     INTEGER NOT NULL,  -- 0 waiting, 1 ready, 2 failed
    token     INTEGER NOT NULL,  -- of its last lease; 0 before the first
    leased    INTEGER NOT NULL,  -- 1 from a lease until it is given back or the job ends, else 0
    due       INTEGER NOT NULL,  -- Unix milliseconds from when on it may be leased
    attempts  INTEGER NOT NULL,  -- leases so far
    request   BLOB    NOT NULL,  -- encoded CollectionJobReq
    response  BLOB    NOT NULL,  -- encoded CollectionJobResp of a ready one, shares encrypted to the collector; else empty
    problem   INTEGER,           -- of a failed one: dap::Problem, or NULL for another reason
    detail    TEXT    NOT NULL,  -- of a failed one: a sentence; else ''
    PRIMARY KEY (task, id),
    UNIQUE (task, request_sha256)
  ) STRICT;
  CREATE INDEX collection_job_due ON collection_job (due) WHERE state = 0;

  CREATE TABLE budget (
    epoch  INTEGER NOT NULL PRIMARY KEY,  -- of the privacy policy
    spent  INTEGER NOT NULL               -- micro-rho of all that was released for it
  ) STRICT;
)sql"};

Result<int64_t> Pragma(Database& database, const char* sql) {
  SOTTO_ASSIGN_OR_RETURN(Statement pragma, database.Prepare(sql));
  SOTTO_ASSIGN_OR_RETURN(const bool row, pragma.Step());
  return row ? pragma.Integer(0) : 0;
}

Status Migrate(Database& database) {
  SOTTO_ASSIGN_OR_RETURN(const int64_t version, Pragma(database, "PRAGMA user_version"));
  SOTTO_ASSIGN_OR_RETURN(const int64_t application, Pragma(database, "PRAGMA application_id"));
  SOTTO_ASSIGN_OR_RETURN(const int64_t objects, Pragma(database, "SELECT count(*) FROM sqlite_schema"));
  if (application != kApplicationId && (application != 0 || version != 0 || objects != 0)) {
    return Error{ErrorCode::kMismatch, "storage: the file is a database of something else.",
                 "Give the aggregator a file of its own."};
  }
  if (version > kAggregatorSchemaVersion) {
    return Error{ErrorCode::kUnsupportedVersion,
                 "storage: the database has schema " + std::to_string(version) + ", this server knows " +
                     std::to_string(kAggregatorSchemaVersion) + ".",
                 "Run the newer server that wrote it."};
  }
  for (int64_t step = version; step < kAggregatorSchemaVersion; ++step) {
    SOTTO_RETURN_IF_ERROR(database.Execute(kSteps[static_cast<size_t>(step)]));
  }
  if (version == kAggregatorSchemaVersion) return {};
  SOTTO_RETURN_IF_ERROR(database.Execute(("PRAGMA application_id = " + std::to_string(kApplicationId)).c_str()));
  return database.Execute(("PRAGMA user_version = " + std::to_string(kAggregatorSchemaVersion)).c_str());
}

}  // namespace

Status PrepareAggregatorSchema(Database& database) {
  SOTTO_RETURN_IF_ERROR(
      database.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                       "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"));
  SOTTO_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  const Status migrated = Migrate(database);
  const Status end = database.Execute(migrated.ok() ? "COMMIT" : "ROLLBACK");
  return migrated.ok() ? end : migrated;
}

}  // namespace sotto::server
