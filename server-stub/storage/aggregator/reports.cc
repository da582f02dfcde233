// The leader's reports and aggregation jobs.
#include <map>
#include <set>

#include "server-stub/storage/aggregator/rows.h"
#include "server-stub/storage/aggregator/sql_aggregator_store.h"

namespace sotto::server {
namespace {

constexpr int64_t kOpen = 0;
constexpr int64_t kFinished = 1;
constexpr int64_t kAbandoned = 2;

// What one task gets of a call of AppendReports.
struct Part {
  TaskRow task;
  std::map<dap::ReportId, size_t> first;  // where each id first comes
};

// The times whose buckets are taken. Of the time-interval mode; under leader-selected a report has no bucket yet.
Result<std::set<dap::Time>> TakenTimes(SqlTransaction& sql, const Part& part, std::span<const NewReport> reports) {
  std::set<dap::Time> times;
  std::set<dap::Time> taken;
  if (part.task.batch_mode != dap::BatchMode::kTimeInterval) return taken;
  for (const auto& [id, index] : part.first) times.insert(reports[index].time);
  for (const dap::Time time : times) {
    SOTTO_ASSIGN_OR_RETURN(const auto claim, FindClaim(sql, part.task, {TimeBytes(time), TimeBytes(time)}));
    if (claim) taken.insert(time);
  }
  return taken;
}

Status AppendPart(SqlTransaction& sql, const Part& part, std::span<const NewReport> reports,
                  std::vector<AppendOutcome>& outcomes) {
  SOTTO_ASSIGN_OR_RETURN(const std::set<dap::Time> taken, TakenTimes(sql, part, reports));
  // In the order of their ids, which are random: no order in the tables says which came first, and no two transactions
  // wait for each other's ids in a ring.
  std::vector<SqlValues> ids;
  std::vector<SqlValues> late;
  for (const auto& [id, index] : part.first) (taken.contains(reports[index].time) ? late : ids).push_back({id});
  for (const SqlValues& id : late) {
    SOTTO_ASSIGN_OR_RETURN(const SqlRows known,
                           sql.Run("SELECT id FROM report WHERE task = $1 AND id = $2", {part.task.number, id[0]}));
    const size_t index = part.first.at(ArrayOf<16>(Bytes(id[0].bytes.begin(), id[0].bytes.end())));
    outcomes[index] = known.empty() ? AppendOutcome::kCollected : AppendOutcome::kReplayed;
  }
  SOTTO_ASSIGN_OR_RETURN(
      const SqlRows stored,
      sql.RunForEach({"INSERT INTO report (task, id) VALUES ($1, $2) ON CONFLICT (task, id) DO NOTHING RETURNING id",
                      "INSERT INTO report (task, id) SELECT $1::bigint, unnest($2::bytea[]) "
                      "ON CONFLICT (task, id) DO NOTHING RETURNING id"},
                     {part.task.number}, ids));
  std::vector<Bytes> times;
  times.reserve(stored.size());  // views of them are kept
  std::vector<SqlValues> bodies;
  for (const SqlRow& row : stored) {
    const size_t index = part.first.at(ArrayOf<16>(row[0].bytes));
    outcomes[index] = AppendOutcome::kStored;
    times.push_back(TimeBytes(reports[index].time));
    bodies.push_back({reports[index].id, times.back(), reports[index].body});
  }
  SOTTO_RETURN_IF_ERROR(
      sql.RunForEach({"INSERT INTO report_body (task, job, id, time, body) VALUES ($1, $2, $3, $4, $5)",
                      "INSERT INTO report_body (task, job, id, time, body) "
                      "SELECT $1::bigint, $2::bytea, id, time, body FROM unnest($3::bytea[], $4::bytea[], $5::bytea[]) "
                      "AS new (id, time, body)"},
                     {part.task.number, kNoJob}, bodies));
  return {};
}

Result<std::vector<StoredReport>> ReportsOf(SqlTransaction& sql, int64_t task, const std::array<uint8_t, 16>& job) {
  SOTTO_ASSIGN_OR_RETURN(
      const SqlRows rows,
      sql.Run("SELECT id, time, body FROM report_body WHERE task = $1 AND job = $2 ORDER BY id", {task, job}));
  std::vector<StoredReport> reports;
  for (const SqlRow& row : rows) reports.push_back({ArrayOf<16>(row[0].bytes), TimeOf(row[1].bytes), row[2].bytes});
  return reports;
}

// The job that is longest due.
Result<std::optional<LeasedAggregationJob>> LeaseDueJob(SqlTransaction& sql, const std::vector<TaskRow>& tasks,
                                                        const AggregationJobTerms& terms) {
  SOTTO_ASSIGN_OR_RETURN(
      const SqlRows due,
      sql.Run("SELECT task, id, token, batch, location, attempts FROM aggregation_job "
              "WHERE state = 0 AND (due <= $1 OR due > $2) ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED",
              {terms.now, PutOff(terms.now, terms.lease_until)}));
  if (due.empty()) return std::optional<LeasedAggregationJob>();
  const SqlRow& row = due[0];
  const auto task =
      std::find_if(tasks.begin(), tasks.end(), [&](const TaskRow& known) { return known.number == row[0].integer; });
  if (task == tasks.end()) return Error{ErrorCode::kInternal, "storage: a job has no task.", ""};
  LeasedAggregationJob job;
  job.lease = {task->id, ArrayOf<16>(row[1].bytes), row[2].integer + 1};
  if (!row[3].null) job.batch = ArrayOf<32>(row[3].bytes);
  job.location = row[4].text();
  job.attempts = static_cast<uint32_t>(row[5].integer);
  SOTTO_RETURN_IF_ERROR(
      sql.Run("UPDATE aggregation_job SET token = $3, leased = 1, due = $4, attempts = attempts + 1 "
              "WHERE task = $1 AND id = $2",
              {task->number, job.lease.id, job.lease.token, terms.lease_until}));
  SOTTO_ASSIGN_OR_RETURN(job.reports, ReportsOf(sql, task->number, job.lease.id));
  return std::optional(std::move(job));
}

// Those of the leader's tasks that have enough waiting reports for a new job.
Result<std::vector<TaskRow>> TasksWithReports(SqlTransaction& sql, const std::vector<TaskRow>& tasks,
                                              const AggregationJobTerms& terms) {
  const auto enough = static_cast<int64_t>(std::max<size_t>(terms.min_reports, 1));
  std::vector<TaskRow> ready;
  for (const TaskRow& task : tasks) {
    if (task.role != dap::Role::kLeader) continue;
    SOTTO_ASSIGN_OR_RETURN(
        const SqlRows waiting,
        sql.Run("SELECT count(*) FROM (SELECT 1 FROM report_body WHERE task = $1 AND job = $2 LIMIT $3) AS waiting",
                {task.number, kNoJob, enough}));
    if (waiting[0][0].integer >= enough) ready.push_back(task);
  }
  return ready;
}

// The batch that a new leader-selected job goes into. The task's exclusive lock, or two would open one each.
Result<dap::BatchId> OpenBatch(SqlTransaction& sql, const TaskRow& task, const dap::BatchId& fresh) {
  SOTTO_ASSIGN_OR_RETURN(const SqlRows open,
                         sql.Run("SELECT id FROM bucket WHERE task = $1 AND count < $2 AND NOT EXISTS "
                                 "(SELECT 1 FROM batch WHERE batch.task = bucket.task AND first_bucket = bucket.id) "
                                 "ORDER BY id LIMIT 1",
                                 {task.number, static_cast<int64_t>(task.min_batch_size)}));
  if (!open.empty()) return ArrayOf<32>(open[0][0].bytes);
  const Bytes id(fresh.begin(), fresh.end());
  SOTTO_ASSIGN_OR_RETURN(const auto claim, FindClaim(sql, task, {id, id}));
  SOTTO_ASSIGN_OR_RETURN(const SqlRows made,
                         sql.Run("INSERT INTO bucket (task, id, count, checksum, first_time, last_time, share) "
                                 "VALUES ($1, $2, 0, $3, $4, $4, $5) ON CONFLICT (task, id) DO NOTHING RETURNING id",
                                 {task.number, fresh, dap::Checksum{}, TimeBytes(0), Bytes()}));
  if (claim || made.empty()) {
    return Error{ErrorCode::kInvalidArgument, "storage: the task has a batch of the new batch's id already.",
                 "Draw another."};
  }
  return fresh;
}

Result<SqlRows> FindJob(SqlTransaction& sql, const TaskRow& task, const Lease& lease) {
  return sql.Run("SELECT token, leased, state FROM aggregation_job WHERE task = $1 AND id = $2 FOR UPDATE",
                 {task.number, lease.id});
}

Status EndJob(SqlTransaction& sql, const TaskRow& task, const Lease& lease, int64_t state) {
  SOTTO_RETURN_IF_ERROR(
      sql.Run("UPDATE aggregation_job SET state = $3, leased = 0, location = '' WHERE task = $1 AND id = $2",
              {task.number, lease.id, state}));
  return {};
}

// kInvalidArgument unless the outcomes are those of the job's reports, each once.
Status CheckComplete(SqlTransaction& sql, const TaskRow& task, const Lease& lease,
                     std::span<const ReportOutcome> outcomes) {
  SOTTO_ASSIGN_OR_RETURN(
      const SqlRows rows,
      sql.Run("SELECT id FROM report_body WHERE task = $1 AND job = $2 ORDER BY id", {task.number, lease.id}));
  std::set<dap::ReportId> ids;
  for (const ReportOutcome& outcome : outcomes) ids.insert(outcome.id);
  const bool same = ids.size() == outcomes.size() && rows.size() == ids.size() &&
                    std::equal(ids.begin(), ids.end(), rows.begin(), [](const dap::ReportId& id, const SqlRow& row) {
                      return id == ArrayOf<16>(row[0].bytes);
                    });
  if (same) return {};
  return Error{ErrorCode::kInvalidArgument, "storage: the outcomes are not those of the job's reports.", ""};
}

}  // namespace

Result<std::vector<AppendOutcome>> SqlAggregatorStore::AppendReports(std::span<const NewReport> reports) {
  using Outcomes = std::vector<AppendOutcome>;
  return Transact<Outcomes>([&](SqlTransaction& sql) -> Result<Outcomes> {
    Outcomes outcomes(reports.size(), AppendOutcome::kReplayed);
    std::map<int64_t, Part> parts;  // by task number: the order of locks
    for (size_t i = 0; i < reports.size(); ++i) {
      SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, reports[i].task));
      Part& part = parts[task.number];
      part.task = task;
      part.first.try_emplace(reports[i].id, i);
    }
    for (const auto& [number, part] : parts) SOTTO_RETURN_IF_ERROR(sql.LockTask(number, TaskLock::kShared));
    for (const auto& [number, part] : parts) SOTTO_RETURN_IF_ERROR(AppendPart(sql, part, reports, outcomes));
    return outcomes;
  });
}

Result<std::optional<LeasedAggregationJob>> SqlAggregatorStore::LeaseAggregationJob(const AggregationJobTerms& terms) {
  using Leased = std::optional<LeasedAggregationJob>;
  if (terms.max_reports == 0 || terms.new_job == kNoJob) {
    return Error{ErrorCode::kInvalidArgument, "storage: a job has at least one report, and an id that is not zero.",
                 ""};
  }
  std::vector<TaskRow> ready;
  SOTTO_ASSIGN_OR_RETURN(Leased due, Transact<Leased>([&](SqlTransaction& sql) -> Result<Leased> {
                           SOTTO_ASSIGN_OR_RETURN(const std::vector<TaskRow> tasks, Tasks(sql));
                           SOTTO_ASSIGN_OR_RETURN(Leased job, LeaseDueJob(sql, tasks, terms));
                           if (job) return job;
                           SOTTO_ASSIGN_OR_RETURN(ready, TasksWithReports(sql, tasks, terms));
                           return Leased();
                         }));
  if (due) return due;
  // Tasks take turns, so that a busy one does not keep the others waiting. Each has a transaction of its own, so that
  // none holds the lock of one task and waits for another's.
  const size_t turn = turn_++;
  for (size_t i = 0; i < ready.size(); ++i) {
    const TaskRow& task = ready[(turn + i) % ready.size()];
    SOTTO_ASSIGN_OR_RETURN(Leased job,
                           Transact<Leased>([&](SqlTransaction& sql) { return NewAggregationJob(sql, task, terms); }));
    if (job) return job;
  }
  return Leased();
}

Result<std::optional<LeasedAggregationJob>> SqlAggregatorStore::NewAggregationJob(SqlTransaction& sql,
                                                                                  const TaskRow& task,
                                                                                  const AggregationJobTerms& terms) {
  using Leased = std::optional<LeasedAggregationJob>;
  const bool leader_selected = task.batch_mode == dap::BatchMode::kLeaderSelected;
  SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, leader_selected ? TaskLock::kExclusive : TaskLock::kShared));
  SOTTO_ASSIGN_OR_RETURN(SqlRows rows, sql.Run("SELECT id, time, body FROM report_body WHERE task = $1 AND job = $2 "
                                               "ORDER BY time, id LIMIT $3 FOR UPDATE SKIP LOCKED",
                                               {task.number, kNoJob, static_cast<int64_t>(terms.max_reports)}));
  // Others may have been faster.
  if (rows.empty() || rows.size() < std::min(terms.min_reports, terms.max_reports)) return Leased();

  LeasedAggregationJob job;
  job.lease = {task.id, terms.new_job, 1};
  SqlValue batch(SqlValue::Kind::kBytes);
  if (leader_selected) {
    SOTTO_ASSIGN_OR_RETURN(job.batch, OpenBatch(sql, task, terms.new_batch));
    batch = *job.batch;
  }
  SOTTO_ASSIGN_OR_RETURN(
      const SqlRows made,
      sql.Run("INSERT INTO aggregation_job (task, id, state, token, leased, due, attempts, batch, location) "
              "VALUES ($1, $2, 0, 1, 1, $3, 1, $4, '') ON CONFLICT (task, id) DO NOTHING RETURNING id",
              {task.number, terms.new_job, terms.lease_until, batch}));
  if (made.empty()) {
    return Error{ErrorCode::kInvalidArgument, "storage: the task has a job of the new job's id already.",
                 "Draw another."};
  }
  std::vector<SqlValues> keys;
  for (const SqlRow& row : rows) keys.push_back({row[1].bytes, row[0].bytes});
  SOTTO_RETURN_IF_ERROR(
      sql.RunForEach({"UPDATE report_body SET job = $3 WHERE task = $1 AND job = $2 AND time = $4 AND id = $5",
                      "UPDATE report_body SET job = $3 FROM unnest($4::bytea[], $5::bytea[]) AS taken (time, id) "
                      "WHERE report_body.task = $1 AND report_body.job = $2 AND report_body.time = taken.time "
                      "AND report_body.id = taken.id"},
                     {task.number, kNoJob, terms.new_job}, keys));
  for (SqlRow& row : rows) {
    job.reports.push_back({ArrayOf<16>(row[0].bytes), TimeOf(row[1].bytes), std::move(row[2].bytes)});
  }
  std::sort(job.reports.begin(), job.reports.end(),
            [](const StoredReport& a, const StoredReport& b) { return a.id < b.id; });
  return Leased(std::move(job));
}

Status SqlAggregatorStore::RejectReports(const Lease& lease, std::span<const dap::ReportId> reports) {
  if (reports.empty()) return {};
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kOpen));
    if (hold == Hold::kEnded) return {};
    std::vector<SqlValues> ids;
    for (const dap::ReportId& id : reports) ids.push_back({id});
    sql.Forget();
    SOTTO_RETURN_IF_ERROR(
        sql.RunForEach({"DELETE FROM report_body WHERE task = $1 AND job = $2 AND id = $3",
                        "DELETE FROM report_body WHERE task = $1 AND job = $2 AND id = ANY ($3::bytea[])"},
                       {task.number, lease.id}, ids));
    return {};
  });
}

Status SqlAggregatorStore::ReturnAggregationJob(const Lease& lease, int64_t due, const std::string& location) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kOpen));
    if (hold == Hold::kEnded) return {};
    SOTTO_RETURN_IF_ERROR(sql.Run("UPDATE aggregation_job SET leased = 0, due = $3 WHERE task = $1 AND id = $2",
                                  {task.number, lease.id, due}));
    if (location.empty()) return {};
    SOTTO_RETURN_IF_ERROR(sql.Run("UPDATE aggregation_job SET location = $3 WHERE task = $1 AND id = $2",
                                  {task.number, lease.id, Printable(location)}));
    return {};
  });
}

Status SqlAggregatorStore::FinishAggregationJob(const Lease& lease, std::span<const ReportOutcome> outcomes,
                                                const AddShare& add) {
  std::vector<const ReportOutcome*> valid;
  for (const ReportOutcome& outcome : outcomes) {
    if (!outcome.error) valid.push_back(&outcome);
  }
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kShared));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kOpen));
    if (hold == Hold::kEnded) return {};
    SOTTO_RETURN_IF_ERROR(CheckComplete(sql, task, lease, outcomes));
    std::set<BucketId> buckets;
    for (const ReportOutcome* outcome : valid) buckets.insert(outcome->bucket);
    for (const BucketId& bucket : buckets) {
      SOTTO_ASSIGN_OR_RETURN(const auto claim, FindClaim(sql, task, {bucket, bucket}));
      if (claim && !claim->closing) {
        return Error{ErrorCode::kInternal, "storage: bucket " + ToHex(bucket) + " was collected while a job was open.",
                     ""};
      }
    }
    SOTTO_RETURN_IF_ERROR(AddToBuckets(sql, task, valid, add));
    std::vector<SqlValues> early;
    for (const ReportOutcome& outcome : outcomes) {
      if (outcome.error == dap::ReportError::kReportTooEarly) early.push_back({outcome.id});
    }
    SOTTO_RETURN_IF_ERROR(
        sql.RunForEach({"UPDATE report_body SET job = $3 WHERE task = $1 AND job = $2 AND id = $4",
                        "UPDATE report_body SET job = $3 WHERE task = $1 AND job = $2 AND id = ANY ($4::bytea[])"},
                       {task.number, lease.id, kNoJob}, early));
    sql.Forget();
    SOTTO_RETURN_IF_ERROR(sql.Run("DELETE FROM report_body WHERE task = $1 AND job = $2", {task.number, lease.id}));
    return EndJob(sql, task, lease, kFinished);
  });
}

Status SqlAggregatorStore::AbandonAggregationJob(const Lease& lease) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kShared));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kOpen));
    if (hold == Hold::kEnded) return {};
    SOTTO_RETURN_IF_ERROR(
        sql.Run("UPDATE report_body SET job = $3 WHERE task = $1 AND job = $2", {task.number, lease.id, kNoJob}));
    return EndJob(sql, task, lease, kAbandoned);
  });
}

}  // namespace sotto::server
