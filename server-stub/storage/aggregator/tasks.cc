// Tasks, what a task leaves behind, and sums over all of them.
#include <bit>

#include "server-stub/storage/aggregator/rows.h"
#include "server-stub/storage/aggregator/sql_aggregator_store.h"

namespace sotto::server {
namespace {

TaskRow TaskOf(const SqlRow& row) {
  return {row[0].integer, ArrayOf<32>(row[1].bytes), static_cast<dap::Role>(row[2].integer),
          static_cast<dap::BatchMode>(row[3].integer), std::bit_cast<uint64_t>(row[4].integer)};
}

}  // namespace

Result<TaskRow> SqlAggregatorStore::Task(SqlTransaction& sql, const dap::TaskId& id) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = tasks_.find(id);
    if (known != tasks_.end()) return known->second;
  }
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows,
                         sql.Run("SELECT number, id, role, batch_mode, min_batch_size FROM task WHERE id = $1", {id}));
  if (rows.empty()) {
    return Error{ErrorCode::kNotFound, "storage: task " + dap::ToBase64Url(id) + " was not added.", ""};
  }
  const std::lock_guard lock(mutex_);
  return tasks_[id] = TaskOf(rows[0]);
}

Result<std::vector<TaskRow>> SqlAggregatorStore::Tasks(SqlTransaction& sql) {
  SOTTO_ASSIGN_OR_RETURN(const SqlRows rows,
                         sql.Run("SELECT number, id, role, batch_mode, min_batch_size FROM task ORDER BY number", {}));
  std::vector<TaskRow> tasks;
  for (const SqlRow& row : rows) tasks.push_back(TaskOf(row));
  return tasks;
}

Status SqlAggregatorStore::AddTask(const TaskRecord& task) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_RETURN_IF_ERROR(sql.LockTasks());
    SOTTO_ASSIGN_OR_RETURN(
        const SqlRows rows,
        sql.Run("SELECT configuration, role, batch_mode, min_batch_size FROM task WHERE id = $1", {task.id}));
    const auto role = static_cast<int64_t>(task.role);
    const auto batch_mode = static_cast<int64_t>(task.batch_mode);
    const auto min_batch_size = std::bit_cast<int64_t>(task.min_batch_size);
    if (!rows.empty()) {
      if (rows[0][0].bytes == task.configuration && rows[0][1].integer == role && rows[0][2].integer == batch_mode &&
          rows[0][3].integer == min_batch_size) {
        return {};
      }
      return Error{ErrorCode::kMismatch,
                   "storage: task " + dap::ToBase64Url(task.id) + " has another configuration or role.",
                   "Give the changed task a new id."};
    }
    SOTTO_ASSIGN_OR_RETURN(const SqlRows last, sql.Run("SELECT coalesce(max(number), 0) FROM task", {}));
    const int64_t number = last[0][0].integer + 1;
    SOTTO_RETURN_IF_ERROR(
        sql.Run("INSERT INTO task (number, id, configuration, role, batch_mode, min_batch_size) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
                {number, task.id, task.configuration, role, batch_mode, min_batch_size}));
    return sql.MakePartitions(number);
  });
}

Status SqlAggregatorStore::Scrub(const dap::TaskId& id) {
  return database_->Transact([&](SqlTransaction& sql) -> Status {
    SOTTO_ASSIGN_OR_RETURN(const TaskRow task, Task(sql, id));
    SOTTO_RETURN_IF_ERROR(sql.LockTask(task.number, TaskLock::kExclusive));
    for (const char* statement : {
             "DELETE FROM report_body WHERE task = $1",
             "DELETE FROM report WHERE task = $1",
             "DELETE FROM aggregation_job WHERE task = $1",
             "DELETE FROM helper_job WHERE task = $1",
             // A frozen batch is on its way to its collector.
             "DELETE FROM bucket WHERE task = $1 AND NOT EXISTS (SELECT 1 FROM batch WHERE batch.task = bucket.task "
             "AND batch.first_bucket <= bucket.id AND batch.last_bucket >= bucket.id)",
         }) {
      SOTTO_RETURN_IF_ERROR(sql.Run(statement, {task.number}));
    }
    sql.Forget();
    return {};
  });
}

Result<std::map<uint64_t, privacy::MicroRho>> SqlAggregatorStore::Spent() {
  using Epochs = std::map<uint64_t, privacy::MicroRho>;
  return Transact<Epochs>([](SqlTransaction& sql) -> Result<Epochs> {
    SOTTO_ASSIGN_OR_RETURN(const SqlRows rows, sql.Run("SELECT epoch, spent FROM budget", {}));
    Epochs epochs;
    for (const SqlRow& row : rows) {
      epochs[std::bit_cast<uint64_t>(row[0].integer)] = std::bit_cast<uint64_t>(row[1].integer);
    }
    return epochs;
  });
}

Result<StoreStats> SqlAggregatorStore::Stats() {
  return Transact<StoreStats>([](SqlTransaction& sql) -> Result<StoreStats> {
    StoreStats stats;
    SOTTO_ASSIGN_OR_RETURN(const std::vector<TaskRow> tasks, Tasks(sql));
    for (const TaskRow& task : tasks) {
      SOTTO_ASSIGN_OR_RETURN(
          const SqlRows waiting,
          sql.Run("SELECT count(*) FROM report_body WHERE task = $1 AND job = $2", {task.number, kNoJob}));
      stats.waiting_reports += std::bit_cast<uint64_t>(waiting[0][0].integer);
    }
    SOTTO_ASSIGN_OR_RETURN(const SqlRows jobs, sql.Run("SELECT count(*) FROM aggregation_job WHERE state = 0", {}));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows accepted, sql.Run("SELECT count(*) FROM helper_job WHERE state = 0", {}));
    SOTTO_ASSIGN_OR_RETURN(const SqlRows waiting, sql.Run("SELECT count(*) FROM collection_job WHERE state = 0", {}));
    stats.unfinished_jobs = std::bit_cast<uint64_t>(jobs[0][0].integer + accepted[0][0].integer);
    stats.waiting_collections = std::bit_cast<uint64_t>(waiting[0][0].integer);
    return stats;
  });
}

}  // namespace sotto::server
