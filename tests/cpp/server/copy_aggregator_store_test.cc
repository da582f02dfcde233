#include "server-stub/storage/copy_aggregator_store.h"

#include <gtest/gtest.h>

#include "server-stub/storage/aggregator/sql_aggregator_store.h"
#include "server-stub/storage/aggregator/tables.h"
#include "server/aggregator_samples.h"
#include "server/store_backends.h"

namespace sotto::server {
namespace {

// Every row of every table, in one text for both databases.
std::string Dump(AggregatorStore& store) {
  std::string dump;
  const Status dumped =
      dynamic_cast<SqlAggregatorStore&>(store).database().Snapshot([&](SqlTransaction& sql) -> Status {
        for (const SqlTable& table : AggregatorTables()) {
          dump += std::string(table.name) + "\n";
          SOTTO_RETURN_IF_ERROR(sql.Stream(SelectAll(table), [&](const SqlRow& row) -> Status {
            for (size_t i = 0; i < row.size(); ++i) {
              const bool number = table.columns[i].kind == SqlValue::Kind::kInteger;
              dump += std::string(" ") + table.columns[i].name + "=";
              dump += row[i].null ? "null" : number ? std::to_string(row[i].integer) : ToHex(row[i].bytes);
            }
            dump += "\n";
            return {};
          }));
        }
        return {};
      });
  EXPECT_TRUE(dumped.ok()) << ToString(dumped.error());
  return dump;
}

template <class T>
T ValueOrDie(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(ToString(result.error()));
  return std::move(result).value();
}

void Succeeds(const Status& status) {
  ASSERT_TRUE(status.ok()) << ToString(status.error());
}

// Something in every table, in all its states.
void Fill(AggregatorStore& store) {
  const auto release = [](const Batch&) -> Result<Bytes> { return Text("released"); };
  Succeeds(store.AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)));
  Succeeds(store.AddTask(SampleTask(2, dap::Role::kLeader, dap::BatchMode::kLeaderSelected, 2)));
  Succeeds(store.AddTask(SampleTask(3, dap::Role::kHelper, dap::BatchMode::kTimeInterval)));
  std::vector<NewReport> reports;
  for (uint64_t number = 1; number <= 1'200; ++number) {
    reports.push_back(SampleReport(number, 100 + number % 2, 1 + number % 2));
  }
  reports.back().body.assign(300'000, 0xC3);
  reports.front().body.clear();
  ValueOrDie(store.AppendReports(reports));
  for (uint64_t job = 1; job <= 6; ++job) {
    AggregationJobTerms terms{1'000, 2'000, 5, 1, JobNumber(job), BatchNumber(job)};
    const auto leased = *ValueOrDie(store.LeaseAggregationJob(terms));
    if (job == 5) Succeeds(store.AbandonAggregationJob(leased.lease));
    if (job == 6) Succeeds(store.ReturnAggregationJob(leased.lease, 9'000, "/job/6"));
    if (job > 2) continue;
    std::vector<ReportOutcome> outcomes;
    for (const StoredReport& report : leased.reports) {
      outcomes.push_back({report.id, report.time, std::nullopt, BucketAt(report.time), ShareOf(1)});
      if (leased.batch) outcomes.back().bucket.assign(leased.batch->begin(), leased.batch->end());
    }
    Succeeds(store.FinishAggregationJob(leased.lease, outcomes, Sum));
  }
  for (const uint64_t task : {1U, 2U}) {
    ValueOrDie(store.CreateCollectionJob(TaskNumber(task), JobNumber(10 + task), Text("ask")));
    ValueOrDie(store.CreateCollectionJob(TaskNumber(task), JobNumber(20 + task), Text("ask else")));
  }
  const auto failed = *ValueOrDie(store.LeaseCollectionJob(1'000, 2'000));
  Succeeds(store.FailCollectionJob(failed.lease, dap::Problem::kInvalidBatchSize, "Too few.", true));
  ValueOrDie(store.LeaseCollectionJob(1'000, 2'000));
  Succeeds(store.AcceptHelperJob(TaskNumber(3), JobNumber(1), Text("request")));
  ValueOrDie(store.LeaseHelperJob(1'000, 2'000));
  const std::vector outcomes{Counted(1, 5), Counted(2, 50)};
  ValueOrDie(store.CommitHelperJob(TaskNumber(3), JobNumber(2), nullptr, outcomes, Sum,
                                   [](auto) -> Result<Bytes> { return Text("response"); }));
  ValueOrDie(store.ReleaseShare(
      TaskNumber(3), JobNumber(3), {dap::Interval{0, 10}, std::nullopt}, [](const Batch&) { return Status(); },
      SampleCharge(), release));
}

using Ways = std::tuple<Backend, Backend>;

class CopyAggregatorStoreTest : public testing::TestWithParam<Ways> {
 protected:
  void SetUp() override {
    from_backend_ = MakeStoreBackend(std::get<0>(GetParam()));
    to_backend_ = MakeStoreBackend(std::get<1>(GetParam()));
    if (!from_backend_ || !to_backend_) GTEST_SKIP() << "skipped: no PostgreSQL";
    from_ = from_backend_->Open();
    to_ = to_backend_->Open();
  }

  Status Copy() {
    return CopyAggregatorStore(*from_, *to_, [&](uint64_t done, uint64_t total) {
      done_ = done;
      total_ = total;
    });
  }

  std::unique_ptr<StoreBackend> from_backend_;
  std::unique_ptr<StoreBackend> to_backend_;
  std::unique_ptr<AggregatorStore> from_;
  std::unique_ptr<AggregatorStore> to_;
  uint64_t done_ = 0;
  uint64_t total_ = 0;
};

TEST_P(CopyAggregatorStoreTest, TheCopyHasEveryRow) {
  Fill(*from_);
  const std::string before = Dump(*from_);
  for (const SqlTable& table : AggregatorTables()) {
    // In the dump each table's name is followed by rows, of which this test wants at least one.
    EXPECT_NE(before.find(std::string(table.name) + "\n " + table.columns[0].name), std::string::npos) << table.name;
  }
  Succeeds(Copy());
  EXPECT_EQ(Dump(*to_), before);
  EXPECT_EQ(Dump(*from_), before);
  EXPECT_EQ(done_, total_);
  EXPECT_GT(total_, 2'400U);
}

TEST_P(CopyAggregatorStoreTest, TheCopyGoesOnWhereTheOriginalWas) {
  Fill(*from_);
  Succeeds(Copy());
  to_.reset();
  to_ = to_backend_->Open();
  EXPECT_EQ(ValueOrDie(to_->AppendReports(std::vector{SampleReport(2, 100, 1), SampleReport(5'000, 100, 1)})),
            (std::vector{AppendOutcome::kReplayed, AppendOutcome::kStored}));
  const std::vector outcomes{Counted(9, 5)};
  EXPECT_EQ(ValueOrDie(to_->CommitHelperJob(
                TaskNumber(3), JobNumber(9), nullptr, outcomes, Sum,
                [](auto errors) -> Result<Bytes> { return Bytes{static_cast<uint8_t>(*errors[0])}; })),
            Bytes{static_cast<uint8_t>(dap::ReportError::kBatchCollected)});
  EXPECT_EQ(ValueOrDie(to_->Spent()).at(7), 10U);
  Succeeds(to_->AddTask(SampleTask(4, dap::Role::kLeader, dap::BatchMode::kTimeInterval)));
  EXPECT_EQ(ValueOrDie(to_->AppendReports(std::vector{SampleReport(1, 100, 4)})).at(0), AppendOutcome::kStored);
}

TEST_P(CopyAggregatorStoreTest, ADestinationThatIsNotEmptyIsLeftAlone) {
  Fill(*from_);
  Succeeds(to_->AddTask(SampleTask(9, dap::Role::kLeader, dap::BatchMode::kTimeInterval)));
  const std::string before = Dump(*to_);
  const Status copied = Copy();
  ASSERT_FALSE(copied.ok());
  EXPECT_EQ(copied.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Dump(*to_), before);
}

TEST_P(CopyAggregatorStoreTest, NothingIsCopiedOfNothing) {
  Succeeds(Copy());
  EXPECT_EQ(Dump(*to_), Dump(*from_));
}

INSTANTIATE_TEST_SUITE_P(Between, CopyAggregatorStoreTest,
                         testing::Combine(testing::Values(Backend::kSqlite, Backend::kPostgresql),
                                          testing::Values(Backend::kSqlite, Backend::kPostgresql)),
                         [](const testing::TestParamInfo<Ways>& info) {
                           return testing::PrintToString(std::get<0>(info.param)) + "To" +
                                  testing::PrintToString(std::get<1>(info.param));
                         });

}  // namespace
}  // namespace sotto::server
