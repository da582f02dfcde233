#include "server-stub/storage/commit_thread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "server/sample_task.h"
#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

// Counts what it is told; can hold the thread up.
struct FakeObserver final : CommitThread::Observer {
  void OnCommit(const BatchResult& result) override {
    ++commits;
    models += result.models.size();
    if (hold.valid()) hold.wait();
  }
  void OnFailure(const Error&) override { ++failures; }
  void OnQueueLength(size_t) override {}

  std::shared_future<void> hold;
  std::atomic<size_t> commits = 0;
  std::atomic<size_t> models = 0;
  std::atomic<size_t> failures = 0;
};

class CommitThreadTest : public testing::Test {
 protected:
  std::unique_ptr<CommitThread> Start(const Task& task, size_t queue = 10'000, size_t queue_bytes = 1 << 20) {
    auto store = std::move(UpdateStore::Open(file_)).value();
    auto book = std::move(RoundBook::Open(std::move(store), {task})).value();
    return std::make_unique<CommitThread>(std::move(book), queue, queue_bytes, observer_);
  }

  uint64_t CountOnDisk(const Task& task) {
    return std::move(UpdateStore::Open(file_)).value().Round(task.affinity.id).value().count;
  }

  static PendingUpdate Update(const Task& task, uint64_t seed) {
    return SamplePending(task, "u" + std::to_string(seed), seed);
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "s.sqlite";
  FakeObserver observer_;
};

TEST_F(CommitThreadTest, AnswersAfterTheUpdateIsOnDisk) {
  const Task task = SampleTask(100);
  const auto thread = Start(task);
  std::promise<uint64_t> on_disk;
  ASSERT_TRUE(thread->Put(Update(task, 1), [&](const Result<PutOutcome>& outcome) {
    EXPECT_EQ(outcome.value(), PutOutcome::kStored);
    on_disk.set_value(CountOnDisk(task));
  }));
  EXPECT_EQ(on_disk.get_future().get(), 1u);
}

TEST_F(CommitThreadTest, TellsTheObserverOfAModelBeforeItAnswers) {
  const Task task = SampleTask(1);
  const auto thread = Start(task);
  std::promise<size_t> models;
  ASSERT_TRUE(thread->Put(Update(task, 1), [&](const Result<PutOutcome>&) { models.set_value(observer_.models); }));
  EXPECT_EQ(models.get_future().get(), 1u);
}

TEST_F(CommitThreadTest, GroupsWhatArrivesDuringACommit) {
  const Task task = SampleTask(1'000);
  std::promise<void> release;
  observer_.hold = release.get_future().share();
  std::atomic<int> answered = 0;
  const auto count = [&](const Result<PutOutcome>& outcome) { answered += outcome.ok() ? 1 : 0; };
  auto thread = Start(task);
  ASSERT_TRUE(thread->Put(Update(task, 0), count));
  while (observer_.commits == 0) std::this_thread::yield();
  for (uint64_t i = 1; i <= 50; ++i) ASSERT_TRUE(thread->Put(Update(task, i), count));
  release.set_value();
  thread.reset();
  EXPECT_EQ(answered, 51);
  EXPECT_EQ(observer_.commits, 2u);
}

TEST_F(CommitThreadTest, RefusesMoreThanItsQueueHolds) {
  const Task task = SampleTask(1'000);
  std::promise<void> release;
  observer_.hold = release.get_future().share();
  auto thread = Start(task, 2);
  const auto ignore = [](const Result<PutOutcome>&) {};
  ASSERT_TRUE(thread->Put(Update(task, 0), ignore));
  while (observer_.commits == 0) std::this_thread::yield();
  EXPECT_TRUE(thread->Put(Update(task, 1), ignore));
  EXPECT_TRUE(thread->Put(Update(task, 2), ignore));
  EXPECT_FALSE(thread->Put(Update(task, 3), ignore));
  release.set_value();
  thread.reset();
  EXPECT_EQ(CountOnDisk(task), 3u);
}

TEST_F(CommitThreadTest, RefusesMoreBytesThanItsQueueHoldsButTakesAnyUpdateThatWaitsAlone) {
  const Task task = SampleTask(1'000);
  const size_t bytes = 2 * federation::EntryCount(task.affinity);
  std::promise<void> release;
  observer_.hold = release.get_future().share();
  const auto ignore = [](const Result<PutOutcome>&) {};
  auto thread = Start(task, 10'000, 2 * bytes + 1);
  ASSERT_TRUE(thread->Put(Update(task, 0), ignore));
  while (observer_.commits == 0) std::this_thread::yield();
  EXPECT_TRUE(thread->Put(Update(task, 1), ignore));
  EXPECT_TRUE(thread->Put(Update(task, 2), ignore));
  EXPECT_FALSE(thread->Put(Update(task, 3), ignore));
  release.set_value();
  while (observer_.commits < 2) std::this_thread::yield();
  EXPECT_TRUE(thread->Put(Update(task, 3), ignore));
  thread.reset();
  EXPECT_EQ(CountOnDisk(task), 4u);

  thread = Start(task, 10'000, 1);
  EXPECT_TRUE(thread->Put(Update(task, 4), ignore));
  thread.reset();
  EXPECT_EQ(CountOnDisk(task), 5u);
}

TEST_F(CommitThreadTest, WritesEverythingThatItAcceptedBeforeItEnds) {
  const Task task = SampleTask(10'000);
  std::atomic<int> answered = 0;
  auto thread = Start(task);
  for (uint64_t i = 0; i < 2'500; ++i) {
    ASSERT_TRUE(thread->Put(Update(task, i), [&](const Result<PutOutcome>&) { ++answered; }));
  }
  thread.reset();
  EXPECT_EQ(answered, 2'500);
  EXPECT_EQ(CountOnDisk(task), 2'500u);
}

TEST_F(CommitThreadTest, AnswersWithTheErrorWhenTheDiskFails) {
  const Task task = SampleTask(100);
  const auto thread = Start(task);
  {
    Database other = std::move(Database::Open(file_)).value();
    ASSERT_TRUE(other
                    .Execute("CREATE TRIGGER full BEFORE INSERT ON contribution "
                             "BEGIN SELECT RAISE(ABORT, 'disk full'); END")
                    .ok());
  }
  std::promise<ErrorCode> code;
  ASSERT_TRUE(
      thread->Put(Update(task, 1), [&](const Result<PutOutcome>& outcome) { code.set_value(outcome.error().code); }));
  EXPECT_EQ(code.get_future().get(), ErrorCode::kUnavailable);
  EXPECT_EQ(observer_.failures, 1u);
}

}  // namespace
}  // namespace sotto::server
