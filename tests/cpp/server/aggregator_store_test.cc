#include "server-stub/storage/aggregator_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "server-stub/models/sha256.h"
#include "server/aggregator_samples.h"
#include "server/store_backends.h"

namespace sotto::server {
namespace {

using dap::BatchMode;
using dap::ReportError;
using dap::Role;

constexpr auto kStored = AppendOutcome::kStored;
constexpr auto kReplayed = AppendOutcome::kReplayed;
constexpr auto kCollected = AppendOutcome::kCollected;

template <class T>
T ValueOrDie(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(ToString(result.error()));
  return std::move(result).value();
}

void Succeeds(const Status& status) {
  EXPECT_TRUE(status.ok()) << ToString(status.error());
}

template <class T>
void Fails(const Result<T>& result, ErrorCode code) {
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, code) << ToString(result.error());
}

class AggregatorStoreTest : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    backend_ = MakeStoreBackend(GetParam());
    if (!backend_) GTEST_SKIP() << "skipped: no PostgreSQL";
    store_ = backend_->Open();
    ASSERT_TRUE(store_);
  }

  void Reopen() {
    store_.reset();
    store_ = backend_->Open();
  }

  void AddTask(Role role, BatchMode mode, uint64_t min_batch_size = 1, uint64_t number = 1) {
    Succeeds(store_->AddTask(SampleTask(number, role, mode, min_batch_size)));
  }
  void AddLeader(uint64_t min_batch_size = 1) { AddTask(Role::kLeader, BatchMode::kTimeInterval, min_batch_size); }
  void AddHelper(uint64_t min_batch_size = 1) { AddTask(Role::kHelper, BatchMode::kTimeInterval, min_batch_size); }
  void AddLeaderSelected(uint64_t min_batch_size) {
    AddTask(Role::kLeader, BatchMode::kLeaderSelected, min_batch_size);
  }

  std::vector<AppendOutcome> Append(const std::vector<NewReport>& reports) {
    return ValueOrDie(store_->AppendReports(reports));
  }
  void AppendNumbers(uint64_t first, uint64_t last, dap::Time time = 100, uint64_t task = 1) {
    std::vector<NewReport> reports;
    for (uint64_t number = first; number <= last; ++number) reports.push_back(SampleReport(number, time, task));
    for (const AppendOutcome outcome : Append(reports)) EXPECT_EQ(outcome, kStored);
  }

  std::optional<LeasedAggregationJob> TryLease(int64_t now = 1'000, size_t max_reports = 100, size_t min_reports = 1) {
    AggregationJobTerms terms;
    terms.now = now;
    terms.lease_until = now + 1'000;
    terms.max_reports = max_reports;
    terms.min_reports = min_reports;
    terms.new_job = JobNumber(++drawn_);
    terms.new_batch = BatchNumber(drawn_);
    return ValueOrDie(store_->LeaseAggregationJob(terms));
  }
  LeasedAggregationJob Lease(int64_t now = 1'000, size_t max_reports = 100) {
    auto job = TryLease(now, max_reports);
    if (!job) throw std::runtime_error("there is no aggregation job");
    return *std::move(job);
  }

  // Every report of the job valid, its measurement its number, found in its body.
  static std::vector<ReportOutcome> AllValid(const LeasedAggregationJob& job) {
    std::vector<ReportOutcome> outcomes;
    for (const StoredReport& report : job.reports) {
      const std::string body(report.body.begin(), report.body.end());
      const uint64_t number = std::stoull(body.substr(body.rfind(' ')));
      ReportOutcome outcome = Counted(number, report.time);
      if (job.batch) outcome.bucket.assign(job.batch->begin(), job.batch->end());
      outcomes.push_back(outcome);
    }
    return outcomes;
  }
  Status Finish(const LeasedAggregationJob& job) { return store_->FinishAggregationJob(job.lease, AllValid(job), Sum); }
  void AggregateAll() {
    while (const auto job = TryLease()) Succeeds(Finish(*job));
  }

  // A collection job of a request of its own, leased.
  LeasedCollectionJob Collect(uint64_t number, int64_t now = 1'000) {
    const auto made = ValueOrDie(
        store_->CreateCollectionJob(TaskNumber(1), JobNumber(number), Text("ask " + std::to_string(number))));
    EXPECT_EQ(made.id, JobNumber(number));
    auto job = ValueOrDie(store_->LeaseCollectionJob(now, now + 1'000));
    if (!job) throw std::runtime_error("there is no collection job");
    EXPECT_EQ(job->lease.id, JobNumber(number));
    return *std::move(job);
  }
  FrozenBatch Freeze(const LeasedCollectionJob& job, dap::Interval interval = {0, 1'000}, bool close = false) {
    return ValueOrDie(store_->FreezeBatch(job.lease, {interval, std::nullopt}, close));
  }
  FrozenBatch Close(const LeasedCollectionJob& job) { return Freeze(job, {0, 1'000}, true); }
  FrozenBatch FreezeNext(const LeasedCollectionJob& job) {
    return ValueOrDie(store_->FreezeBatch(job.lease, {}, false));
  }

  // The batch that a helper releases under `id`, as it sees it.
  Result<Bytes> Release(uint64_t id, dap::Interval interval, Batch* seen = nullptr,
                        const Charge& charge = SampleCharge(), const std::string& response = "released") {
    return store_->ReleaseShare(
        TaskNumber(1), JobNumber(id), {interval, std::nullopt}, [](const Batch&) { return Status(); }, charge,
        [&](const Batch& batch) -> Result<Bytes> {
          if (seen != nullptr) *seen = batch;
          return Text(response);
        });
  }

  Result<Bytes> Commit(uint64_t job, const std::vector<ReportOutcome>& outcomes, const server::Lease* lease = nullptr) {
    return store_->CommitHelperJob(TaskNumber(1), JobNumber(job), lease, outcomes, Sum, Render);
  }
  // One byte for each report: 0 if it counts, else why not.
  static Result<Bytes> Render(std::span<const std::optional<ReportError>> errors) {
    Bytes bytes;
    for (const auto& error : errors) bytes.push_back(error ? static_cast<uint8_t>(*error) : 0);
    return bytes;
  }

  std::unique_ptr<StoreBackend> backend_;
  std::unique_ptr<AggregatorStore> store_;
  uint64_t drawn_ = 1'000;
};

constexpr uint8_t Code(ReportError error) {
  return static_cast<uint8_t>(error);
}

// ------------------------------------------------------------------------------------------------------------- tasks
TEST_P(AggregatorStoreTest, ATaskIsAddedOnceHoweverOftenItIsAdded) {
  const TaskRecord task = SampleTask(1, Role::kLeader, BatchMode::kTimeInterval);
  Succeeds(store_->AddTask(task));
  AppendNumbers(1, 1);
  Succeeds(store_->AddTask(task));
  EXPECT_EQ(Append({SampleReport(1)}).at(0), kReplayed);
}

TEST_P(AggregatorStoreTest, ATaskIdKeepsItsConfigurationAndRole) {
  TaskRecord task = SampleTask(1, Role::kLeader, BatchMode::kTimeInterval);
  Succeeds(store_->AddTask(task));
  task.configuration.push_back(0);
  Fails(store_->AddTask(task), ErrorCode::kMismatch);
  Fails(store_->AddTask(SampleTask(1, Role::kHelper, BatchMode::kTimeInterval)), ErrorCode::kMismatch);
}

TEST_P(AggregatorStoreTest, NothingIsDoneForATaskThatWasNotAdded) {
  AddLeader();
  Fails(store_->AppendReports(std::vector{SampleReport(1), SampleReport(2, 100, 2)}), ErrorCode::kNotFound);
  EXPECT_EQ(Append({SampleReport(1)}).at(0), kStored);  // the call before stored nothing
  Fails(store_->FindHelperJob(TaskNumber(2), JobNumber(1)), ErrorCode::kNotFound);
  Fails(store_->CreateCollectionJob(TaskNumber(2), JobNumber(1), Text("ask")), ErrorCode::kNotFound);
  Fails(store_->FinishAggregationJob({TaskNumber(2), JobNumber(1), 1}, {}, Sum), ErrorCode::kNotFound);
}

// ----------------------------------------------------------------------------------------------------------- reports
TEST_P(AggregatorStoreTest, AReportIsStoredOnce) {
  AddLeader();
  EXPECT_EQ(Append({SampleReport(1), SampleReport(2)}), (std::vector{kStored, kStored}));
  EXPECT_EQ(Append({SampleReport(2), SampleReport(3)}), (std::vector{kReplayed, kStored}));
  EXPECT_EQ(Lease().reports.size(), 3U);
}

TEST_P(AggregatorStoreTest, AReportThatComesTwiceInOneCallIsStoredOnce) {
  AddLeader();
  NewReport other = SampleReport(1);
  other.body = Text("another body of 99");
  EXPECT_EQ(Append({SampleReport(1), SampleReport(2), other}), (std::vector{kStored, kStored, kReplayed}));
  const auto job = Lease();
  ASSERT_EQ(job.reports.size(), 2U);
  for (const StoredReport& report : job.reports) EXPECT_NE(report.body, other.body);
}

TEST_P(AggregatorStoreTest, NoReportsAreNoCall) {
  EXPECT_TRUE(Append({}).empty());
}

TEST_P(AggregatorStoreTest, TheSameIdInTwoTasksAreTwoReports) {
  AddLeader();
  AddTask(Role::kLeader, BatchMode::kTimeInterval, 1, 2);
  EXPECT_EQ(Append({SampleReport(1), SampleReport(1, 100, 2)}), (std::vector{kStored, kStored}));
}

TEST_P(AggregatorStoreTest, AReportComesBackAsItWas) {
  AddLeader();
  NewReport report = SampleReport(1, ~uint64_t{0} - 1);
  report.body.assign(200'000, 0xA5);
  Append({report, {TaskNumber(1), ReportNumber(2), 0, {}}});
  auto reports = Lease().reports;
  ASSERT_EQ(reports.size(), 2U);
  if (reports[0].id != report.id) std::swap(reports[0], reports[1]);
  EXPECT_EQ(reports[0].id, report.id);
  EXPECT_EQ(reports[0].time, report.time);
  EXPECT_EQ(reports[0].body, report.body);
  EXPECT_EQ(reports[1].id, ReportNumber(2));
  EXPECT_EQ(reports[1].time, 0U);
  EXPECT_TRUE(reports[1].body.empty());
}

TEST_P(AggregatorStoreTest, AReportIsReplayedAfterItWasAggregatedRejectedOrItsBucketCollected) {
  AddLeader();
  AppendNumbers(1, 2);
  const auto job = Lease();
  Succeeds(store_->RejectReports(job.lease, std::vector{ReportNumber(2)}));
  Succeeds(store_->FinishAggregationJob(job.lease, std::vector{Counted(1)}, Sum));
  EXPECT_EQ(Append({SampleReport(1), SampleReport(2)}), (std::vector{kReplayed, kReplayed}));
  const auto collection = Collect(1);
  ASSERT_EQ(Freeze(collection).state, BatchState::kReady);
  EXPECT_EQ(Append({SampleReport(1), SampleReport(2), SampleReport(3)}),
            (std::vector{kReplayed, kReplayed, kCollected}));
}

// -------------------------------------------------------------------------------------------------- aggregation jobs
TEST_P(AggregatorStoreTest, ThereIsNoJobWithoutReports) {
  EXPECT_FALSE(TryLease());
  AddLeader();
  EXPECT_FALSE(TryLease());
}

TEST_P(AggregatorStoreTest, ANewJobHasWaitingReportsUpToItsSize) {
  AddLeader();
  AppendNumbers(1, 5);
  std::set<dap::ReportId> seen;
  for (const size_t size : {2U, 2U, 1U}) {
    const auto job = TryLease(1'000, 2);
    ASSERT_TRUE(job);
    EXPECT_EQ(job->reports.size(), size);
    EXPECT_EQ(job->attempts, 0U);
    EXPECT_FALSE(job->batch);
    EXPECT_TRUE(job->location.empty());
    EXPECT_EQ(job->lease.id, JobNumber(drawn_));
    EXPECT_EQ(job->lease.task, TaskNumber(1));
    for (const StoredReport& report : job->reports) EXPECT_TRUE(seen.insert(report.id).second);
  }
  EXPECT_FALSE(TryLease(1'000, 2));
}

TEST_P(AggregatorStoreTest, NoNewJobIsMadeOfTooFewReportsOfOneTask) {
  AddLeader();
  AddTask(Role::kLeader, BatchMode::kTimeInterval, 1, 2);
  AppendNumbers(1, 2);
  AppendNumbers(3, 4, 100, 2);
  EXPECT_FALSE(TryLease(1'000, 100, 3));
  AppendNumbers(5, 5);
  const auto job = TryLease(1'000, 100, 3);
  ASSERT_TRUE(job);
  EXPECT_EQ(job->lease.task, TaskNumber(1));
  EXPECT_EQ(job->reports.size(), 3U);
}

TEST_P(AggregatorStoreTest, TasksTakeTurns) {
  AddLeader();
  AddTask(Role::kLeader, BatchMode::kTimeInterval, 1, 2);
  AppendNumbers(1, 10);
  AppendNumbers(11, 20, 100, 2);
  std::set<dap::TaskId> seen;
  for (int i = 0; i < 2; ++i) seen.insert(Lease(1'000, 1).lease.task);
  EXPECT_EQ(seen.size(), 2U);
}

TEST_P(AggregatorStoreTest, AJobOfAnIdThatIsThereIsRefused) {
  AddLeader();
  AppendNumbers(1, 2);
  const auto job = Lease(1'000, 1);
  AggregationJobTerms terms;
  terms.now = 1'000;
  terms.lease_until = 2'000;
  terms.new_job = job.lease.id;
  Fails(store_->LeaseAggregationJob(terms), ErrorCode::kInvalidArgument);
  EXPECT_EQ(Lease().reports.size(), 1U);
}

TEST_P(AggregatorStoreTest, ALeasedJobIsNobodyElsesUntilItsLeaseIsOver) {
  AddLeader();
  AppendNumbers(1, 3);
  const auto job = Lease(1'000);
  EXPECT_FALSE(TryLease(1'999));
  const auto again = TryLease(2'000);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->lease.id, job.lease.id);
  EXPECT_GT(again->lease.token, job.lease.token);
  EXPECT_EQ(again->attempts, 1U);
  ASSERT_EQ(again->reports.size(), 3U);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(again->reports[i].id, job.reports[i].id);  // in an order that stays
}

TEST_P(AggregatorStoreTest, WhatIsDoneUnderALostLeaseDoesNotCount) {
  AddLeader();
  AppendNumbers(1, 3);
  const auto lost = Lease(1'000);
  const auto job = Lease(2'000);
  Fails(Finish(lost), ErrorCode::kExpired);
  Fails(store_->RejectReports(lost.lease, std::vector{ReportNumber(1)}), ErrorCode::kExpired);
  Fails(store_->ReturnAggregationJob(lost.lease, 0, ""), ErrorCode::kExpired);
  Fails(store_->AbandonAggregationJob(lost.lease), ErrorCode::kExpired);
  Succeeds(Finish(job));
  Fails(Finish(lost), ErrorCode::kExpired);
  const auto batch = Freeze(Collect(1)).batch;
  EXPECT_EQ(batch.count, 3U);
  EXPECT_EQ(SumOf(batch), 6U);
}

TEST_P(AggregatorStoreTest, ALeaseOfAJobThatWasNeverMadeIsOver) {
  AddLeader();
  Fails(store_->FinishAggregationJob({TaskNumber(1), JobNumber(1), 1}, {}, Sum), ErrorCode::kExpired);
  Fails(store_->ReturnCollectionJob({TaskNumber(1), JobNumber(1), 1}, 0), ErrorCode::kExpired);
}

TEST_P(AggregatorStoreTest, AReturnedJobIsDueAgainWhenItsWorkerSaid) {
  AddLeader();
  AppendNumbers(1, 1);
  const auto job = Lease(1'000);
  Succeeds(store_->ReturnAggregationJob(job.lease, 5'000, "/job/9"));
  Fails(Finish(job), ErrorCode::kExpired);
  EXPECT_FALSE(TryLease(4'999));
  const auto again = TryLease(5'000);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->location, "/job/9");
  EXPECT_EQ(again->attempts, 1U);
  Succeeds(store_->ReturnAggregationJob(again->lease, 6'000, ""));
  EXPECT_EQ(Lease(6'000).location, "/job/9");  // it stays
}

TEST_P(AggregatorStoreTest, TheJobThatIsLongestDueComesFirstAndBeforeNewOnes) {
  AddLeader();
  AppendNumbers(1, 3);
  const auto a = Lease(1'000, 1);
  const auto b = Lease(1'000, 1);
  Succeeds(store_->ReturnAggregationJob(a.lease, 1'500, ""));
  Succeeds(store_->ReturnAggregationJob(b.lease, 1'400, ""));
  EXPECT_EQ(Lease(2'000, 1).lease.id, b.lease.id);
  EXPECT_EQ(Lease(2'000, 1).lease.id, a.lease.id);
  EXPECT_EQ(Lease(2'000, 1).lease.id, JobNumber(drawn_));
}

TEST_P(AggregatorStoreTest, RejectedReportsAreOutOfTheJobForGood) {
  AddLeader();
  AppendNumbers(1, 3);
  const auto job = Lease(1'000);
  Succeeds(store_->RejectReports(job.lease, std::vector{ReportNumber(2)}));
  Succeeds(store_->RejectReports(job.lease, std::vector{ReportNumber(2)}));
  const auto again = Lease(2'000);
  EXPECT_EQ(again.reports.size(), 2U);
  Succeeds(store_->AbandonAggregationJob(again.lease));
  EXPECT_EQ(Lease(3'000).reports.size(), 2U);
  EXPECT_EQ(Append({SampleReport(2)}).at(0), kReplayed);
}

TEST_P(AggregatorStoreTest, AJobMayHaveNoReportsLeft) {
  AddLeader();
  AppendNumbers(1, 1);
  const auto job = Lease(1'000);
  Succeeds(store_->RejectReports(job.lease, std::vector{ReportNumber(1)}));
  const auto again = Lease(2'000);
  EXPECT_TRUE(again.reports.empty());
  Succeeds(store_->FinishAggregationJob(again.lease, {}, Sum));
  EXPECT_FALSE(TryLease(9'000));
}

TEST_P(AggregatorStoreTest, AFinishedJobsValidReportsAreInTheirBucketsAndItsBodiesGone) {
  AddLeader();
  AppendNumbers(1, 2, 100);
  AppendNumbers(3, 4, 101);
  const auto job = Lease();
  auto outcomes = AllValid(job);
  for (ReportOutcome& outcome : outcomes) {
    if (outcome.id == ReportNumber(4)) outcome.error = ReportError::kVdafVerifyError;
  }
  Succeeds(store_->FinishAggregationJob(job.lease, outcomes, Sum));
  EXPECT_FALSE(TryLease(99'000));
  EXPECT_EQ(ValueOrDie(store_->Stats()).unfinished_jobs, 0U);
  const auto batch = Freeze(Collect(1)).batch;
  EXPECT_EQ(batch.count, 3U);
  EXPECT_EQ(SumOf(batch), 6U);
  EXPECT_EQ(batch.shares.size(), 2U);
  EXPECT_EQ(batch.interval, (dap::Interval{100, 2}));
  dap::Checksum checksum{};
  for (const uint64_t number : {1U, 2U, 3U}) {
    const Bytes digest = Sha256(ReportNumber(number));
    for (size_t i = 0; i < checksum.size(); ++i) checksum[i] = static_cast<uint8_t>(checksum[i] ^ digest[i]);
  }
  EXPECT_EQ(batch.checksum, checksum);
  EXPECT_EQ(Append({SampleReport(1), SampleReport(4, 101)}), (std::vector{kReplayed, kReplayed}));
}

TEST_P(AggregatorStoreTest, FinishingAgainCountsNothingTwice) {
  AddLeader();
  AppendNumbers(1, 3);
  const auto job = Lease();
  Succeeds(Finish(job));
  Succeeds(Finish(job));
  const auto batch = Freeze(Collect(1)).batch;
  EXPECT_EQ(batch.count, 3U);
  EXPECT_EQ(SumOf(batch), 6U);
}

TEST_P(AggregatorStoreTest, OutcomesThatAreNotTheJobsReportsAreRefused) {
  AddLeader();
  AppendNumbers(1, 2);
  const auto job = Lease();
  const auto finish = [&](const std::vector<ReportOutcome>& outcomes) {
    return store_->FinishAggregationJob(job.lease, outcomes, Sum);
  };
  Fails(finish({Counted(1)}), ErrorCode::kInvalidArgument);
  Fails(finish({Counted(1), Counted(2), Counted(3)}), ErrorCode::kInvalidArgument);
  Fails(finish({Counted(1), Counted(1)}), ErrorCode::kInvalidArgument);
  ReportOutcome nowhere = Counted(2);
  nowhere.bucket = Text("no bucket");
  Fails(finish({Counted(1), nowhere}), ErrorCode::kInvalidArgument);
  Succeeds(finish({Counted(1), Counted(2)}));
}

TEST_P(AggregatorStoreTest, AReportThatIsTooEarlyWaitsAgain) {
  AddLeader();
  AppendNumbers(1, 2);
  const auto job = Lease();
  ReportOutcome early = Counted(2);
  early.error = ReportError::kReportTooEarly;
  Succeeds(store_->FinishAggregationJob(job.lease, std::vector{Counted(1), early}, Sum));
  const auto next = Lease();
  EXPECT_NE(next.lease.id, job.lease.id);
  ASSERT_EQ(next.reports.size(), 1U);
  EXPECT_EQ(next.reports[0].body, SampleReport(2).body);
  Succeeds(Finish(next));
  EXPECT_EQ(SumOf(Freeze(Collect(1)).batch), 3U);
}

TEST_P(AggregatorStoreTest, AnErrorOfAddShareRollsTheJobBack) {
  AddLeader();
  AppendNumbers(1, 3);
  const auto job = Lease();
  int calls = 0;
  const auto failing = [&](Bytes& share, ByteSpan out_share) -> Status {
    if (++calls == 3) return Error{ErrorCode::kMalformed, "the third.", ""};
    return Sum(share, out_share);
  };
  Fails(store_->FinishAggregationJob(job.lease, AllValid(job), failing), ErrorCode::kMalformed);
  Succeeds(Finish(job));
  const auto batch = Freeze(Collect(1)).batch;
  EXPECT_EQ(batch.count, 3U);
  EXPECT_EQ(SumOf(batch), 6U);
}

TEST_P(AggregatorStoreTest, ReportsOfAnAbandonedJobWaitAgain) {
  AddLeader();
  AppendNumbers(1, 3);
  const auto job = Lease();
  Succeeds(store_->AbandonAggregationJob(job.lease));
  Succeeds(store_->AbandonAggregationJob(job.lease));
  EXPECT_EQ(ValueOrDie(store_->Stats()).waiting_reports, 3U);
  const auto next = Lease();
  EXPECT_NE(next.lease.id, job.lease.id);
  EXPECT_EQ(next.reports.size(), 3U);
}

TEST_P(AggregatorStoreTest, AHelpersTaskHasNoAggregationJobsOfItsOwn) {
  AddHelper();
  AppendNumbers(1, 1);
  EXPECT_FALSE(TryLease());
}

// --------------------------------------------------------------------------------------------- leader-selected batches
TEST_P(AggregatorStoreTest, LeaderSelectedJobsFillABatchBeforeTheyOpenAnother) {
  AddLeaderSelected(3);
  AppendNumbers(1, 6);
  const auto first = Lease(1'000, 2);
  const dap::BatchId opened = BatchNumber(drawn_);
  EXPECT_EQ(first.batch, opened);
  Succeeds(Finish(first));
  const auto second = Lease(1'000, 2);
  EXPECT_EQ(second.batch, opened);  // two valid reports of three
  Succeeds(Finish(second));
  const auto third = Lease(1'000, 2);
  EXPECT_EQ(third.batch, BatchNumber(drawn_));
  Succeeds(Finish(third));
  const auto frozen = FreezeNext(Collect(1));
  ASSERT_EQ(frozen.state, BatchState::kReady);
  EXPECT_EQ(frozen.batch.id, opened);
  EXPECT_EQ(frozen.batch.count, 4U);
}

TEST_P(AggregatorStoreTest, OnlyValidReportsFillABatch) {
  AddLeaderSelected(2);
  AppendNumbers(1, 4);
  const auto first = Lease(1'000, 2);
  auto outcomes = AllValid(first);
  for (auto& outcome : outcomes) outcome.error = ReportError::kVdafVerifyError;
  Succeeds(store_->FinishAggregationJob(first.lease, outcomes, Sum));
  EXPECT_EQ(Lease(1'000, 2).batch, first.batch);
}

TEST_P(AggregatorStoreTest, ABatchOfAJobStaysWithIt) {
  AddLeaderSelected(1);
  AppendNumbers(1, 1);
  const auto job = Lease(1'000);
  EXPECT_EQ(Lease(2'000).batch, job.batch);
}

TEST_P(AggregatorStoreTest, EachRequestGetsAnotherLeaderSelectedBatch) {
  AddLeaderSelected(2);
  AppendNumbers(1, 4);
  Succeeds(Finish(Lease(1'000, 2)));
  Succeeds(Finish(Lease(1'000, 2)));
  const auto first = FreezeNext(Collect(1));
  const auto second = FreezeNext(Collect(2));
  ASSERT_EQ(first.state, BatchState::kReady);
  ASSERT_EQ(second.state, BatchState::kReady);
  EXPECT_NE(first.batch.id, second.batch.id);
  EXPECT_EQ(SumOf(first.batch) + SumOf(second.batch), 10U);
  EXPECT_EQ(FreezeNext(Collect(3)).state, BatchState::kTooFew);
}

TEST_P(AggregatorStoreTest, ALeaderSelectedBatchIsPendingWhileItsJobsAreOpen) {
  AddLeaderSelected(2);
  AppendNumbers(1, 4);
  const auto a = Lease(1'000, 2);
  const auto b = Lease(1'000, 2);  // into the same one: nothing of it is valid yet
  ASSERT_EQ(a.batch, b.batch);
  Succeeds(Finish(a));
  const auto job = Collect(1);
  EXPECT_EQ(FreezeNext(job).state, BatchState::kPending);
  Succeeds(Finish(b));
  const auto frozen = FreezeNext(job);
  EXPECT_EQ(frozen.state, BatchState::kReady);
  EXPECT_EQ(frozen.batch.count, 4U);
}

TEST_P(AggregatorStoreTest, ANewBatchOfAnIdThatIsThereIsRefused) {
  AddLeaderSelected(1);
  AppendNumbers(1, 2);
  const auto first = Lease(1'000, 1);
  Succeeds(Finish(first));
  AggregationJobTerms terms{1'000, 2'000, 1, 1, JobNumber(1), *first.batch};
  Fails(store_->LeaseAggregationJob(terms), ErrorCode::kInvalidArgument);
  const auto job = Collect(1);
  ASSERT_EQ(FreezeNext(job).state, BatchState::kReady);
  Succeeds(
      store_->FinishCollectionJob(job.lease, SampleCharge(), [](const Batch&) -> Result<Bytes> { return Bytes{1}; }));
  Fails(store_->LeaseAggregationJob(terms), ErrorCode::kInvalidArgument);
}

TEST_P(AggregatorStoreTest, AJobThatAClockAheadPutOffIsDueAgainOnceTheClockIsRight) {
  AddLeader();
  AppendNumbers(1, 1);
  constexpr int64_t kDay = 86'400'000;
  const auto ahead = Lease(kDay);
  Succeeds(store_->ReturnAggregationJob(ahead.lease, kDay + 500, ""));
  EXPECT_EQ(Lease(1'000).lease.id, ahead.lease.id);
}

TEST_P(AggregatorStoreTest, ACollectionWaitsForReportsThatCame) {
  AddLeader(2);
  AppendNumbers(1, 4);
  Succeeds(Finish(Lease(1'000, 3)));
  const auto collection = Collect(1);
  EXPECT_EQ(Freeze(collection).state, BatchState::kPending);
  EXPECT_EQ(Append({SampleReport(5)}).at(0), kStored);
  Succeeds(Finish(Lease()));
  const auto frozen = Freeze(collection);
  EXPECT_EQ(frozen.state, BatchState::kReady);
  EXPECT_EQ(frozen.batch.count, 5U);
}

TEST_P(AggregatorStoreTest, ABatchThatClosesTakesNoMoreAndCountsAllThatCame) {
  AddLeader(2);
  AppendNumbers(1, 4);
  Succeeds(Finish(Lease(1'000, 2)));
  const auto open = Lease(1'000, 1);
  const auto collection = Collect(1);
  EXPECT_EQ(Close(collection).state, BatchState::kPending);
  EXPECT_EQ(Append({SampleReport(5)}).at(0), AppendOutcome::kCollected);
  EXPECT_EQ(Append({SampleReport(4)}).at(0), AppendOutcome::kReplayed);
  EXPECT_EQ(ValueOrDie(store_->Stats()).waiting_reports, 1U);
  // Nothing can be released of it yet, and nobody else gets it.
  Fails(store_->FinishCollectionJob(collection.lease, SampleCharge(), [](const Batch&) { return Text("r"); }),
        ErrorCode::kInvalidArgument);
  EXPECT_EQ(Close(Collect(2)).state, BatchState::kCollected);
  Succeeds(Finish(open));
  EXPECT_EQ(Close(collection).state, BatchState::kPending);
  Succeeds(Finish(Lease()));
  const auto frozen = Freeze(collection);
  EXPECT_EQ(frozen.state, BatchState::kReady);
  EXPECT_EQ(frozen.batch.count, 4U);
  EXPECT_EQ(Freeze(collection).batch.count, 4U);
}

TEST_P(AggregatorStoreTest, ABatchThatClosedWithTooFewIsOpenAgain) {
  AddLeader(3);
  AppendNumbers(1, 2);
  const auto collection = Collect(1);
  // There cannot be enough, so nobody is turned away.
  EXPECT_EQ(Close(collection).state, BatchState::kPending);
  EXPECT_EQ(Append({SampleReport(3)}).at(0), kStored);
  EXPECT_EQ(Close(collection).state, BatchState::kPending);
  EXPECT_EQ(Append({SampleReport(4)}).at(0), AppendOutcome::kCollected);
  auto job = Lease();
  Succeeds(store_->RejectReports(job.lease, std::vector<dap::ReportId>{job.reports.back().id}));
  job.reports.pop_back();
  Succeeds(Finish(job));
  const auto frozen = Freeze(collection);
  EXPECT_EQ(frozen.state, BatchState::kTooFew);
  EXPECT_EQ(frozen.batch.count, 2U);
  EXPECT_EQ(Append({SampleReport(4)}).at(0), kStored);
}

TEST_P(AggregatorStoreTest, ABatchThatWasClosingForADeletedCollectionIsOpenAgain) {
  AddLeader(2);
  AppendNumbers(1, 3);
  EXPECT_EQ(Close(Collect(1)).state, BatchState::kPending);
  Succeeds(store_->DeleteCollectionJob(TaskNumber(1), JobNumber(1)));
  EXPECT_EQ(Append({SampleReport(4)}).at(0), kStored);
  Succeeds(Finish(Lease()));
  EXPECT_EQ(Freeze(Collect(2)).batch.count, 4U);
}

TEST_P(AggregatorStoreTest, WaitingReportsOfALeaderSelectedTaskOutliveACollection) {
  AddLeaderSelected(2);
  AppendNumbers(1, 3);
  Succeeds(Finish(Lease(1'000, 2)));
  ASSERT_EQ(FreezeNext(Collect(1)).state, BatchState::kReady);
  EXPECT_EQ(Append({SampleReport(4)}).at(0), kStored);
  EXPECT_EQ(Lease().reports.size(), 2U);
}

// -------------------------------------------------------------------------------------------------------- the helper's
TEST_P(AggregatorStoreTest, AHelperJobIsKeptUntilItIsDone) {
  AddHelper();
  EXPECT_FALSE(ValueOrDie(store_->FindHelperJob(TaskNumber(1), JobNumber(1))));
  Succeeds(store_->AcceptHelperJob(TaskNumber(1), JobNumber(1), Text("request")));
  Succeeds(store_->AcceptHelperJob(TaskNumber(1), JobNumber(1), Text("another")));
  auto found = ValueOrDie(store_->FindHelperJob(TaskNumber(1), JobNumber(1)));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, JobState::kAccepted);
  EXPECT_EQ(found->request, Text("request"));
  EXPECT_EQ(ValueOrDie(store_->Stats()).unfinished_jobs, 1U);

  const auto leased = ValueOrDie(store_->LeaseHelperJob(1'000, 2'000));
  ASSERT_TRUE(leased);
  EXPECT_EQ(leased->request, Text("request"));
  EXPECT_EQ(leased->lease.id, JobNumber(1));
  EXPECT_FALSE(ValueOrDie(store_->LeaseHelperJob(1'000, 2'000)));
  EXPECT_EQ(ValueOrDie(Commit(1, {Counted(1)}, &leased->lease)), Bytes{0});
  found = ValueOrDie(store_->FindHelperJob(TaskNumber(1), JobNumber(1)));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, JobState::kDone);
  EXPECT_TRUE(found->request.empty());
  EXPECT_EQ(found->response, Bytes{0});
  EXPECT_FALSE(ValueOrDie(store_->LeaseHelperJob(9'000, 10'000)));
  EXPECT_EQ(ValueOrDie(store_->Stats()).unfinished_jobs, 0U);
}

TEST_P(AggregatorStoreTest, AHelperJobWhoseLeaseIsOverGoesToAnother) {
  AddHelper();
  Succeeds(store_->AcceptHelperJob(TaskNumber(1), JobNumber(1), Text("request")));
  const auto lost = ValueOrDie(store_->LeaseHelperJob(1'000, 2'000));
  const auto job = ValueOrDie(store_->LeaseHelperJob(2'000, 3'000));
  ASSERT_TRUE(lost && job);
  EXPECT_GT(job->lease.token, lost->lease.token);
  Fails(Commit(1, {Counted(1)}, &lost->lease), ErrorCode::kExpired);
  EXPECT_EQ(ValueOrDie(store_->KnownReports(TaskNumber(1), std::vector{ReportNumber(1)})), std::vector{false});
  EXPECT_EQ(ValueOrDie(Commit(1, {Counted(1)}, &job->lease)), Bytes{0});
}

TEST_P(AggregatorStoreTest, AHelperJobIsCommittedOnce) {
  AddHelper();
  EXPECT_EQ(ValueOrDie(Commit(1, {Counted(1), Counted(2)})), (Bytes{0, 0}));
  EXPECT_EQ(ValueOrDie(Commit(1, {Counted(1), Counted(2)})), (Bytes{0, 0}));  // the kept response
  Batch batch;
  ValueOrDie(Release(1, {0, 1'000}, &batch));
  EXPECT_EQ(batch.count, 2U);
  EXPECT_EQ(SumOf(batch), 3U);
}

TEST_P(AggregatorStoreTest, AHelperCountsAReportOnce) {
  AddHelper();
  ReportOutcome invalid = Counted(3);
  invalid.error = ReportError::kHpkeDecryptError;
  EXPECT_EQ(ValueOrDie(Commit(1, {Counted(1), Counted(1), Counted(2), invalid})),
            (Bytes{0, Code(ReportError::kReportReplayed), 0, Code(ReportError::kHpkeDecryptError)}));
  EXPECT_EQ(ValueOrDie(Commit(2, {Counted(2), Counted(3)})), (Bytes{Code(ReportError::kReportReplayed), 0}));
  EXPECT_EQ(ValueOrDie(store_->KnownReports(
                TaskNumber(1), std::vector{ReportNumber(1), ReportNumber(2), ReportNumber(3), ReportNumber(4)})),
            (std::vector{true, true, true, false}));
  Batch batch;
  ValueOrDie(Release(1, {0, 1'000}, &batch));
  EXPECT_EQ(batch.count, 3U);
  EXPECT_EQ(SumOf(batch), 6U);
}

TEST_P(AggregatorStoreTest, AHelperAddsNothingToACollectedBucket) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1, 100)}));
  ValueOrDie(Release(1, {50, 100}));
  EXPECT_EQ(ValueOrDie(Commit(2, {Counted(1, 100), Counted(2, 100), Counted(3, 149), Counted(4, 150), Counted(5, 49)})),
            (Bytes{Code(ReportError::kReportReplayed), Code(ReportError::kBatchCollected),
                   Code(ReportError::kBatchCollected), 0, 0}));
  // What did not count is not known either.
  EXPECT_EQ(ValueOrDie(store_->KnownReports(TaskNumber(1), std::vector{ReportNumber(2), ReportNumber(4)})),
            (std::vector{false, true}));
}

TEST_P(AggregatorStoreTest, AnErrorWhileAHelperJobIsCommittedRollsItBack) {
  AddHelper();
  const std::vector outcomes{Counted(1)};
  const auto no_response = [](std::span<const std::optional<ReportError>>) -> Result<Bytes> {
    return Error{ErrorCode::kInternal, "no response.", ""};
  };
  const auto no_sum = [](Bytes&, ByteSpan) -> Status { return Error{ErrorCode::kMalformed, "no sum.", ""}; };
  Fails(store_->CommitHelperJob(TaskNumber(1), JobNumber(1), nullptr, outcomes, Sum, no_response),
        ErrorCode::kInternal);
  Fails(store_->CommitHelperJob(TaskNumber(1), JobNumber(1), nullptr, outcomes, no_sum, Render), ErrorCode::kMalformed);
  EXPECT_FALSE(ValueOrDie(store_->FindHelperJob(TaskNumber(1), JobNumber(1))));
  EXPECT_EQ(ValueOrDie(Commit(2, {Counted(1)})), Bytes{0});
}

TEST_P(AggregatorStoreTest, ADeletedHelperJobsReportsStayKnown) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1)}));
  Succeeds(store_->DeleteHelperJob(TaskNumber(1), JobNumber(1)));
  Succeeds(store_->DeleteHelperJob(TaskNumber(1), JobNumber(1)));
  EXPECT_FALSE(ValueOrDie(store_->FindHelperJob(TaskNumber(1), JobNumber(1))));
  EXPECT_EQ(ValueOrDie(Commit(1, {Counted(1)})), Bytes{Code(ReportError::kReportReplayed)});
}

TEST_P(AggregatorStoreTest, AWorkersCommitOfADeletedHelperJobIsTooLate) {
  AddHelper();
  Succeeds(store_->AcceptHelperJob(TaskNumber(1), JobNumber(1), Text("request")));
  const auto leased = ValueOrDie(store_->LeaseHelperJob(1'000, 2'000));
  ASSERT_TRUE(leased);
  Succeeds(store_->DeleteHelperJob(TaskNumber(1), JobNumber(1)));
  Fails(Commit(1, {Counted(1)}, &leased->lease), ErrorCode::kExpired);
}

// ------------------------------------------------------------------------------------------------------ released
// shares
TEST_P(AggregatorStoreTest, ABatchIsReleasedOnceAndTheSameBytesAgain) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1, 100), Counted(2, 102)}));
  Batch batch;
  EXPECT_EQ(ValueOrDie(Release(1, {90, 20}, &batch, SampleCharge(), "first")), Text("first"));
  EXPECT_EQ(batch.count, 2U);
  EXPECT_EQ(batch.interval, (dap::Interval{100, 3}));
  EXPECT_FALSE(batch.id);
  EXPECT_EQ(ValueOrDie(Release(1, {90, 20}, nullptr, SampleCharge(), "second")), Text("first"));
  EXPECT_EQ(ValueOrDie(store_->FindShare(TaskNumber(1), JobNumber(1))), Text("first"));
  EXPECT_EQ(ValueOrDie(store_->Spent()).at(7), 10U);
}

TEST_P(AggregatorStoreTest, ABucketIsReleasedUnderOneIdOnly) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1, 100)}));
  ValueOrDie(Release(1, {100, 10}));
  for (const dap::Interval overlapping : {dap::Interval{100, 10}, {109, 1}, {90, 11}, {90, 1'000}, {104, 2}}) {
    Fails(Release(2, overlapping), ErrorCode::kMismatch);
  }
  ValueOrDie(Release(3, {110, 10}));
  ValueOrDie(Release(4, {90, 10}));
}

TEST_P(AggregatorStoreTest, ADeletedShareIsGoneAndItsBatchStaysCollected) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1, 100)}));
  ValueOrDie(Release(1, {100, 1}));
  Succeeds(store_->DeleteShare(TaskNumber(1), JobNumber(1)));
  Succeeds(store_->DeleteShare(TaskNumber(1), JobNumber(1)));
  EXPECT_FALSE(ValueOrDie(store_->FindShare(TaskNumber(1), JobNumber(1))));
  Fails(Release(1, {100, 1}), ErrorCode::kMismatch);
  Fails(Release(2, {100, 1}), ErrorCode::kMismatch);
  EXPECT_EQ(ValueOrDie(Commit(2, {Counted(2, 100)})), Bytes{Code(ReportError::kBatchCollected)});
}

TEST_P(AggregatorStoreTest, ARefusedReleaseChangesNothing) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1)}));
  const BatchRange range{dap::Interval{0, 1'000}, std::nullopt};
  int made = 0;
  const auto make = [&](const Batch&) -> Result<Bytes> {
    ++made;
    return Error{ErrorCode::kInternal, "no noise.", ""};
  };
  const auto accept = [](const Batch&) { return Status(); };
  const auto refuse = [](const Batch& batch) -> Status {
    EXPECT_EQ(batch.count, 1U);
    return Error{ErrorCode::kInvalidArgument, "too few.", ""};
  };
  Fails(store_->ReleaseShare(TaskNumber(1), JobNumber(1), range, refuse, SampleCharge(), make),
        ErrorCode::kInvalidArgument);
  Fails(store_->ReleaseShare(TaskNumber(1), JobNumber(1), range, accept, SampleCharge(1'001), make),
        ErrorCode::kBudgetExceeded);
  EXPECT_EQ(made, 0);
  Fails(store_->ReleaseShare(TaskNumber(1), JobNumber(1), range, accept, SampleCharge(), make), ErrorCode::kInternal);
  EXPECT_EQ(made, 1);
  EXPECT_TRUE(ValueOrDie(store_->Spent()).empty());
  EXPECT_FALSE(ValueOrDie(store_->FindShare(TaskNumber(1), JobNumber(1))));
  Batch batch;
  ValueOrDie(Release(1, {0, 1'000}, &batch));
  EXPECT_EQ(SumOf(batch), 1U);
}

TEST_P(AggregatorStoreTest, ARangeThatIsNotOfTheTasksBatchModeIsRefused) {
  AddHelper();
  const auto release = [&](const BatchRange& range) {
    return store_->ReleaseShare(
        TaskNumber(1), JobNumber(1), range, [](const Batch&) { return Status(); }, SampleCharge(),
        [](const Batch&) -> Result<Bytes> { return Bytes{1}; });
  };
  Fails(release({std::nullopt, BatchNumber(1)}), ErrorCode::kInvalidArgument);
  Fails(release({std::nullopt, std::nullopt}), ErrorCode::kInvalidArgument);
  Fails(release({dap::Interval{5, 0}, std::nullopt}), ErrorCode::kInvalidArgument);
  Fails(release({dap::Interval{~uint64_t{0}, 2}, std::nullopt}), ErrorCode::kInvalidArgument);
}

TEST_P(AggregatorStoreTest, ALeaderSelectedShareIsThatOfItsBatch) {
  AddTask(Role::kHelper, BatchMode::kLeaderSelected);
  ReportOutcome first = Counted(1);
  ReportOutcome second = Counted(2);
  first.bucket = Bytes(32, 1);
  second.bucket = Bytes(32, 2);
  ValueOrDie(Commit(1, {first, second}));
  dap::BatchId id{};
  id.fill(2);
  Batch batch;
  ValueOrDie(store_->ReleaseShare(
      TaskNumber(1), JobNumber(1), {std::nullopt, id}, [](const Batch&) { return Status(); }, SampleCharge(),
      [&](const Batch& seen) -> Result<Bytes> {
        batch = seen;
        return Bytes{1};
      }));
  EXPECT_EQ(batch.id, id);
  EXPECT_EQ(batch.count, 1U);
  EXPECT_EQ(SumOf(batch), 2U);
}

// ---------------------------------------------------------------------------------------------------------- the budget
TEST_P(AggregatorStoreTest, TheBudgetHoldsForEachReleaseEachEpochAndEver) {
  AddHelper();
  const privacy::Policy policy{60, 100, 150};
  uint64_t id = 0;
  const auto release = [&](uint64_t epoch, privacy::MicroRho cost) {
    ++id;
    return Release(id, {id * 10, 10}, nullptr, {policy, epoch, cost, "the task"});
  };
  Fails(release(1, 61), ErrorCode::kBudgetExceeded);
  ValueOrDie(release(1, 60));
  Fails(release(1, 41), ErrorCode::kBudgetExceeded);
  ValueOrDie(release(1, 40));
  Fails(release(2, 51), ErrorCode::kBudgetExceeded);
  Reopen();
  Fails(release(2, 51), ErrorCode::kBudgetExceeded);
  ValueOrDie(release(2, 50));
  Fails(release(3, 1), ErrorCode::kBudgetExceeded);
  EXPECT_EQ(ValueOrDie(store_->Spent()), (std::map<uint64_t, privacy::MicroRho>{{1, 100}, {2, 50}}));
}

TEST_P(AggregatorStoreTest, ALeadersReleaseBeyondTheBudgetLeavesTheJobAsItWas) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto job = Collect(1);
  ASSERT_EQ(Freeze(job).state, BatchState::kReady);
  const auto make = [](const Batch&) -> Result<Bytes> { return Bytes{1}; };
  Fails(store_->FinishCollectionJob(job.lease, SampleCharge(1'001), make), ErrorCode::kBudgetExceeded);
  EXPECT_EQ(ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(1)))->state, CollectionJob::State::kWaiting);
  EXPECT_EQ(SumOf(Freeze(job).batch), 3U);
  EXPECT_TRUE(ValueOrDie(store_->Spent()).empty());
  Succeeds(store_->FinishCollectionJob(job.lease, SampleCharge(1'000), make));
}

// --------------------------------------------------------------------------------------------------------- collections
TEST_P(AggregatorStoreTest, ACollectionJobIsFoundByItsRequest) {
  AddLeader();
  const auto made = ValueOrDie(store_->CreateCollectionJob(TaskNumber(1), JobNumber(1), Text("ask")));
  EXPECT_EQ(made.id, JobNumber(1));
  EXPECT_EQ(made.state, CollectionJob::State::kWaiting);
  EXPECT_EQ(made.request, Text("ask"));
  EXPECT_EQ(ValueOrDie(store_->CreateCollectionJob(TaskNumber(1), JobNumber(2), Text("ask"))).id, JobNumber(1));
  EXPECT_EQ(ValueOrDie(store_->CreateCollectionJob(TaskNumber(1), JobNumber(3), Text("ask else"))).id, JobNumber(3));
  Fails(store_->CreateCollectionJob(TaskNumber(1), JobNumber(3), Text("a third")), ErrorCode::kInvalidArgument);
  EXPECT_FALSE(ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(2))));
  const auto found = ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(3)));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->request, Text("ask else"));
  EXPECT_EQ(ValueOrDie(store_->Stats()).waiting_collections, 2U);
}

TEST_P(AggregatorStoreTest, ACollectionJobIsLeasedAsOthersAre) {
  AddLeader();
  const auto job = Collect(1, 1'000);
  EXPECT_EQ(job.request, Text("ask 1"));
  EXPECT_EQ(job.attempts, 0U);
  EXPECT_FALSE(ValueOrDie(store_->LeaseCollectionJob(1'999, 3'000)));
  const auto again = ValueOrDie(store_->LeaseCollectionJob(2'000, 3'000));
  ASSERT_TRUE(again);
  EXPECT_GT(again->lease.token, job.lease.token);
  EXPECT_EQ(again->attempts, 1U);
  Fails(store_->ReturnCollectionJob(job.lease, 0), ErrorCode::kExpired);
  Fails(store_->FreezeBatch(job.lease, {dap::Interval{0, 1}, std::nullopt}, false), ErrorCode::kExpired);
  Fails(store_->FailCollectionJob(job.lease, std::nullopt, "", true), ErrorCode::kExpired);
  Fails(store_->FinishCollectionJob(job.lease, SampleCharge(), [](const Batch&) -> Result<Bytes> { return Bytes{1}; }),
        ErrorCode::kExpired);
  Succeeds(store_->ReturnCollectionJob(again->lease, 7'000));
  EXPECT_FALSE(ValueOrDie(store_->LeaseCollectionJob(6'999, 8'000)));
  EXPECT_TRUE(ValueOrDie(store_->LeaseCollectionJob(7'000, 8'000)));
}

TEST_P(AggregatorStoreTest, ABatchWithTooFewReportsIsNotFrozen) {
  AddLeader(3);
  AppendNumbers(1, 2);
  AggregateAll();
  const auto job = Collect(1);
  const auto frozen = Freeze(job);
  EXPECT_EQ(frozen.state, BatchState::kTooFew);
  EXPECT_EQ(frozen.batch.count, 2U);
  EXPECT_TRUE(frozen.batch.shares.empty());
  AppendNumbers(3, 3);  // still taken
  AggregateAll();
  EXPECT_EQ(Freeze(job).state, BatchState::kReady);
}

TEST_P(AggregatorStoreTest, AnEmptyBatchIsNeverReady) {
  AddLeader(0);
  EXPECT_EQ(Freeze(Collect(1)).state, BatchState::kTooFew);
}

TEST_P(AggregatorStoreTest, ABatchIsPendingWhileJobsWithReportsOfItAreOpen) {
  AddLeader();
  AppendNumbers(1, 1, 100);
  Succeeds(Finish(Lease()));
  AppendNumbers(2, 2, 100);
  const auto job = Lease();
  const auto collection = Collect(1);
  EXPECT_EQ(Freeze(collection, {100, 1}).state, BatchState::kPending);
  EXPECT_EQ(Freeze(collection, {101, 1}).state, BatchState::kTooFew);  // the job has nothing of it
  Succeeds(store_->ReturnAggregationJob(job.lease, 0, ""));
  EXPECT_EQ(Freeze(collection, {100, 1}).state, BatchState::kPending);
  Succeeds(Finish(Lease()));
  const auto frozen = Freeze(collection, {100, 1});
  EXPECT_EQ(frozen.state, BatchState::kReady);
  EXPECT_EQ(frozen.batch.count, 2U);
}

TEST_P(AggregatorStoreTest, NothingIsAddedToAFrozenBatch) {
  AddLeader();
  AppendNumbers(1, 2, 100);
  AggregateAll();
  AppendNumbers(4, 4, 200);  // of another bucket, waits
  const auto collection = Collect(1);
  ASSERT_EQ(Freeze(collection, {50, 100}).state, BatchState::kReady);
  EXPECT_EQ(Append({SampleReport(5, 149), SampleReport(6, 150), SampleReport(2, 100)}),
            (std::vector{kCollected, kStored, kReplayed}));
  const auto job = Lease();
  EXPECT_EQ(job.reports.size(), 2U);  // the fourth and the sixth
  for (const StoredReport& report : job.reports) EXPECT_GE(report.time, 150U);
  std::vector<ReportOutcome> outcomes = AllValid(job);
  outcomes[0].bucket = BucketAt(100);
  Fails(store_->FinishAggregationJob(job.lease, outcomes, Sum), ErrorCode::kInternal);
  Succeeds(Finish(job));
  EXPECT_EQ(SumOf(Freeze(collection, {50, 100}).batch), 3U);
}

TEST_P(AggregatorStoreTest, FreezingAgainGivesTheSameBatch) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto first = Collect(1, 1'000);
  const auto frozen = Freeze(first);
  const auto again = ValueOrDie(store_->LeaseCollectionJob(2'000, 3'000));
  ASSERT_TRUE(again);
  for (int i = 0; i < 2; ++i) {
    const auto same = Freeze(*again);
    EXPECT_EQ(same.state, BatchState::kReady);
    EXPECT_EQ(same.batch.count, frozen.batch.count);
    EXPECT_EQ(same.batch.checksum, frozen.batch.checksum);
    EXPECT_EQ(same.batch.interval, frozen.batch.interval);
    EXPECT_EQ(same.batch.shares, frozen.batch.shares);
  }
}

TEST_P(AggregatorStoreTest, NoOtherJobGetsAFrozenOrCollectedBucket) {
  AddLeader();
  AppendNumbers(1, 1, 100);
  AppendNumbers(2, 2, 200);
  AggregateAll();
  const auto first = Collect(1);
  ASSERT_EQ(Freeze(first, {100, 10}).state, BatchState::kReady);
  const auto second = Collect(2);
  EXPECT_EQ(Freeze(second, {0, 1'000}).state, BatchState::kCollected);
  EXPECT_EQ(Freeze(second, {109, 100}).state, BatchState::kCollected);
  Succeeds(
      store_->FinishCollectionJob(first.lease, SampleCharge(), [](const Batch&) -> Result<Bytes> { return Bytes{1}; }));
  EXPECT_EQ(Freeze(second, {0, 1'000}).state, BatchState::kCollected);
  EXPECT_EQ(Freeze(second, {110, 100}).state, BatchState::kReady);
}

TEST_P(AggregatorStoreTest, AFinishedCollectionJobHasItsResponseAndItsSharesAreGone) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto job = Collect(1);
  ASSERT_EQ(Freeze(job).state, BatchState::kReady);
  int made = 0;
  const auto make = [&](const Batch& batch) -> Result<Bytes> {
    ++made;
    EXPECT_EQ(batch.count, 2U);
    EXPECT_EQ(SumOf(batch), 3U);
    return Text("response");
  };
  Succeeds(store_->FinishCollectionJob(job.lease, SampleCharge(), make));
  Succeeds(store_->FinishCollectionJob(job.lease, SampleCharge(), make));
  EXPECT_EQ(made, 1);
  EXPECT_EQ(ValueOrDie(store_->Spent()).at(7), 10U);
  const auto found = ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(1)));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, CollectionJob::State::kReady);
  EXPECT_EQ(found->response, Text("response"));
  EXPECT_FALSE(ValueOrDie(store_->LeaseCollectionJob(99'000, 99'001)));
  EXPECT_EQ(ValueOrDie(store_->Stats()).waiting_collections, 0U);
}

TEST_P(AggregatorStoreTest, AnErrorOfMakeReleaseLeavesTheBatchFrozenAndNothingSpent) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto job = Collect(1);
  ASSERT_EQ(Freeze(job).state, BatchState::kReady);
  Fails(store_->FinishCollectionJob(
            job.lease, SampleCharge(),
            [](const Batch&) -> Result<Bytes> { return Error{ErrorCode::kInternal, "no noise.", ""}; }),
        ErrorCode::kInternal);
  EXPECT_TRUE(ValueOrDie(store_->Spent()).empty());
  EXPECT_EQ(SumOf(Freeze(job).batch), 3U);
}

TEST_P(AggregatorStoreTest, ACollectionJobThatHasNoBatchIsNotFinished) {
  AddLeader();
  const auto job = Collect(1);
  Fails(store_->FinishCollectionJob(job.lease, SampleCharge(), [](const Batch&) -> Result<Bytes> { return Bytes{1}; }),
        ErrorCode::kInvalidArgument);
}

TEST_P(AggregatorStoreTest, AFailedCollectionJobSaysWhy) {
  AddLeader();
  const auto job = Collect(1);
  Succeeds(store_->FailCollectionJob(job.lease, dap::Problem::kInvalidBatchSize, "Too few reports.", true));
  Succeeds(store_->FailCollectionJob(job.lease, dap::Problem::kInvalidBatchSize, "Too few reports.", true));
  const auto found = ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(1)));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, CollectionJob::State::kFailed);
  EXPECT_EQ(found->problem, dap::Problem::kInvalidBatchSize);
  EXPECT_EQ(found->detail, "Too few reports.");
  const auto other = Collect(2);
  Succeeds(store_->FailCollectionJob(other.lease, std::nullopt, "The budget.", false));
  EXPECT_FALSE(ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(2)))->problem);
  EXPECT_FALSE(ValueOrDie(store_->LeaseCollectionJob(99'000, 99'001)));
}

TEST_P(AggregatorStoreTest, AThawedBatchIsFreeForReportsAndJobs) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto first = Collect(1);
  ASSERT_EQ(Freeze(first).state, BatchState::kReady);
  Succeeds(store_->FailCollectionJob(first.lease, std::nullopt, "The helper is away.", true));
  AppendNumbers(3, 3);
  AggregateAll();
  const auto frozen = Freeze(Collect(2));
  EXPECT_EQ(frozen.state, BatchState::kReady);
  EXPECT_EQ(SumOf(frozen.batch), 6U);
}

TEST_P(AggregatorStoreTest, ABatchThatIsNotThawedIsNobodysEver) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto first = Collect(1);
  ASSERT_EQ(Freeze(first).state, BatchState::kReady);
  Succeeds(store_->FailCollectionJob(first.lease, std::nullopt, "Who knows.", false));
  EXPECT_EQ(Append({SampleReport(3)}).at(0), kCollected);
  EXPECT_EQ(Freeze(Collect(2)).state, BatchState::kCollected);
}

TEST_P(AggregatorStoreTest, ADeletedCollectionJobIsForgottenAndItsBatchStaysCollected) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto job = Collect(1);
  ASSERT_EQ(Freeze(job).state, BatchState::kReady);
  Succeeds(
      store_->FinishCollectionJob(job.lease, SampleCharge(), [](const Batch&) -> Result<Bytes> { return Bytes{1}; }));
  Succeeds(store_->DeleteCollectionJob(TaskNumber(1), JobNumber(1)));
  Succeeds(store_->DeleteCollectionJob(TaskNumber(1), JobNumber(1)));
  EXPECT_FALSE(ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(1))));
  EXPECT_EQ(Freeze(Collect(1)).state, BatchState::kCollected);  // the same id and request again
}

TEST_P(AggregatorStoreTest, AWaitingCollectionJobEndsWhenItIsDeleted) {
  AddLeader();
  AppendNumbers(1, 2);
  AggregateAll();
  const auto job = Collect(1);
  ASSERT_EQ(Freeze(job).state, BatchState::kReady);
  Succeeds(store_->DeleteCollectionJob(TaskNumber(1), JobNumber(1)));
  Fails(store_->FinishCollectionJob(job.lease, SampleCharge(), [](const Batch&) -> Result<Bytes> { return Bytes{1}; }),
        ErrorCode::kExpired);
  EXPECT_FALSE(ValueOrDie(store_->LeaseCollectionJob(99'000, 99'001)));
  // The helper may have released its share of the batch meanwhile, so nobody else gets it.
  EXPECT_EQ(Freeze(Collect(2)).state, BatchState::kCollected);
}

TEST_P(AggregatorStoreTest, ARequestWhoseJobWasDeletedAsksForAnotherLeaderSelectedBatch) {
  AddLeaderSelected(1);
  AppendNumbers(1, 2);
  Succeeds(Finish(Lease(1'000, 1)));
  Succeeds(Finish(Lease(1'000, 1)));
  const auto first = Collect(1);
  const auto batch = FreezeNext(first).batch;
  Succeeds(
      store_->FinishCollectionJob(first.lease, SampleCharge(), [](const Batch&) -> Result<Bytes> { return Bytes{1}; }));
  Succeeds(store_->DeleteCollectionJob(TaskNumber(1), JobNumber(1)));
  const auto again = FreezeNext(Collect(1));
  EXPECT_EQ(again.state, BatchState::kReady);
  EXPECT_NE(again.batch.id, batch.id);
}

// ------------------------------------------------------------------------------------------------- scrubbing, restarts
TEST_P(AggregatorStoreTest, ScrubbingForgetsATasksReportsAndJobsButNotWhatWasCollectedAndSpent) {
  AddLeader();
  AddTask(Role::kLeader, BatchMode::kTimeInterval, 1, 2);
  AppendNumbers(1, 2, 100);
  AggregateAll();
  const auto collection = Collect(1);
  ASSERT_EQ(Freeze(collection, {100, 10}).state, BatchState::kReady);
  Succeeds(store_->FinishCollectionJob(collection.lease, SampleCharge(),
                                       [](const Batch&) -> Result<Bytes> { return Text("response"); }));
  AppendNumbers(3, 4, 200);
  const auto open = Lease(1'000, 1);
  AppendNumbers(5, 6, 100, 2);
  Succeeds(store_->Scrub(TaskNumber(1)));
  Succeeds(store_->Scrub(TaskNumber(1)));
  Fails(Finish(open), ErrorCode::kExpired);
  const StoreStats stats = ValueOrDie(store_->Stats());
  EXPECT_EQ(stats.waiting_reports, 2U);  // the other task's
  EXPECT_EQ(stats.unfinished_jobs, 0U);
  EXPECT_EQ(ValueOrDie(store_->KnownReports(TaskNumber(1), std::vector{ReportNumber(1)})), std::vector{false});
  EXPECT_EQ(Append({SampleReport(1, 100)}).at(0), kCollected);
  EXPECT_EQ(Freeze(Collect(2), {100, 1}).state, BatchState::kCollected);
  EXPECT_EQ(ValueOrDie(store_->Spent()).at(7), 10U);
  EXPECT_EQ(ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(1)))->response, Text("response"));
}

TEST_P(AggregatorStoreTest, ScrubbingAHelpersTaskForgetsItsJobsButNotWhatItReleased) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1, 100)}));
  ValueOrDie(Release(1, {100, 1}));
  Succeeds(store_->AcceptHelperJob(TaskNumber(1), JobNumber(2), Text("request")));
  Succeeds(store_->Scrub(TaskNumber(1)));
  EXPECT_FALSE(ValueOrDie(store_->FindHelperJob(TaskNumber(1), JobNumber(1))));
  EXPECT_FALSE(ValueOrDie(store_->FindHelperJob(TaskNumber(1), JobNumber(2))));
  Fails(Release(2, {100, 1}), ErrorCode::kMismatch);
  EXPECT_EQ(ValueOrDie(Commit(3, {Counted(2, 100)})), Bytes{Code(ReportError::kBatchCollected)});
}

TEST_P(AggregatorStoreTest, EverythingIsThereAfterARestart) {
  AddLeader(2);
  AddTask(Role::kHelper, BatchMode::kTimeInterval, 1, 2);
  AppendNumbers(1, 2, 100);
  AppendNumbers(3, 6, 200);
  Reopen();
  EXPECT_EQ(Append({SampleReport(1, 100)}).at(0), kReplayed);
  auto job = Lease(1'000, 2);
  Reopen();
  Succeeds(Finish(job));
  Succeeds(store_->AcceptHelperJob(TaskNumber(2), JobNumber(50), Text("request")));
  const auto collection = Collect(1);
  ASSERT_EQ(Freeze(collection, {100, 1}).state, BatchState::kReady);
  Reopen();
  EXPECT_EQ(Append({SampleReport(7, 100)}).at(0), kCollected);
  EXPECT_EQ(SumOf(Freeze(collection, {100, 1}).batch), 3U);
  Succeeds(store_->FinishCollectionJob(collection.lease, SampleCharge(),
                                       [](const Batch&) -> Result<Bytes> { return Text("response"); }));
  Reopen();
  EXPECT_EQ(ValueOrDie(store_->FindCollectionJob(TaskNumber(1), JobNumber(1)))->response, Text("response"));
  EXPECT_EQ(ValueOrDie(store_->Spent()).at(7), 10U);
  EXPECT_EQ(ValueOrDie(store_->LeaseHelperJob(1'000, 2'000))->request, Text("request"));
  const StoreStats stats = ValueOrDie(store_->Stats());
  EXPECT_EQ(stats.waiting_reports, 4U);
  EXPECT_EQ(stats.unfinished_jobs, 1U);
  EXPECT_EQ(stats.waiting_collections, 0U);
}

// ----------------------------------------------------------------------------------------------------------
// concurrency
TEST_P(AggregatorStoreTest, NothingIsLostOrCountedTwiceWithManyCallersAtOnce) {
  AddLeader();
  constexpr uint64_t kThreads = 4;
  constexpr uint64_t kEach = 120;
  std::unique_ptr<AggregatorStore> other = backend_->Open();  // another process
  std::atomic<uint64_t> appending = kThreads;
  std::atomic<uint64_t> jobs = 0;
  std::atomic<uint64_t> stored = 0;
  const auto append = [&](AggregatorStore& store, uint64_t thread) {
    for (uint64_t i = 0; i < kEach; i += 4) {
      // Each report comes from two threads.
      std::vector<NewReport> reports;
      for (uint64_t j = 0; j < 4; ++j) reports.push_back(SampleReport((thread / 2) * kEach + i + j + 1, 100 + j));
      for (const AppendOutcome outcome : ValueOrDie(store.AppendReports(reports))) stored += outcome == kStored ? 1 : 0;
    }
    --appending;
  };
  const auto work = [&](AggregatorStore& store) {
    while (true) {
      const bool last_look = appending == 0;
      AggregationJobTerms terms;
      terms.now = 1'000;
      terms.lease_until = 2'000;
      terms.max_reports = 7;
      terms.new_job = JobNumber(++jobs);
      const auto job = ValueOrDie(store.LeaseAggregationJob(terms));
      if (job) {
        Succeeds(store.FinishAggregationJob(job->lease, AllValid(*job), Sum));
      } else if (last_look) {
        return;
      }
    }
  };
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    AggregatorStore& store = thread % 2 == 0 ? *store_ : *other;
    threads.emplace_back([&, thread] { append(store, thread); });
    threads.emplace_back([&] { work(store); });
  }
  for (std::thread& thread : threads) thread.join();
  const uint64_t different = kThreads / 2 * kEach;
  EXPECT_EQ(stored, different);
  const auto batch = Freeze(Collect(1)).batch;
  EXPECT_EQ(batch.count, different);
  EXPECT_EQ(SumOf(batch), different * (different + 1) / 2);
}

TEST_P(AggregatorStoreTest, ABatchIsReleasedOnceWithManyCallersAtOnce) {
  AddHelper();
  ValueOrDie(Commit(1, {Counted(1)}));
  std::unique_ptr<AggregatorStore> other = backend_->Open();
  std::atomic<uint64_t> released = 0;
  std::atomic<uint64_t> refused = 0;
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      AggregatorStore& store = thread % 2 == 0 ? *store_ : *other;
      const auto result = store.ReleaseShare(
          TaskNumber(1), JobNumber(thread), {dap::Interval{0, 1'000}, std::nullopt},
          [](const Batch&) { return Status(); }, SampleCharge(),
          [](const Batch&) -> Result<Bytes> { return Bytes{1}; });
      if (result.ok()) {
        ++released;
      } else if (result.error().code == ErrorCode::kMismatch) {
        ++refused;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(released, 1U);
  EXPECT_EQ(refused, 3U);
  EXPECT_EQ(ValueOrDie(store_->Spent()).at(7), 10U);
}

TEST_P(AggregatorStoreTest, TheBudgetHoldsWithManyCallersAtOnce) {
  for (uint64_t task = 1; task <= 8; ++task) AddTask(Role::kHelper, BatchMode::kTimeInterval, 1, task);
  std::unique_ptr<AggregatorStore> other = backend_->Open();
  std::atomic<uint64_t> released = 0;
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      AggregatorStore& store = thread % 2 == 0 ? *store_ : *other;
      const auto result = store.ReleaseShare(
          TaskNumber(thread + 1), JobNumber(1), {dap::Interval{0, 1'000}, std::nullopt},
          [](const Batch&) { return Status(); }, {{10, 30, 100}, 7, 10, "the task"},
          [](const Batch&) -> Result<Bytes> { return Bytes{1}; });
      if (result.ok()) ++released;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(released, 3U);
  EXPECT_EQ(ValueOrDie(store_->Spent()).at(7), 30U);
}

TEST_P(AggregatorStoreTest, OneHelperJobThatCommitsTwiceAtOnceCountsOnce) {
  AddHelper();
  std::unique_ptr<AggregatorStore> other = backend_->Open();
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      AggregatorStore& store = thread % 2 == 0 ? *store_ : *other;
      const std::vector outcomes{Counted(1), Counted(2)};
      EXPECT_EQ(ValueOrDie(store.CommitHelperJob(TaskNumber(1), JobNumber(1), nullptr, outcomes, Sum, Render)),
                (Bytes{0, 0}));
    });
  }
  for (std::thread& thread : threads) thread.join();
  Batch batch;
  ValueOrDie(Release(1, {0, 1'000}, &batch));
  EXPECT_EQ(SumOf(batch), 3U);
}

INSTANTIATE_TEST_SUITE_P(On, AggregatorStoreTest, testing::Values(Backend::kSqlite, Backend::kPostgresql),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace sotto::server
