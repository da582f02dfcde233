#include "server-stub/storage/postgresql_aggregator_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "server-stub/storage/aggregator/postgresql_connection.h"
#include "server-stub/storage/aggregator/postgresql_schema.h"
#include "server/aggregator_samples.h"
#include "server/postgresql_cluster.h"

namespace sotto::server {
namespace {

class PostgresqlAggregatorStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    cluster_ = PostgresqlCluster::Shared();
    if (cluster_ == nullptr) GTEST_SKIP() << "skipped: no PostgreSQL";
    where_ = cluster_->CreateDatabase();
  }
  void TearDown() override {
    if (cluster_ != nullptr) cluster_->DropDatabase(where_);
  }

  std::unique_ptr<AggregatorStore> Open() {
    auto store = PostgresqlAggregatorStore::Open(where_);
    EXPECT_TRUE(store.ok()) << ToString(store.error());
    return store.ok() ? std::move(store).value() : nullptr;
  }

  SqlRows Query(const std::string& sql) {
    auto connection = PostgresqlConnection::Connect(where_);
    if (!connection.ok()) throw std::runtime_error(ToString(connection.error()));
    auto rows = connection.value()->RunOnce(sql);
    if (!rows.ok()) throw std::runtime_error(ToString(rows.error()));
    return std::move(rows).value();
  }

  PostgresqlCluster* cluster_ = nullptr;
  std::string where_;
};

TEST_F(PostgresqlAggregatorStoreTest, WhatIsNoConnectionStringIsRefusedWithoutRepeatingIt) {
  const auto store = PostgresqlAggregatorStore::Open("postgresql://user:secret@[host");
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ToString(store.error()).find("secret"), std::string::npos);
}

TEST_F(PostgresqlAggregatorStoreTest, AServerThatIsNotThereIsUnavailable) {
  const auto store = PostgresqlAggregatorStore::Open("postgresql://sotto@/nothing?host=/nowhere");
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kUnavailable);
}

TEST_F(PostgresqlAggregatorStoreTest, TablesOfANewerServerAreLeftAlone) {
  Open();
  Query("UPDATE sotto_schema SET version = version + 1");
  const auto store = PostgresqlAggregatorStore::Open(where_);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kUnsupportedVersion);
}

TEST_F(PostgresqlAggregatorStoreTest, ManyProcessesMayMakeTheTablesAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      const auto store = Open();
      ASSERT_TRUE(store);
      const Status added = store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval));
      EXPECT_TRUE(added.ok()) << ToString(added.error());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Query("SELECT count(*) FROM task")[0][0].integer, 1);
}

TEST_F(PostgresqlAggregatorStoreTest, EveryColumnHasAComment) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  const SqlRows columns = Query(
      "SELECT relname::text, attname::text, col_description(attrelid, attnum) FROM pg_attribute "
      "JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace "
      "AND relkind IN ('r', 'p') AND attnum > 0");
  EXPECT_GT(columns.size(), 60U);
  for (const SqlRow& column : columns) {
    EXPECT_FALSE(column[2].null || column[2].bytes.empty()) << column[0].text() << "." << column[1].text();
  }
}

TEST_F(PostgresqlAggregatorStoreTest, EachTasksReportsHavePartitionsOfTheirOwn) {
  const auto store = Open();
  for (const uint64_t task : {1U, 2U}) {
    ASSERT_TRUE(store->AddTask(SampleTask(task, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  }
  const std::vector reports{SampleReport(1, 100, 1), SampleReport(2, 100, 2), SampleReport(3, 100, 2)};
  ASSERT_TRUE(store->AppendReports(reports).ok());
  EXPECT_EQ(Query("SELECT count(*) FROM report_1")[0][0].integer, 1);
  EXPECT_EQ(Query("SELECT count(*) FROM report_body_2")[0][0].integer, 2);
}

TEST_F(PostgresqlAggregatorStoreTest, AnIdleStoreDoesNotNoticeThatTheServerWasRestarted) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  cluster_->Stop();
  cluster_->Start();
  const auto outcomes = store->AppendReports(std::vector{SampleReport(1)});
  ASSERT_TRUE(outcomes.ok()) << ToString(outcomes.error());
}

TEST_F(PostgresqlAggregatorStoreTest, WithoutItsServerTheStoreIsUnavailableAndThenItselfAgain) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  cluster_->Stop();
  for (int i = 0; i < 2; ++i) {
    const auto outcomes = store->AppendReports(std::vector{SampleReport(1)});
    EXPECT_FALSE(outcomes.ok());
    if (!outcomes.ok()) EXPECT_EQ(outcomes.error().code, ErrorCode::kUnavailable);
  }
  cluster_->Start();
  const auto outcomes = store->AppendReports(std::vector{SampleReport(1)});
  ASSERT_TRUE(outcomes.ok()) << ToString(outcomes.error());
  EXPECT_EQ(outcomes.value().at(0), AppendOutcome::kStored);
}

TEST_F(PostgresqlAggregatorStoreTest, WhatWasAcknowledgedIsThereOnceAfterRestartsUnderLoad) {
  constexpr uint64_t kThreads = 4;
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> acknowledged_count = 0;
  std::vector<std::set<uint64_t>> acknowledged(kThreads);
  std::vector<uint64_t> sent(kThreads);
  std::vector<uint64_t> refused(kThreads);
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      while (!stop) {
        // A report that was not acknowledged comes again, as from a device, until it is.
        const uint64_t number = 1 + thread + kThreads * sent[thread];
        const auto outcomes = store->AppendReports(std::vector{SampleReport(number)});
        if (outcomes.ok()) {
          EXPECT_NE(outcomes.value().at(0), AppendOutcome::kCollected);
          acknowledged[thread].insert(number);
          ++sent[thread];
          ++acknowledged_count;
        } else {
          EXPECT_EQ(outcomes.error().code, ErrorCode::kUnavailable) << ToString(outcomes.error());
          ++refused[thread];
          std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
      }
    });
  }
  const auto wait_for_more = [&] {
    const uint64_t before = acknowledged_count;
    while (acknowledged_count < before + 40) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  };
  for (int restart = 0; restart < 3; ++restart) {
    wait_for_more();
    if (restart == 1) {
      cluster_->Stop();
    } else {
      cluster_->Crash();
    }
    cluster_->Start();
  }
  wait_for_more();
  stop = true;
  for (std::thread& thread : threads) thread.join();

  std::set<uint64_t> all;
  for (const auto& numbers : acknowledged) all.insert(numbers.begin(), numbers.end());
  uint64_t times_refused = 0;
  for (const uint64_t times : refused) times_refused += times;
  EXPECT_GT(times_refused, 0U);
  // The last of each thread may be there although its answer was lost.
  const SqlRows bodies = Query("SELECT body FROM report_body");
  std::set<uint64_t> stored;
  for (const SqlRow& row : bodies) {
    const std::string body = row[0].text();
    EXPECT_TRUE(stored.insert(std::stoull(body.substr(body.rfind(' ')))).second) << body;
  }
  EXPECT_TRUE(std::includes(stored.begin(), stored.end(), all.begin(), all.end()));
  EXPECT_LE(stored.size(), all.size() + kThreads);
  EXPECT_EQ(Query("SELECT count(*) FROM report")[0][0].integer, static_cast<int64_t>(stored.size()));
}

}  // namespace
}  // namespace sotto::server
