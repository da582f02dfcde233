// The helper's jobs.
#include <map>
#include <set>

#include "server-stub/storage/aggregator/rows.h"
#include "server-stub/storage/aggregator/sql_aggregator_store.h"

namespace sotto::server {
namespace {

constexpr int64_t kAccepted = static_cast<int64_t>(JobState::kAccepted);
constexpr int64_t kDone = static_cast<int64_t>(JobState::kDone);

using Errors = std::vector<std::optional<dap::ReportError>>;

Result<std::set<dap::ReportId>> Known(SqlTransaction& sql, const TaskRow& task,
                                      const std::set<dap::ReportId>& reports) {
  std::vector<SqlValues> ids;
  for (const dap::ReportId& id : reports) ids.push_back({id});
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows,
                         sql.RunForEach({"SELECT id FROM report WHERE task = $1 AND id = $2",
                                         "SELECT id FROM report WHERE task = $1 AND id = ANY ($2::bytea[])"},
                                        {task.number}, ids));
  std::set<dap::ReportId> known;
  for (const SqlRow& row : rows) known.insert(ArrayOf<16>(row[0].bytes));
  return known;
}

Result<std::set<BucketId>> TakenBuckets(SqlTransaction& sql, const TaskRow& task,
                                        std::span<const ReportOutcome> outcomes) {
  std::set<BucketId> buckets;
  for (const ReportOutcome& outcome : outcomes) {
    if (!outcome.error) buckets.insert(outcome.bucket);
  }
  std::set<BucketId> taken;
  for (const BucketId& bucket : buckets) {
    SOTTO_ASSIGN_OR_RETURN(const auto claim, FindClaim(sql, task, {bucket, bucket}));
    if (claim) taken.insert(bucket);
  }
  return taken;
}

// Stores the ids of those that count, and says for the others why they do not.
Result<Errors> Count(SqlTransaction& sql, const TaskRow& task, std::span<const ReportOutcome> outcomes) {
  Errors errors(outcomes.size());
  SOTTO_ASSIGN_OR_RETURN(const std::set<BucketId> taken, TakenBuckets(sql, task, outcomes));
  std::map<dap::ReportId, size_t> candidates;  // sorted, so that transactions do not wait for each other in a ring
  std::set<dap::ReportId> late;
  for (size_t i = 0; i < outcomes.size(); ++i) {
    errors[i] = outcomes[i].error;
    if (outcomes[i].error) continue;
    if (taken.contains(outcomes[i].bucket)) {
      late.insert(outcomes[i].id);
    } else {
      errors[i] = dap::ReportError::kReportReplayed;  // unless its id is new, below
      candidates.try_emplace(outcomes[i].id, i);
    }
  }
  SOTTO_ASSIGN_OR_RETURN(const std::set<dap::ReportId> known, Known(sql, task, late));
  for (size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].error || !taken.contains(outcomes[i].bucket)) continue;
    errors[i] = known.contains(outcomes[i].id) ? dap::ReportError::kReportReplayed : dap::ReportError::kBatchCollected;
  }
  std::vector<SqlValues> ids;
  for (const auto& [id, index] : candidates) ids.push_back({id});
  SOTTO_ASSIGN_OR_RETURN(
      const SqlRows stored,
      sql.RunForEach({"INSERT INTO report (task, id) VALUES ($1, $2) ON CONFLICT (task, id) DO NOTHING RETURNING id",
                      "INSERT INTO report (task, id) SELECT $1::bigint, unnest($2::bytea[]) "
                      "ON CONFLICT (task, id) DO NOTHING RETURNING id"},
                     {task.number}, ids));
  for (const SqlRow& row : stored) errors[candidates.at(ArrayOf<16>(row[0].bytes))] = std::nullopt;
  return errors;
}

}  // namespace

Result<std::optional<HelperJob>> SqlAggregatorStore::FindHelperJob(const dap::TaskId& task_id,
                                                                   const dap::AggregationJobId& id) {
  using Found = std::optional<HelperJob>;
  return Transact<Found>([&](SqlTransaction& sql) -> Result<Found> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_ASSIGN_OR_RETURN(
        SqlRows rows,
        sql.Run("SELECT state, request, response FROM helper_job WHERE task = $1 AND id = $2", {task.number, id}));
    if (rows.empty()) return Found();
    return Found(
        HelperJob{static_cast<JobState>(rows[0][0].integer), std::move(rows[0][1].bytes), std::move(rows[0][2].bytes)});
  });
}

Status SqlAggregatorStore::AcceptHelperJob(const dap::TaskId& task_id, const dap::AggregationJobId& id,
                                           ByteSpan request) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_RETURN_IF_ERROR(
        sql.Run("INSERT INTO helper_job (task, id, state, token, leased, due, request, response) "
                "VALUES ($1, $2, 0, 0, 0, 0, $3, $4) ON CONFLICT (task, id) DO NOTHING",
                {task.number, id, request, Bytes()}));
    return {};
  });
}

Result<std::optional<LeasedHelperJob>> SqlAggregatorStore::LeaseHelperJob(int64_t now, int64_t lease_until) {
  using Leased = std::optional<LeasedHelperJob>;
  return Transact<Leased>([&](SqlTransaction& sql) -> Result<Leased> {
    SOTTO_ASSIGN_OR_RETURN(
        SqlRows due, sql.Run("SELECT task, id, token, request FROM helper_job "
                             "WHERE state = 0 AND (due <= $1 OR due > $2) ORDER BY due LIMIT 1 FOR UPDATE SKIP LOCKED",
                             {now, PutOff(now, lease_until)}));
    if (due.empty()) return Leased();
    SOTTO_ASSIGN_OR_RETURN(const SqlRows task, sql.Run("SELECT id FROM task WHERE number = $1", {due[0][0].integer}));
    if (task.empty()) return Error{ErrorCode::kInternal, "storage: a job has no task.", ""};
    LeasedHelperJob job{{ArrayOf<32>(task[0][0].bytes), ArrayOf<16>(due[0][1].bytes), due[0][2].integer + 1},
                        std::move(due[0][3].bytes)};
    SOTTO_RETURN_IF_ERROR(sql.Run("UPDATE helper_job SET token = $3, leased = 1, due = $4 WHERE task = $1 AND id = $2",
                                  {due[0][0].integer, job.lease.id, job.lease.token, lease_until}));
    return Leased(std::move(job));
  });
}

Result<Bytes> SqlAggregatorStore::CommitHelperJob(
    const dap::TaskId& task_id, const dap::AggregationJobId& id, const Lease* lease,
    std::span<const ReportOutcome> outcomes, const AddShare& add,
    const std::function<Result<Bytes>(std::span<const std::optional<dap::ReportError>>)>& render) {
  return Transact<Bytes>([&](SqlTransaction& sql) -> Result<Bytes> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kShared));
    // The row is there before anything is counted, so that a second commit of the job waits here for the first.
    bool made = false;
    if (lease == nullptr) {
      SOTTO_ASSIGN_OR_RETURN(
          const SqlRows rows,
          sql.Run("INSERT INTO helper_job (task, id, state, token, leased, due, request, response) "
                  "VALUES ($1, $2, 0, 0, 0, 0, $3, $3) ON CONFLICT (task, id) DO NOTHING RETURNING id",
                  {task.number, id, Bytes()}));
      made = !rows.empty();
    }
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, sql.Run("SELECT token, leased, state, response FROM helper_job "
                                                      "WHERE task = $1 AND id = $2 FOR UPDATE",
                                                      {task.number, id}));
    if (!job.empty() && job[0][2].integer == kDone) return job[0][3].bytes;
    if (lease != nullptr) SOTTO_RETURN_IF_ERROR(CheckLease(*lease, job, kAccepted));

    SOTTO_ASSIGN_OR_RETURN(const Errors errors, Count(sql, task, outcomes));
    std::vector<const ReportOutcome*> valid;
    for (size_t i = 0; i < outcomes.size(); ++i) {
      if (!errors[i]) valid.push_back(&outcomes[i]);
    }
    SOTTO_RETURN_IF_ERROR(AddToBuckets(sql, task, valid, add));
    SOTTO_ASSIGN_OR_RETURN(Bytes response, render(errors));
    SOTTO_RETURN_IF_ERROR(
        sql.Run("UPDATE helper_job SET state = $3, leased = 0, request = $4, response = $5 WHERE task = $1 AND id = $2",
                {task.number, id, kDone, Bytes(), response}));
    if (!made) sql.Forget();  // the request
    return response;
  });
}

Status SqlAggregatorStore::DeleteHelperJob(const dap::TaskId& task_id, const dap::AggregationJobId& id) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    sql.Forget();
    SOTTO_RETURN_IF_ERROR(sql.Run("DELETE FROM helper_job WHERE task = $1 AND id = $2", {task.number, id}));
    return {};
  });
}

Result<std::vector<bool>> SqlAggregatorStore::KnownReports(const dap::TaskId& task_id,
                                                           std::span<const dap::ReportId> reports) {
  return Transact<std::vector<bool>>([&](SqlTransaction& sql) -> Result<std::vector<bool>> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_ASSIGN_OR_RETURN(const std::set<dap::ReportId> known,
                           Known(sql, task, std::set<dap::ReportId>(reports.begin(), reports.end())));
    std::vector<bool> answers;
    for (const dap::ReportId& id : reports) answers.push_back(known.contains(id));
    return answers;
  });
}

}  // namespace sotto::server
