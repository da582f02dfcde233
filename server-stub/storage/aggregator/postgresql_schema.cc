#include "server-stub/storage/aggregator/postgresql_schema.h"

#include <array>

namespace sotto::server {
namespace {

// What brings version i to version i + 1. A step that was released is never edited.
//
// The same tables as sqlite_schema.cc has, which says what may be in them and what not.
constexpr std::array<const char*, kPostgresqlSchemaVersion> kSteps = {R"sql(
  CREATE TABLE task (
    number          bigint  NOT NULL PRIMARY KEY,
    id              bytea   NOT NULL UNIQUE,
    configuration   bytea   NOT NULL,
    role            bigint  NOT NULL,
    batch_mode      bigint  NOT NULL,
    min_batch_size  bigint  NOT NULL
  );

  CREATE TABLE report (
    task  bigint  NOT NULL,
    id    bytea   NOT NULL,
    PRIMARY KEY (task, id)
  ) PARTITION BY LIST (task);

  CREATE TABLE report_body (
    task  bigint  NOT NULL,
    job   bytea   NOT NULL,
    id    bytea   NOT NULL,
    time  bytea   NOT NULL,
    body  bytea   NOT NULL
  ) PARTITION BY LIST (task);

  CREATE TABLE aggregation_job (
    task      bigint  NOT NULL REFERENCES task (number),
    id        bytea   NOT NULL,
    state     bigint  NOT NULL,
    token     bigint  NOT NULL,
    leased    bigint  NOT NULL,
    due       bigint  NOT NULL,
    attempts  bigint  NOT NULL,
    batch     bytea,
    location  text    NOT NULL,
    PRIMARY KEY (task, id)
  );

  CREATE TABLE helper_job (
    task      bigint  NOT NULL REFERENCES task (number),
    id        bytea   NOT NULL,
    state     bigint  NOT NULL,
    token     bigint  NOT NULL,
    leased    bigint  NOT NULL,
    due       bigint  NOT NULL,
    request   bytea   NOT NULL,
    response  bytea   NOT NULL,
    PRIMARY KEY (task, id)
  );

  CREATE TABLE bucket (
    task        bigint  NOT NULL REFERENCES task (number),
    id          bytea   NOT NULL,
    count       bigint  NOT NULL,
    checksum    bytea   NOT NULL,
    first_time  bytea   NOT NULL,
    last_time   bytea   NOT NULL,
    share       bytea   NOT NULL,
    PRIMARY KEY (task, id)
  );

  CREATE TABLE batch (
    task          bigint  NOT NULL REFERENCES task (number),
    first_bucket  bytea   NOT NULL,
    last_bucket   bytea   NOT NULL,
    owner         bytea   NOT NULL,
    collected     bigint  NOT NULL,
    count         bigint  NOT NULL,
    PRIMARY KEY (task, first_bucket)
  );

  CREATE TABLE aggregate_share (
    task      bigint  NOT NULL REFERENCES task (number),
    id        bytea   NOT NULL,
    response  bytea   NOT NULL,
    PRIMARY KEY (task, id)
  );

  CREATE TABLE collection_job (
    task            bigint  NOT NULL REFERENCES task (number),
    id              bytea   NOT NULL,
    request_sha256  bytea   NOT NULL,
    state           bigint  NOT NULL,
    token           bigint  NOT NULL,
    leased          bigint  NOT NULL,
    due             bigint  NOT NULL,
    attempts        bigint  NOT NULL,
    request         bytea   NOT NULL,
    response        bytea   NOT NULL,
    problem         bigint,
    detail          text    NOT NULL,
    PRIMARY KEY (task, id),
    UNIQUE (task, request_sha256)
  );

  CREATE TABLE budget (
    epoch  bigint  NOT NULL PRIMARY KEY,
    spent  bigint  NOT NULL
  );

  -- Bodies, requests and shares are random to whoever has no key: compressing them would be work for nothing.
  ALTER TABLE report_body ALTER COLUMN body SET STORAGE EXTERNAL;
  ALTER TABLE helper_job ALTER COLUMN request SET STORAGE EXTERNAL;
  ALTER TABLE bucket ALTER COLUMN share SET STORAGE EXTERNAL;

  CREATE INDEX report_body_by_job ON report_body (task, job, time, id);
  CREATE INDEX aggregation_job_due ON aggregation_job (due) WHERE state = 0;
  CREATE INDEX helper_job_due ON helper_job (due) WHERE state = 0;
  CREATE INDEX collection_job_due ON collection_job (due) WHERE state = 0;

  COMMENT ON COLUMN task.number IS 'what other tables have in the id''s place';
  COMMENT ON COLUMN task.id IS 'DAP''s TaskID, 32 bytes';
  COMMENT ON COLUMN task.configuration IS 'encoded TaskConfiguration; an id keeps it for ever';
  COMMENT ON COLUMN task.role IS '2 leader, 3 helper';
  COMMENT ON COLUMN task.batch_mode IS '1 time-interval, 2 leader-selected';
  COMMENT ON COLUMN task.min_batch_size IS 'valid reports without which nothing is released';
  COMMENT ON COLUMN report.task IS 'task.number';
  COMMENT ON COLUMN report.id IS 'DAP''s ReportID, 16 bytes: of every report that was stored (leader) or counted (helper)';
  COMMENT ON COLUMN report_body.task IS 'task.number';
  COMMENT ON COLUMN report_body.job IS 'id of its aggregation job; 16 zeros while it waits for one (as long, so that the row stays)';
  COMMENT ON COLUMN report_body.id IS 'as in report';
  COMMENT ON COLUMN report_body.time IS 'of the measurement, as the device said: 8 bytes, big-endian, in the task''s time precision';
  COMMENT ON COLUMN report_body.body IS 'encoded Report; the row goes when its job ends';
  COMMENT ON COLUMN aggregation_job.task IS 'task.number';
  COMMENT ON COLUMN aggregation_job.id IS 'DAP''s AggregationJobID, 16 bytes, drawn at random';
  COMMENT ON COLUMN aggregation_job.state IS '0 open, 1 finished, 2 abandoned';
  COMMENT ON COLUMN aggregation_job.token IS 'of its last lease: who comes with a smaller one is too late';
  COMMENT ON COLUMN aggregation_job.leased IS '1 from a lease until it is given back or the job ends, else 0';
  COMMENT ON COLUMN aggregation_job.due IS 'Unix milliseconds from when on it may be leased: the end of the lease, or of a pause';
  COMMENT ON COLUMN aggregation_job.attempts IS 'leases so far';
  COMMENT ON COLUMN aggregation_job.batch IS 'leader-selected: the BatchID that its reports go into, 32 bytes; else NULL';
  COMMENT ON COLUMN aggregation_job.location IS 'of the helper''s job, once it is known; else ''''';
  COMMENT ON COLUMN helper_job.task IS 'task.number';
  COMMENT ON COLUMN helper_job.id IS 'DAP''s AggregationJobID, 16 bytes';
  COMMENT ON COLUMN helper_job.state IS '0 accepted, 1 done';
  COMMENT ON COLUMN helper_job.token IS 'of its last lease; 0 before the first';
  COMMENT ON COLUMN helper_job.leased IS '1 from a lease until the job is done, else 0';
  COMMENT ON COLUMN helper_job.due IS 'Unix milliseconds from when on it may be leased';
  COMMENT ON COLUMN helper_job.request IS 'encoded AggregationJobInitReq while accepted; then empty';
  COMMENT ON COLUMN helper_job.response IS 'encoded AggregationJobResp once done; before, empty';
  COMMENT ON COLUMN bucket.task IS 'task.number';
  COMMENT ON COLUMN bucket.id IS 'time-interval: its start, as report_body.time; leader-selected: the BatchID';
  COMMENT ON COLUMN bucket.count IS 'valid reports in it';
  COMMENT ON COLUMN bucket.checksum IS 'XOR of the SHA-256 of their ids, 32 bytes';
  COMMENT ON COLUMN bucket.first_time IS 'the earliest of their times, as report_body.time; zeros while there is none';
  COMMENT ON COLUMN bucket.last_time IS 'the latest';
  COMMENT ON COLUMN bucket.share IS 'this aggregator''s aggregate share, encoded; empty while there is none';
  COMMENT ON COLUMN batch.task IS 'task.number';
  COMMENT ON COLUMN batch.first_bucket IS 'the first bucket of a batch that is taken: nothing is added to it any more';
  COMMENT ON COLUMN batch.last_bucket IS 'the last one; in between are all, those without reports too';
  COMMENT ON COLUMN batch.owner IS 'whose it is: CollectionJobID (leader) or AggregateShareID (helper), 16 bytes';
  COMMENT ON COLUMN batch.collected IS '1 if it left, 0 if it is its owner''s to collect';
  COMMENT ON COLUMN batch.count IS 'valid reports in it; 0 and not collected: those that came are still being counted';
  COMMENT ON COLUMN aggregate_share.task IS 'task.number';
  COMMENT ON COLUMN aggregate_share.id IS 'DAP''s AggregateShareID, 16 bytes';
  COMMENT ON COLUMN aggregate_share.response IS 'encoded AggregateShare, with noise, encrypted to the collector';
  COMMENT ON COLUMN collection_job.task IS 'task.number';
  COMMENT ON COLUMN collection_job.id IS 'DAP''s CollectionJobID, 16 bytes';
  COMMENT ON COLUMN collection_job.request_sha256 IS 'by which a request that comes again finds its job';
  COMMENT ON COLUMN collection_job.state IS '0 waiting, 1 ready, 2 failed';
  COMMENT ON COLUMN collection_job.token IS 'of its last lease; 0 before the first';
  COMMENT ON COLUMN collection_job.leased IS '1 from a lease until it is given back or the job ends, else 0';
  COMMENT ON COLUMN collection_job.due IS 'Unix milliseconds from when on it may be leased';
  COMMENT ON COLUMN collection_job.attempts IS 'leases so far';
  COMMENT ON COLUMN collection_job.request IS 'encoded CollectionJobReq';
  COMMENT ON COLUMN collection_job.response IS 'encoded CollectionJobResp of a ready one, shares encrypted to the collector; else empty';
  COMMENT ON COLUMN collection_job.problem IS 'of a failed one: dap::Problem, or NULL for another reason';
  COMMENT ON COLUMN collection_job.detail IS 'of a failed one: a sentence; else ''''';
  COMMENT ON COLUMN budget.epoch IS 'of the privacy policy';
  COMMENT ON COLUMN budget.spent IS 'micro-rho of all that was released for it';
)sql"};

Status Run(PostgresqlConnection& connection, const std::string& sql) {
  SOTTO_RETURN_IF_ERROR(connection.Execute(sql));
  return {};
}

Status Migrate(PostgresqlConnection& connection) {
  SOTTO_RETURN_IF_ERROR(Run(connection, "SELECT pg_advisory_xact_lock(" + std::to_string(kAdvisoryLocks) + ")"));
  SOTTO_RETURN_IF_ERROR(Run(connection,
                            "CREATE TABLE IF NOT EXISTS sotto_schema (version bigint NOT NULL);"
                            "COMMENT ON COLUMN sotto_schema.version IS 'of these tables; one row'"));
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows, connection.RunOnce("SELECT coalesce(max(version), 0) FROM sotto_schema"));
  const int64_t version = rows[0][0].integer;
  if (version > kPostgresqlSchemaVersion) {
    return Error{ErrorCode::kUnsupportedVersion,
                 "storage: the database has schema " + std::to_string(version) + ", this server knows " +
                     std::to_string(kPostgresqlSchemaVersion) + ".",
                 "Run the newer server that made it."};
  }
  if (version == kPostgresqlSchemaVersion) return {};
  for (int64_t step = version; step < kPostgresqlSchemaVersion; ++step) {
    SOTTO_RETURN_IF_ERROR(Run(connection, kSteps[static_cast<size_t>(step)]));
  }
  return Run(connection, "DELETE FROM sotto_schema; INSERT INTO sotto_schema (version) VALUES (" +
                             std::to_string(kPostgresqlSchemaVersion) + ")");
}

}  // namespace

Status PreparePostgresqlSchema(PostgresqlConnection& connection) {
  // Statements after the wait for the lock must see what the other process did.
  SOTTO_RETURN_IF_ERROR(Run(connection, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"));
  const Status migrated = Migrate(connection);
  const Status end = Run(connection, migrated.ok() ? "COMMIT" : "ROLLBACK");
  return migrated.ok() ? end : migrated;
}

Status MakePostgresqlPartitions(PostgresqlConnection& connection, int64_t task) {
  for (const std::string table : {"report", "report_body"}) {
    const std::string partition = table + "_" + std::to_string(task);
    // Made alone and then attached, which locks out nobody: a partition that is made in place waits for all who use the
    // table, and all others for it.
    SOTTO_RETURN_IF_ERROR(Run(connection, "CREATE TABLE " + partition + " (LIKE " + table + " INCLUDING ALL);" +
                                              "ALTER TABLE " + table + " ATTACH PARTITION " + partition +
                                              " FOR VALUES IN (" + std::to_string(task) + ")"));
  }
  return {};
}

}  // namespace sotto::server
