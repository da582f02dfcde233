// What an aggregator, leader or helper, keeps on disk: one interface, implemented on SQLite (one process, the default)
// and on PostgreSQL (several processes on one database). tests/cpp/server/aggregator_store_test.cc is its contract and
// runs on both.
//
// Every function is one transaction: when it returns success, all of it is durable; when it returns an error, none of
// it happened, unless the connection broke during the commit (kUnavailable), where both are possible and asking again
// is safe, as all of them are idempotent. Safe from any thread. Nothing of it says who sent a report, from where or
// when it came: no address, no time of arrival, no order that means one.
//
// Functions that a caller passes in run inside the transaction: they must not call the store, and, MakeRelease apart,
// may run again if the transaction is tried again.
//
// Errors of every function: kUnavailable, with the database's message: it is away, its disk is full, it was busy for
// too long. The data are as they were. kNotFound for a task that was not added. kInvalidArgument for an id that was
// drawn for something new and is there already, for a range or a bucket of another batch mode, and for outcomes that
// are not those of the job's reports.
//
// Leases: a worker that leases a job has it to itself until the lease is over; then another may lease it and gets a
// larger token. Whoever comes back late is told so (kExpired) and nothing that he did counts. Times are Unix
// milliseconds, given by the caller: the store has no clock. A job that is due later than after twice the lease that is
// asked for was put off by a clock that was ahead (it has gone back since): it is due now.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/dap/basic.h"
#include "sotto/dap/http.h"
#include "sotto/privacy/policy.h"

namespace sotto::server {

// A batch bucket's identifier: the big-endian time of its start (8 bytes) under the time-interval mode, the BatchId (32
// bytes) under leader-selected.
using BucketId = Bytes;

// A task as far as the store must know it. An id keeps its configuration for ever.
struct TaskRecord {
  dap::TaskId id{};
  Bytes configuration;  // encoded TaskConfiguration
  dap::Role role = dap::Role::kLeader;
  dap::BatchMode batch_mode = dap::BatchMode::kTimeInterval;
  uint64_t min_batch_size = 1;
};

// ------------------------------------------------------------------------------------------------------ the leader's
struct NewReport {
  dap::TaskId task{};
  dap::ReportId id{};
  dap::Time time = 0;
  Bytes body;  // encoded dap::Report, as it came
};

enum class AppendOutcome : uint8_t {
  kStored,
  kReplayed,   // the task has a report of this id, aggregated or not; nothing was stored
  kCollected,  // time-interval: the report's bucket was collected, or is frozen; nothing was stored
};

struct Lease {
  dap::TaskId task{};
  std::array<uint8_t, 16> id{};  // of the job
  int64_t token = 0;             // grows with each lease of the job
};

struct StoredReport {
  dap::ReportId id{};
  dap::Time time = 0;
  Bytes body;
};

struct LeasedAggregationJob {
  Lease lease;
  std::optional<dap::BatchId> batch;  // leader-selected
  std::vector<StoredReport> reports;  // those not yet rejected, in an order that stays; may be empty
  uint32_t attempts = 0;              // leases before this one
  std::string location;               // of the helper's job, once it is known; may be empty
};

struct AggregationJobTerms {
  int64_t now = 0;
  int64_t lease_until = 0;
  size_t max_reports = 100;  // of a new job, at least 1
  size_t min_reports = 1;    // waiting reports of one task without which no new job is made
  // Drawn by the caller, for what may be made anew.
  std::array<uint8_t, 16> new_job{};
  dap::BatchId new_batch{};
};

// What became of one report of a job.
struct ReportOutcome {
  dap::ReportId id{};
  dap::Time time = 0;
  std::optional<dap::ReportError> error;  // none: it is valid, and counts
  BucketId bucket;                        // of a valid one
  Bytes out_share;                        // of a valid one
};

// Adds an output share to a bucket's aggregate share; empty bytes stand for no share yet. Any error rolls the
// transaction back and is returned.
using AddShare = std::function<Status(Bytes& aggregate_share, ByteSpan out_share)>;

// -------------------------------------------------------------------------------------------------------- the helper's
enum class JobState : uint8_t { kAccepted = 0, kDone = 1 };

struct HelperJob {
  JobState state = JobState::kAccepted;
  Bytes request;   // while accepted
  Bytes response;  // once done
};

struct LeasedHelperJob {
  Lease lease;
  Bytes request;
};

// ---------------------------------------------------------------------------------------------------------- collection
// Which buckets a batch has.
struct BatchRange {
  std::optional<dap::Interval> interval;  // time-interval
  std::optional<dap::BatchId> batch;      // leader-selected; with neither: the leader's next batch that is ready
};

// All buckets of a batch, combined.
struct Batch {
  std::optional<dap::BatchId> id;  // leader-selected
  uint64_t count = 0;
  dap::Checksum checksum{};
  dap::Interval interval;     // the smallest that holds the time of every report; empty if there is none
  std::vector<Bytes> shares;  // aggregate shares of the buckets that are not empty, to be merged
};

enum class BatchState : uint8_t {
  kReady,
  kPending,    // jobs with reports of it are not finished
  kTooFew,     // fewer valid reports than min_batch_size, none of its jobs unfinished
  kCollected,  // a bucket of it was collected, or is frozen for another job
};

struct FrozenBatch {
  BatchState state = BatchState::kTooFew;
  Batch batch;  // of a ready one; of one with too few, the count alone
};

// What a release costs every device that is in it.
struct Charge {
  privacy::Policy policy;
  uint64_t epoch = 0;
  privacy::MicroRho cost = 0;
  std::string what;  // names the task in the refusal
};

// Makes the bytes that leave: noise, then encryption. Called inside the transaction, at most once for a batch that is
// released; an error of it rolls everything back and is returned.
using MakeRelease = std::function<Result<Bytes>(const Batch& batch)>;

struct CollectionJob {
  enum class State : uint8_t { kWaiting = 0, kReady = 1, kFailed = 2 };
  dap::CollectionJobId id{};
  State state = State::kWaiting;
  Bytes request;   // encoded CollectionJobReq
  Bytes response;  // of a ready one: encoded CollectionJobResp
  // Of a failed one: why, and in a sentence. No problem: the budget was exceeded.
  std::optional<dap::Problem> problem;
  std::string detail;
};

struct LeasedCollectionJob {
  Lease lease;
  Bytes request;
  uint32_t attempts = 0;
};

struct StoreStats {
  uint64_t waiting_reports = 0;  // stored, in no job
  uint64_t unfinished_jobs = 0;  // aggregation jobs, of leader or helper
  uint64_t waiting_collections = 0;
};

class AggregatorStore {
 public:
  virtual ~AggregatorStore() = default;

  // Makes the task known. Adding it again changes nothing; kMismatch if its id has another configuration or role.
  virtual Status AddTask(const TaskRecord& task) = 0;

  // Stores reports that are not there yet. One outcome for each, in order; a report that comes twice in one call counts
  // as replayed the second time. kNotFound for a task that was not added.
  virtual Result<std::vector<AppendOutcome>> AppendReports(std::span<const NewReport> reports) = 0;

  // A job whose lease is over or was given back and is due, the longest due first; else a new one of reports that wait,
  // if a task has min_reports of them. None if there is neither. Under leader-selected a new job goes into the task's
  // open batch, or opens `new_batch`; a batch is open until it has min_batch_size valid reports or is collected.
  virtual Result<std::optional<LeasedAggregationJob>> LeaseAggregationJob(const AggregationJobTerms& terms) = 0;
  // Takes reports out of the job for good, before its request is first sent. Their bodies are gone, their ids stay.
  virtual Status RejectReports(const Lease& lease, std::span<const dap::ReportId> reports) = 0;
  // Gives the lease back: the job is due again at `due`. `location`, unless empty, is where the helper's job is.
  virtual Status ReturnAggregationJob(const Lease& lease, int64_t due, const std::string& location) = 0;
  // Ends the job: valid reports are added to their buckets, all bodies are gone, all ids stay. `outcomes` has every
  // report of the job. One that is kReportTooEarly keeps its body and waits again. kInternal, and nothing happened, if
  // a valid report's bucket was collected.
  virtual Status FinishAggregationJob(const Lease& lease, std::span<const ReportOutcome> outcomes,
                                      const AddShare& add) = 0;
  // Ends the job; its reports wait again.
  virtual Status AbandonAggregationJob(const Lease& lease) = 0;

  // Helper. None if there is no such job.
  virtual Result<std::optional<HelperJob>> FindHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) = 0;
  // Keeps a request to be worked on later. Nothing if the job is there already.
  virtual Status AcceptHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id, ByteSpan request) = 0;
  // An accepted job that is not leased.
  virtual Result<std::optional<LeasedHelperJob>> LeaseHelperJob(int64_t now, int64_t lease_until) = 0;
  // Commits a job, accepted before or not: valid reports are added to their buckets unless their id is known
  // (kReportReplayed) or their bucket was collected (kBatchCollected); ids of those that were added stay. `render` gets
  // each report's final error, none for those that count, and makes the response, which is kept and returned. If the
  // job is done already, its response is returned and nothing else happens. `lease`: of a leased job, else null.
  virtual Result<Bytes> CommitHelperJob(
      const dap::TaskId& task, const dap::AggregationJobId& id, const Lease* lease,
      std::span<const ReportOutcome> outcomes, const AddShare& add,
      const std::function<Result<Bytes>(std::span<const std::optional<dap::ReportError>>)>& render) = 0;
  // Forgets the job's bytes, not its reports' ids. Nothing if there is none.
  virtual Status DeleteHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) = 0;
  // Which of `reports` the task has counted already: to spare the work on them. Of a leader's task: has stored.
  virtual Result<std::vector<bool>> KnownReports(const dap::TaskId& task, std::span<const dap::ReportId> reports) = 0;

  // Helper. Releases a batch, once: checks it (`check` gets the combined batch and returns an error to refuse it),
  // charges, makes the response and keeps it under `id`, drops the buckets' shares. If `id` was released already, its
  // response is returned and nothing else happens. kMismatch if a bucket was collected under another id, or under this
  // one whose response was deleted; kBudgetExceeded.
  virtual Result<Bytes> ReleaseShare(const dap::TaskId& task, const dap::AggregateShareId& id, const BatchRange& range,
                                     const std::function<Status(const Batch&)>& check, const Charge& charge,
                                     const MakeRelease& make) = 0;
  virtual Result<std::optional<Bytes>> FindShare(const dap::TaskId& task, const dap::AggregateShareId& id) = 0;
  // Forgets the response, not that the batch was collected.
  virtual Status DeleteShare(const dap::TaskId& task, const dap::AggregateShareId& id) = 0;

  // Leader. The task's job of this very request, as it is, made with `fresh` as its id if there is none (any more: one
  // that was deleted is not found). So under leader-selected a request that comes again after its job was deleted asks
  // for another batch.
  virtual Result<CollectionJob> CreateCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& fresh,
                                                    ByteSpan request) = 0;
  virtual Result<std::optional<CollectionJob>> FindCollectionJob(const dap::TaskId& task,
                                                                 const dap::CollectionJobId& id) = 0;
  virtual Result<std::optional<LeasedCollectionJob>> LeaseCollectionJob(int64_t now, int64_t lease_until) = 0;
  virtual Status ReturnCollectionJob(const Lease& lease, int64_t due) = 0;
  // If the batch is ready, it belongs to this job from now on: no report is added to it any more, no other job gets it.
  // Reports of it that come afterwards are too late. While some that came are not counted it is kPending; with `close`
  // it then takes no more, if it has enough, and is ready once these are counted, or open again should too few of them
  // be valid: so reports that keep coming cannot put a collection off for ever, and none that was stored is lost.
  // Leader-selected batches take none anyway while they are collected. Freezing again gives the same batch.
  virtual Result<FrozenBatch> FreezeBatch(const Lease& lease, const BatchRange& range, bool close) = 0;
  // Of a frozen batch: charges, makes the response and keeps it, drops the buckets' shares; the job is ready.
  // kBudgetExceeded, and the job is as it was.
  virtual Status FinishCollectionJob(const Lease& lease, const Charge& charge, const MakeRelease& make) = 0;
  // The job failed. Its batch, if it has one, is free for another job if `thaw`; else its shares are dropped, and it is
  // nobody's ever.
  virtual Status FailCollectionJob(const Lease& lease, std::optional<dap::Problem> problem, const std::string& detail,
                                   bool thaw) = 0;
  // Forgets the job's bytes, not that its batch was collected. A waiting one ends; a batch that was frozen for it is as
  // if collected, because the helper may have released its share.
  virtual Status DeleteCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& id) = 0;

  // Forgets reports, ids and aggregation jobs of a task that takes no more reports and will not be collected again.
  // What was collected and spent stays, collection jobs and released shares with it.
  virtual Status Scrub(const dap::TaskId& task) = 0;

  // Micro-rho spent in each epoch.
  virtual Result<std::map<uint64_t, privacy::MicroRho>> Spent() = 0;
  virtual Result<StoreStats> Stats() = 0;
};

}  // namespace sotto::server
