// AggregatorStore on tables: the contract of aggregator_store.h once, for SQLite and PostgreSQL. sqlite_schema.cc and
// postgresql_schema.cc have the same tables, each column with its comment.
//
// A report's id is in `report` for as long as the task is known; its body, time and job are in `report_body` until it
// is counted, rejected or too late. A batch that a collection job or a released share has for itself is a range of
// bucket identifiers in `batch`: it holds the empty buckets between as well, so that nothing is added to them later.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "server-stub/storage/aggregator/sql.h"
#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

// A row of `task`.
struct TaskRow {
  int64_t number = 0;  // what other tables have in the id's place
  dap::TaskId id{};
  dap::Role role = dap::Role::kLeader;
  dap::BatchMode batch_mode = dap::BatchMode::kTimeInterval;
  uint64_t min_batch_size = 1;
};

class SqlAggregatorStore : public AggregatorStore {
 public:
  explicit SqlAggregatorStore(std::unique_ptr<SqlDatabase> database) : database_(std::move(database)) {}

  Status AddTask(const TaskRecord& task) override;

  Result<std::vector<AppendOutcome>> AppendReports(std::span<const NewReport> reports) override;
  Result<std::optional<LeasedAggregationJob>> LeaseAggregationJob(const AggregationJobTerms& terms) override;
  Status RejectReports(const Lease& lease, std::span<const dap::ReportId> reports) override;
  Status ReturnAggregationJob(const Lease& lease, int64_t due, const std::string& location) override;
  Status FinishAggregationJob(const Lease& lease, std::span<const ReportOutcome> outcomes,
                              const AddShare& add) override;
  Status AbandonAggregationJob(const Lease& lease) override;

  Result<std::optional<HelperJob>> FindHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) override;
  Status AcceptHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id, ByteSpan request) override;
  Result<std::optional<LeasedHelperJob>> LeaseHelperJob(int64_t now, int64_t lease_until) override;
  Result<Bytes> CommitHelperJob(
      const dap::TaskId& task, const dap::AggregationJobId& id, const Lease* lease,
      std::span<const ReportOutcome> outcomes, const AddShare& add,
      const std::function<Result<Bytes>(std::span<const std::optional<dap::ReportError>>)>& render) override;
  Status DeleteHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) override;
  Result<std::vector<bool>> KnownReports(const dap::TaskId& task, std::span<const dap::ReportId> reports) override;

  Result<Bytes> ReleaseShare(const dap::TaskId& task, const dap::AggregateShareId& id, const BatchRange& range,
                             const std::function<Status(const Batch&)>& check, const Charge& charge,
                             const MakeRelease& make) override;
  Result<std::optional<Bytes>> FindShare(const dap::TaskId& task, const dap::AggregateShareId& id) override;
  Status DeleteShare(const dap::TaskId& task, const dap::AggregateShareId& id) override;

  Result<CollectionJob> CreateCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& id,
                                            ByteSpan request) override;
  Result<std::optional<CollectionJob>> FindCollectionJob(const dap::TaskId& task,
                                                         const dap::CollectionJobId& id) override;
  Result<std::optional<LeasedCollectionJob>> LeaseCollectionJob(int64_t now, int64_t lease_until) override;
  Status ReturnCollectionJob(const Lease& lease, int64_t due) override;
  Result<FrozenBatch> FreezeBatch(const Lease& lease, const BatchRange& range, bool close) override;
  Status FinishCollectionJob(const Lease& lease, const Charge& charge, const MakeRelease& make) override;
  Status FailCollectionJob(const Lease& lease, std::optional<dap::Problem> problem, const std::string& detail,
                           bool thaw) override;
  Status DeleteCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& id) override;

  Status Scrub(const dap::TaskId& task) override;
  Result<std::map<uint64_t, privacy::MicroRho>> Spent() override;
  Result<StoreStats> Stats() override;

  SqlDatabase& database() { return *database_; }

 private:
  // `work` in a transaction, with its value.
  template <class T>
  Result<T> Transact(const std::function<Result<T>(SqlTransaction&)>& work) {
    T value{};
    SOTTO_RETURN_IF_ERROR(database_->Transact([&](SqlTransaction& sql) -> Status {
      SOTTO_ASSIGN_OR_RETURN(value, work(sql));
      return {};
    }));
    return value;
  }

  // kNotFound if it was not added.
  Result<TaskRow> Task(SqlTransaction& sql, const dap::TaskId& id);
  // All of them, in the order of their numbers.
  static Result<std::vector<TaskRow>> Tasks(SqlTransaction& sql);
  // A job of the task's waiting reports, if there are enough. A transaction of its own.
  static Result<std::optional<LeasedAggregationJob>> NewAggregationJob(SqlTransaction& sql, const TaskRow& task,
                                                                       const AggregationJobTerms& terms);

  std::unique_ptr<SqlDatabase> database_;
  std::mutex mutex_;
  std::map<dap::TaskId, TaskRow> tasks_;  // those that were asked for: a task never changes
  std::atomic<size_t> turn_ = 0;          // at which task the search for waiting reports begins
};

}  // namespace sotto::server
