// What SQLite's storage has acknowledged outlives disks that fail: power cuts that tear writes, fsyncs that fail, and
// no space left.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "server-stub/storage/database.h"
#include "server-stub/storage/sqlite_aggregator_store.h"
#include "server/aggregator_samples.h"
#include "server/faulty_vfs.h"
#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

// An aggregator's leader that appends and aggregates, and remembers what it was told.
class Leader {
 public:
  Leader(std::filesystem::path file, uint64_t seed) : file_(std::move(file)), random_(seed) {
    const FaultyVfs without_faults(0);  // quicker than the real disk
    auto store = SqliteAggregatorStore::Open(file_);
    EXPECT_TRUE(store.ok());
    EXPECT_TRUE(store.value()->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  }

  bool Open() {
    auto store = SqliteAggregatorStore::Open(file_);
    store_ = store.ok() ? std::move(store).value() : nullptr;
    return store.ok();
  }
  void Close() { store_.reset(); }

  // One call of the store. False if it returned an error: then what it asked for is in doubt.
  bool Step() {
    if (random_() % 3 != 0) return Append();
    if (!job_) return Lease();
    return Finish();
  }

  // What a store that was opened again after all this must have.
  void Check() {
    Close();
    auto database = Database::Open(file_);
    ASSERT_TRUE(database.ok());
    auto integrity = database.value().Prepare("PRAGMA integrity_check");
    ASSERT_TRUE(integrity.ok());
    const auto checked = integrity.value().Step();
    ASSERT_TRUE(checked.ok()) << ToString(checked.error());
    EXPECT_EQ(integrity.value().Text(0), "ok");
    integrity.value().Reset();

    const auto number = [&](const char* sql) {
      auto statement = database.value().Prepare(sql);
      EXPECT_TRUE(statement.ok() && statement.value().Step().ok());
      return static_cast<uint64_t>(statement.value().Integer(0));
    };
    const uint64_t reports = number("SELECT count(*) FROM report");
    const uint64_t bodies = number("SELECT count(*) FROM report_body");
    const uint64_t counted = number("SELECT coalesce(sum(count), 0) FROM bucket");
    EXPECT_EQ(bodies, number("SELECT count(DISTINCT id) FROM report_body"));
    EXPECT_EQ(bodies + counted, reports);  // each report waits, or is counted, once
    EXPECT_GE(reports, acknowledged_.size());
    EXPECT_LE(reports, acknowledged_.size() + in_doubt_.size());
    EXPECT_GE(counted, counted_);
    EXPECT_LE(counted, counted_ + counted_in_doubt_);

    ASSERT_TRUE(Open());
    std::vector<NewReport> again;
    for (const uint64_t report : acknowledged_) again.push_back(SampleReport(report));
    const auto outcomes = store_->AppendReports(again);
    ASSERT_TRUE(outcomes.ok()) << ToString(outcomes.error());
    for (const AppendOutcome outcome : outcomes.value()) EXPECT_EQ(outcome, AppendOutcome::kReplayed);
    Close();
  }

  uint64_t acknowledged() const { return acknowledged_.size(); }
  uint64_t counted() const { return counted_; }

 private:
  bool Append() {
    std::vector<NewReport> reports;
    std::set<uint64_t> numbers;
    // Those in doubt come again, as devices send them again.
    if (!in_doubt_.empty()) numbers.insert(*in_doubt_.begin());
    const uint64_t count = 1 + random_() % 6;
    for (uint64_t i = 0; i < count; ++i) numbers.insert(++last_);
    for (const uint64_t number : numbers) {
      reports.push_back(SampleReport(number, 100 + number % 3));
      reports.back().body.resize(20 + random_() % 6'000, 0x5A);
    }
    const auto outcomes = store_->AppendReports(reports);
    if (!outcomes.ok()) {
      EXPECT_EQ(outcomes.error().code, ErrorCode::kUnavailable);
      in_doubt_.insert(numbers.begin(), numbers.end());
      return false;
    }
    for (const uint64_t number : numbers) in_doubt_.erase(number);
    acknowledged_.insert(numbers.begin(), numbers.end());
    return true;
  }

  bool Lease() {
    AggregationJobTerms terms;
    terms.now = ++now_;
    terms.lease_until = now_;
    terms.max_reports = 1 + random_() % 10;
    terms.new_job = JobNumber(static_cast<uint64_t>(now_));
    auto job = store_->LeaseAggregationJob(terms);
    if (!job.ok()) {
      EXPECT_EQ(job.error().code, ErrorCode::kUnavailable);
      return false;
    }
    job_ = std::move(job).value();
    return true;
  }

  bool Finish() {
    std::vector<ReportOutcome> outcomes;
    for (const StoredReport& report : job_->reports) {
      outcomes.push_back({report.id, report.time, std::nullopt, BucketAt(report.time), ShareOf(1)});
    }
    const Status finished = store_->FinishAggregationJob(job_->lease, outcomes, Sum);
    job_.reset();
    if (!finished.ok()) {
      // The lease is over: the next look for a job finds it again, unless it is finished.
      EXPECT_EQ(finished.error().code, ErrorCode::kUnavailable);
      counted_in_doubt_ += outcomes.size();
      return false;
    }
    counted_ += outcomes.size();
    return true;
  }

  std::filesystem::path file_;
  std::mt19937_64 random_;
  std::unique_ptr<AggregatorStore> store_;
  uint64_t last_ = 0;
  int64_t now_ = 1'000;
  std::set<uint64_t> acknowledged_;
  std::set<uint64_t> in_doubt_;
  uint64_t counted_ = 0;
  uint64_t counted_in_doubt_ = 0;
  std::optional<LeasedAggregationJob> job_;
};

TEST(TornDisk, PowerCutsLoseNothingThatWasAcknowledgedAndDoubleNothing) {
  uint64_t acknowledged = 0;
  uint64_t counted = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TemporaryFolder folder;
    Leader leader(folder.path() / "leader.sqlite", seed);
    {
      FaultyVfs disk(seed);
      disk.CutPowerAt(1 + std::mt19937_64(seed)() % 500);
      if (leader.Open()) {
        while (leader.Step()) {
        }
      }
      EXPECT_TRUE(disk.off());
      leader.Close();
      disk.StartAnew();
    }
    leader.Check();
    acknowledged += leader.acknowledged();
    counted += leader.counted();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(acknowledged, 5'000U);
  EXPECT_GT(counted, 1'000U);
}

TEST(TornDisk, SyncsThatFailAreReportedAndLoseNothingThatWasAcknowledged) {
  uint64_t failures = 0;
  uint64_t errors = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TemporaryFolder folder;
    Leader leader(folder.path() / "leader.sqlite", seed);
    {
      FaultyVfs disk(seed);
      ASSERT_TRUE(leader.Open());
      std::mt19937_64 random(seed);
      for (int round = 0; round < 2; ++round) {
        disk.FailSyncs(1 + random() % 20, 1 + random() % 3);
        uint64_t good = 0;
        for (int i = 0; i < 30; ++i) leader.Step() ? ++good : ++errors;
        EXPECT_GT(good, 0U);  // the store works again
      }
      failures += disk.failed_syncs();
      disk.CutPower();
      leader.Close();
      disk.StartAnew();
    }
    leader.Check();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(failures, 100U);
  EXPECT_GT(errors, 50U);
}

TEST(TornDisk, ADiskWithoutSpaceIsReportedAndTheStoreWorksAgainWhenThereIsSome) {
  uint64_t refused = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    TemporaryFolder folder;
    Leader leader(folder.path() / "leader.sqlite", seed);
    {
      FaultyVfs disk(seed);
      ASSERT_TRUE(leader.Open());
      std::mt19937_64 random(seed);
      for (int round = 0; round < 2; ++round) {
        disk.LimitGrowth(static_cast<int64_t>(random() % 200'000));
        uint64_t errors = 0;
        for (int i = 0; i < 40; ++i) errors += leader.Step() ? 0 : 1;
        refused += errors;
        disk.LimitGrowth(std::nullopt);
        for (int i = 0; i < 5; ++i) EXPECT_TRUE(leader.Step());
      }
      EXPECT_GT(disk.refused_writes(), 0U);
      disk.CutPower();
      leader.Close();
      disk.StartAnew();
    }
    leader.Check();
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(refused, 100U);
}

// Whether the disk above is one on which something can be lost: without the fsync of each commit, something is.
TEST(TornDisk, LosesWhatWasNotSynced) {
  TemporaryFolder folder;
  const auto file = folder.path() / "careless.sqlite";
  ASSERT_TRUE(Database::Open(file).value().Execute("PRAGMA journal_mode = WAL; CREATE TABLE row (id INTEGER)").ok());
  uint64_t lost = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    {
      FaultyVfs disk(seed);
      {
        auto database = Database::Open(file);
        ASSERT_TRUE(database.ok());
        ASSERT_TRUE(database.value().Execute("PRAGMA synchronous = NORMAL; DELETE FROM row").ok());
        ASSERT_TRUE(database.value().Execute("PRAGMA wal_checkpoint(TRUNCATE)").ok());
        for (int i = 0; i < 20; ++i) ASSERT_TRUE(database.value().Execute("INSERT INTO row VALUES (1)").ok());
        disk.CutPower();
      }
      disk.StartAnew();
    }
    auto database = Database::Open(file);
    ASSERT_TRUE(database.ok());
    auto count = database.value().Prepare("SELECT count(*) FROM row");
    ASSERT_TRUE(count.ok() && count.value().Step().ok());
    lost += static_cast<uint64_t>(20 - count.value().Integer(0));
  }
  EXPECT_GT(lost, 0U);
}

}  // namespace
}  // namespace sotto::server
