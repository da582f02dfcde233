// Batches: the helper's released shares and the leader's collection jobs.
#include "server-stub/models/sha256.h"
#include "server-stub/storage/aggregator/rows.h"
#include "server-stub/storage/aggregator/sql_aggregator_store.h"

namespace sotto::server {
namespace {

constexpr int64_t kWaiting = static_cast<int64_t>(CollectionJob::State::kWaiting);
constexpr int64_t kReady = static_cast<int64_t>(CollectionJob::State::kReady);
constexpr int64_t kFailed = static_cast<int64_t>(CollectionJob::State::kFailed);

Result<SqlRows> FindJob(SqlTransaction& sql, const TaskRow& task, const Lease& lease) {
  return sql.Run("SELECT token, leased, state FROM collection_job WHERE task = $1 AND id = $2 FOR UPDATE",
                 {task.number, lease.id});
}

// Of at most one row: id, state, request, response, problem, detail.
std::optional<CollectionJob> JobOf(SqlRows rows) {
  if (rows.empty()) return std::nullopt;
  SqlRow& row = rows[0];
  CollectionJob job;
  job.id = ArrayOf<16>(row[0].bytes);
  job.state = static_cast<CollectionJob::State>(row[1].integer);
  job.request = std::move(row[2].bytes);
  job.response = std::move(row[3].bytes);
  if (!row[4].null) job.problem = static_cast<dap::Problem>(row[4].integer);
  job.detail = row[5].text();
  return job;
}

// A batch that a job has to itself: frozen, or closing as long as what came before is still being counted.
struct Held {
  BucketRange range;
  bool closing = false;
};

Result<std::optional<Held>> HeldBy(SqlTransaction& sql, const TaskRow& task, const dap::CollectionJobId& job) {
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows, sql.Run("SELECT first_bucket, last_bucket, count FROM batch "
                                                     "WHERE task = $1 AND owner = $2 AND collected = 0",
                                                     {task.number, job}));
  if (rows.empty()) return std::optional<Held>();
  return std::optional(Held{{rows[0][0].bytes, rows[0][1].bytes}, rows[0][2].integer == 0});
}

Status Thaw(SqlTransaction& sql, const TaskRow& task, const dap::CollectionJobId& job) {
  SOTTO_RETURN_IF_ERROR(
      sql.Run("DELETE FROM batch WHERE task = $1 AND owner = $2 AND collected = 0", {task.number, job}));
  return {};
}

Status MarkCollected(SqlTransaction& sql, const TaskRow& task, const dap::CollectionJobId& job) {
  SOTTO_RETURN_IF_ERROR(
      sql.Run("UPDATE batch SET collected = 1 WHERE task = $1 AND owner = $2 AND collected = 0", {task.number, job}));
  return {};
}

// Reports of the range that wait or are in an open job. Of the leader-selected mode, where those that wait are in no
// batch yet: open jobs.
Result<uint64_t> CountUncounted(SqlTransaction& sql, const TaskRow& task, const BucketRange& range) {
  const bool leader_selected = task.batch_mode == dap::BatchMode::kLeaderSelected;
  SOTTO_ASSIGN_OR_RETURN(
      const SqlRows rows,
      leader_selected ? sql.Run("SELECT count(*) FROM aggregation_job WHERE task = $1 AND state = 0 AND batch = $2",
                                {task.number, range.first})
                      : sql.Run("SELECT count(*) FROM report_body WHERE task = $1 AND time >= $2 AND time <= $3",
                                {task.number, range.first, range.last}));
  return static_cast<uint64_t>(rows[0][0].integer);
}

// kReady or kTooFew, of a batch all of whose reports are counted.
Result<FrozenBatch> JudgeCounted(SqlTransaction& sql, const TaskRow& task, const BucketRange& range) {
  FrozenBatch frozen;
  SOTTO_ASSIGN_OR_RETURN(frozen.batch, CombineBuckets(sql, task, range));
  if (frozen.batch.count >= task.min_batch_size && frozen.batch.count > 0) {
    frozen.state = BatchState::kReady;
  } else {
    const uint64_t count = frozen.batch.count;
    frozen.batch = {};
    frozen.batch.count = count;
  }
  return frozen;
}

Result<FrozenBatch> Judge(SqlTransaction& sql, const TaskRow& task, const BucketRange& range) {
  FrozenBatch frozen;
  SOTTO_ASSIGN_OR_RETURN(const auto claim, FindClaim(sql, task, range));
  SOTTO_ASSIGN_OR_RETURN(const uint64_t uncounted, CountUncounted(sql, task, range));
  if (!claim && uncounted == 0) return JudgeCounted(sql, task, range);
  frozen.state = claim ? BatchState::kCollected : BatchState::kPending;
  return frozen;
}

// The leader-selected batch that is to be collected next: of those that nobody has the first that is ready, or else
// what is the matter with the fullest.
Result<FrozenBatch> JudgeNext(SqlTransaction& sql, const TaskRow& task, BucketRange& range) {
  SOTTO_ASSIGN_OR_RETURN(const SqlRows buckets,
                         sql.Run("SELECT id FROM bucket WHERE task = $1 AND NOT EXISTS "
                                 "(SELECT 1 FROM batch WHERE batch.task = bucket.task AND first_bucket = bucket.id) "
                                 "ORDER BY count DESC, id",
                                 {task.number}));
  FrozenBatch fullest;
  for (const SqlRow& row : buckets) {
    range = {row[0].bytes, row[0].bytes};
    SOTTO_ASSIGN_OR_RETURN(FrozenBatch judged, Judge(sql, task, range));
    if (judged.state == BatchState::kReady) return judged;
    if (judged.state == BatchState::kPending) {
      fullest.state = BatchState::kPending;
      fullest.batch = {};
    } else if (fullest.state == BatchState::kTooFew) {
      fullest.batch.count = std::max(fullest.batch.count, judged.batch.count);
    }
  }
  return fullest;
}

// Closes a batch whose reports are still being counted, if there may be enough of them: none is added to it any more.
Status Close(SqlTransaction& sql, const TaskRow& task, const BucketRange& range, const dap::CollectionJobId& job) {
  SOTTO_ASSIGN_OR_RETURN(const Batch counted, CombineBuckets(sql, task, range));
  SOTTO_ASSIGN_OR_RETURN(const uint64_t uncounted, CountUncounted(sql, task, range));
  if (counted.count + uncounted < task.min_batch_size) return {};
  return AddClaim(sql, task, range, job, false, 0);
}

// A batch that was closing: ready, still being counted, or open again because there were too few after all.
Result<FrozenBatch> JudgeClosing(SqlTransaction& sql, const TaskRow& task, const BucketRange& range,
                                 const dap::CollectionJobId& job) {
  SOTTO_ASSIGN_OR_RETURN(const uint64_t uncounted, CountUncounted(sql, task, range));
  if (uncounted > 0) return FrozenBatch{BatchState::kPending, {}};
  SOTTO_ASSIGN_OR_RETURN(FrozenBatch frozen, JudgeCounted(sql, task, range));
  if (frozen.state != BatchState::kReady) {
    SOTTO_RETURN_IF_ERROR(Thaw(sql, task, job));
    return frozen;
  }
  SOTTO_RETURN_IF_ERROR(sql.Run("UPDATE batch SET count = $3 WHERE task = $1 AND owner = $2 AND collected = 0",
                                {task.number, job, static_cast<int64_t>(frozen.batch.count)}));
  return frozen;
}

// What becomes of the batch of a job which ends without a result: another may have it, or nobody ever.
Status LetGo(SqlTransaction& sql, const TaskRow& task, const dap::CollectionJobId& job, bool thaw) {
  SOTTO_ASSIGN_OR_RETURN(const auto held, HeldBy(sql, task, job));
  if (!held) return {};
  // Nobody was asked for a share of one that was closing.
  if (thaw || held->closing) return Thaw(sql, task, job);
  SOTTO_RETURN_IF_ERROR(MarkCollected(sql, task, job));
  return DropBuckets(sql, task, held->range);
}

}  // namespace

Result<Bytes> SqlAggregatorStore::ReleaseShare(const dap::TaskId& task_id, const dap::AggregateShareId& id,
                                               const BatchRange& batch_range,
                                               const std::function<Status(const Batch&)>& check, const Charge& charge,
                                               const MakeRelease& make) {
  return Transact<Bytes>([&](SqlTransaction& sql) -> Result<Bytes> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_ASSIGN_OR_RETURN(const BucketRange range, RangeOf(task, batch_range));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kExclusive));
    SOTTO_ASSIGN_OR_RETURN(SqlRows released, sql.Run("SELECT response FROM aggregate_share WHERE task = $1 AND id = $2",
                                                     {task.number, id}));
    if (!released.empty()) return std::move(released[0][0].bytes);
    SOTTO_ASSIGN_OR_RETURN(const auto claim, FindClaim(sql, task, range));
    if (claim) {
      return Error{ErrorCode::kMismatch,
                   claim->owner == id ? "storage: the batch was collected, and its share deleted."
                                      : "storage: a bucket of the batch was collected already.",
                   ""};
    }
    SOTTO_ASSIGN_OR_RETURN(const Batch batch, CombineBuckets(sql, task, range));
    SOTTO_RETURN_IF_ERROR(check(batch));
    SOTTO_RETURN_IF_ERROR(Spend(sql, charge));
    sql.OnlyOnce();
    SOTTO_ASSIGN_OR_RETURN(Bytes response, make(batch));
    SOTTO_RETURN_IF_ERROR(
        sql.Run("INSERT INTO aggregate_share (task, id, response) VALUES ($1, $2, $3)", {task.number, id, response}));
    SOTTO_RETURN_IF_ERROR(AddClaim(sql, task, range, id, true, batch.count));
    SOTTO_RETURN_IF_ERROR(DropBuckets(sql, task, range));
    return response;
  });
}

Result<std::optional<Bytes>> SqlAggregatorStore::FindShare(const dap::TaskId& task_id,
                                                           const dap::AggregateShareId& id) {
  using Found = std::optional<Bytes>;
  return Transact<Found>([&](SqlTransaction& sql) -> Result<Found> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_ASSIGN_OR_RETURN(
        SqlRows rows, sql.Run("SELECT response FROM aggregate_share WHERE task = $1 AND id = $2", {task.number, id}));
    return rows.empty() ? Found() : Found(std::move(rows[0][0].bytes));
  });
}

Status SqlAggregatorStore::DeleteShare(const dap::TaskId& task_id, const dap::AggregateShareId& id) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    sql.Forget();
    SOTTO_RETURN_IF_ERROR(sql.Run("DELETE FROM aggregate_share WHERE task = $1 AND id = $2", {task.number, id}));
    return {};
  });
}

Result<CollectionJob> SqlAggregatorStore::CreateCollectionJob(const dap::TaskId& task_id,
                                                              const dap::CollectionJobId& fresh, ByteSpan request) {
  return Transact<CollectionJob>([&](SqlTransaction& sql) -> Result<CollectionJob> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kExclusive));
    const Bytes digest = Sha256(request);
    SOTTO_ASSIGN_OR_RETURN(SqlRows rows,
                           sql.Run("SELECT id, state, request, response, problem, detail FROM collection_job "
                                   "WHERE task = $1 AND request_sha256 = $2",
                                   {task.number, digest}));
    if (auto job = JobOf(std::move(rows)); job) return *std::move(job);
    SOTTO_ASSIGN_OR_RETURN(
        const SqlRows made,
        sql.Run("INSERT INTO collection_job "
                "(task, id, request_sha256, state, token, leased, due, attempts, request, response, detail) "
                "VALUES ($1, $2, $3, 0, 0, 0, 0, 0, $4, $5, '') ON CONFLICT (task, id) DO NOTHING RETURNING id",
                {task.number, fresh, digest, request, Bytes()}));
    if (made.empty()) {
      return Error{ErrorCode::kInvalidArgument, "storage: the task has a collection job of the new job's id already.",
                   "Draw another."};
    }
    CollectionJob job;
    job.id = fresh;
    job.request.assign(request.begin(), request.end());
    return job;
  });
}

Result<std::optional<CollectionJob>> SqlAggregatorStore::FindCollectionJob(const dap::TaskId& task_id,
                                                                           const dap::CollectionJobId& id) {
  using Found = std::optional<CollectionJob>;
  return Transact<Found>([&](SqlTransaction& sql) -> Result<Found> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_ASSIGN_OR_RETURN(SqlRows rows,
                           sql.Run("SELECT id, state, request, response, problem, detail FROM collection_job "
                                   "WHERE task = $1 AND id = $2",
                                   {task.number, id}));
    return JobOf(std::move(rows));
  });
}

Result<std::optional<LeasedCollectionJob>> SqlAggregatorStore::LeaseCollectionJob(int64_t now, int64_t lease_until) {
  using Leased = std::optional<LeasedCollectionJob>;
  return Transact<Leased>([&](SqlTransaction& sql) -> Result<Leased> {
    SOTTO_ASSIGN_OR_RETURN(SqlRows due, sql.Run("SELECT task, id, token, attempts, request FROM collection_job "
                                                "WHERE state = 0 AND (due <= $1 OR due > $2) ORDER BY due LIMIT 1 "
                                                "FOR UPDATE SKIP LOCKED",
                                                {now, PutOff(now, lease_until)}));
    if (due.empty()) return Leased();
    SOTTO_ASSIGN_OR_RETURN(const SqlRows task, sql.Run("SELECT id FROM task WHERE number = $1", {due[0][0].integer}));
    if (task.empty()) return Error{ErrorCode::kInternal, "storage: a job has no task.", ""};
    LeasedCollectionJob job{{ArrayOf<32>(task[0][0].bytes), ArrayOf<16>(due[0][1].bytes), due[0][2].integer + 1},
                            std::move(due[0][4].bytes),
                            static_cast<uint32_t>(due[0][3].integer)};
    SOTTO_RETURN_IF_ERROR(
        sql.Run("UPDATE collection_job SET token = $3, leased = 1, due = $4, attempts = attempts + 1 "
                "WHERE task = $1 AND id = $2",
                {due[0][0].integer, job.lease.id, job.lease.token, lease_until}));
    return Leased(std::move(job));
  });
}

Status SqlAggregatorStore::ReturnCollectionJob(const Lease& lease, int64_t due) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kWaiting));
    if (hold == Hold::kEnded) return {};
    SOTTO_RETURN_IF_ERROR(sql.Run("UPDATE collection_job SET leased = 0, due = $3 WHERE task = $1 AND id = $2",
                                  {task.number, lease.id, due}));
    return {};
  });
}

Result<FrozenBatch> SqlAggregatorStore::FreezeBatch(const Lease& lease, const BatchRange& batch_range, bool close) {
  return Transact<FrozenBatch>([&](SqlTransaction& sql) -> Result<FrozenBatch> {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    const bool next = task.batch_mode == dap::BatchMode::kLeaderSelected && !batch_range.interval && !batch_range.batch;
    BucketRange range;
    if (!next) {
      SOTTO_ASSIGN_OR_RETURN(range, RangeOf(task, batch_range));
    }
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kExclusive));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kWaiting));
    if (hold == Hold::kEnded) return Error{ErrorCode::kExpired, "storage: the collection job has ended.", ""};
    SOTTO_ASSIGN_OR_RETURN(const auto held, HeldBy(sql, task, lease.id));
    if (held && held->closing) return JudgeClosing(sql, task, held->range, lease.id);
    if (held) {
      FrozenBatch frozen{BatchState::kReady, {}};
      SOTTO_ASSIGN_OR_RETURN(frozen.batch, CombineBuckets(sql, task, held->range));
      return frozen;
    }
    SOTTO_ASSIGN_OR_RETURN(FrozenBatch frozen, next ? JudgeNext(sql, task, range) : Judge(sql, task, range));
    if (frozen.state == BatchState::kReady) {
      SOTTO_RETURN_IF_ERROR(AddClaim(sql, task, range, lease.id, false, frozen.batch.count));
    }
    if (frozen.state == BatchState::kPending && close && task.batch_mode == dap::BatchMode::kTimeInterval) {
      SOTTO_RETURN_IF_ERROR(Close(sql, task, range, lease.id));
    }
    return frozen;
  });
}

Status SqlAggregatorStore::FinishCollectionJob(const Lease& lease, const Charge& charge, const MakeRelease& make) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kExclusive));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kWaiting));
    if (hold == Hold::kEnded && job[0][2].integer == kReady) return {};
    SOTTO_ASSIGN_OR_RETURN(const auto held, HeldBy(sql, task, lease.id));
    if (!held || held->closing) {
      return Error{ErrorCode::kInvalidArgument, "storage: the job has no batch.", "Freeze one first."};
    }
    SOTTO_ASSIGN_OR_RETURN(const Batch batch, CombineBuckets(sql, task, held->range));
    SOTTO_RETURN_IF_ERROR(Spend(sql, charge));
    sql.OnlyOnce();
    SOTTO_ASSIGN_OR_RETURN(const Bytes response, make(batch));
    SOTTO_RETURN_IF_ERROR(
        sql.Run("UPDATE collection_job SET state = $3, leased = 0, response = $4 WHERE task = $1 AND id = $2",
                {task.number, lease.id, kReady, response}));
    SOTTO_RETURN_IF_ERROR(MarkCollected(sql, task, lease.id));
    return DropBuckets(sql, task, held->range);
  });
}

Status SqlAggregatorStore::FailCollectionJob(const Lease& lease, std::optional<dap::Problem> problem,
                                             const std::string& detail, bool thaw) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, lease.task));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kExclusive));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows job, FindJob(sql, task, lease));
    SOTTO_ASSIGN_OR_RETURN(const Hold hold, CheckLease(lease, job, kWaiting));
    if (hold == Hold::kEnded) return {};
    const std::string text = Printable(detail);
    SOTTO_RETURN_IF_ERROR(sql.Run(
        "UPDATE collection_job SET state = $3, leased = 0, problem = $4, detail = $5 WHERE task = $1 AND id = $2",
        {task.number, lease.id, kFailed,
         problem ? SqlValue(static_cast<int64_t>(*problem)) : SqlValue(SqlValue::Kind::kInteger), text}));
    return LetGo(sql, task, lease.id, thaw);
  });
}

Status SqlAggregatorStore::DeleteCollectionJob(const dap::TaskId& task_id, const dap::CollectionJobId& id) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, task_id));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kExclusive));
    SOTTO_RETURN_IF_ERROR(LetGo(sql, task, id, false));
    sql.Forget();
    SOTTO_RETURN_IF_ERROR(sql.Run("DELETE FROM collection_job WHERE task = $1 AND id = $2", {task.number, id}));
    return {};
  });
}

}  // namespace sotto::server
