// The store and the rules of rounds, on a real SQLite file.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <numeric>
#include <set>

#include "server-stub/rounds/round_book.h"
#include "server-stub/storage/broadcast_store.h"
#include "server-stub/storage/schema.h"
#include "server-stub/storage/update_store.h"
#include "server/sample_task.h"
#include "server/temporary_folder.h"
#include "sotto/recommend/models/load.h"

namespace sotto::server {
namespace {

class StorageTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "new" / "sotto.sqlite"; }

  RoundBook OpenBook(const std::vector<Task>& tasks) {
    auto store = UpdateStore::Open(file());
    EXPECT_TRUE(store.ok()) << ToString(store.error());
    auto book = RoundBook::Open(std::move(store).value(), tasks);
    EXPECT_TRUE(book.ok()) << ToString(book.error());
    return std::move(book).value();
  }

  // The rows of a query of one column, read behind the store's back.
  std::vector<std::string> Query(std::string_view sql) const {
    Database database = std::move(Database::Open(file())).value();
    Statement statement = std::move(database.Prepare(sql)).value();
    std::vector<std::string> rows;
    while (statement.Step().value()) rows.push_back(statement.IsNull(0) ? "NULL" : statement.Text(0));
    return rows;
  }

  TemporaryFolder folder_;
};

PendingUpdate Update(const Task& task, const std::string& id, uint64_t seed, bool accept_new = true) {
  return SamplePending(task, id, seed, accept_new);
}

using Outcomes = std::vector<PutOutcome>;

Outcomes Put(RoundBook& book, const std::vector<PendingUpdate>& updates) {
  const auto result = book.Apply(updates);
  EXPECT_TRUE(result.ok()) << ToString(result.error());
  return result.ok() ? result.value().outcomes : Outcomes();
}

TEST_F(StorageTest, TellsNewDuplicateAndConflictingUpdatesApart) {
  const Task task = SampleTask(100);
  RoundBook book = OpenBook({task});
  EXPECT_EQ(Put(book, {Update(task, "a", 1)}), Outcomes{PutOutcome::kStored});
  EXPECT_EQ(Put(book, {Update(task, "a", 1)}), Outcomes{PutOutcome::kDuplicate});
  EXPECT_EQ(Put(book, {Update(task, "a", 2)}), Outcomes{PutOutcome::kConflict});
  EXPECT_EQ(Put(book, {Update(task, "b", 1)}), Outcomes{PutOutcome::kStored});
  EXPECT_EQ(book.Rounds()[0].count, 2u);
}

TEST_F(StorageTest, TellsThemApartWithinOneBatch) {
  const Task task = SampleTask(100);
  RoundBook book = OpenBook({task});
  EXPECT_EQ(Put(book, {Update(task, "a", 1), Update(task, "a", 1), Update(task, "a", 2)}),
            (Outcomes{PutOutcome::kStored, PutOutcome::kDuplicate, PutOutcome::kConflict}));
}

TEST_F(StorageTest, RemembersAfterReopening) {
  const Task task = SampleTask(100);
  {
    RoundBook book = OpenBook({task});
    Put(book, {Update(task, "a", 1), Update(task, "b", 2)});
  }
  RoundBook book = OpenBook({task});
  EXPECT_EQ(book.Rounds()[0].count, 2u);
  EXPECT_EQ(Put(book, {Update(task, "a", 1)}), Outcomes{PutOutcome::kDuplicate});
}

TEST_F(StorageTest, TakesNoNewUpdatesOfAnExpiredTaskButKnowsOldOnes) {
  const Task task = SampleTask(100);
  RoundBook book = OpenBook({task});
  Put(book, {Update(task, "a", 1)});
  EXPECT_EQ(Put(book, {Update(task, "a", 1, false), Update(task, "b", 2, false), Update(task, "a", 2, false)}),
            (Outcomes{PutOutcome::kDuplicate, PutOutcome::kClosed, PutOutcome::kConflict}));
}

TEST_F(StorageTest, ClosesARoundAtItsMinimumExactlyWithinTheBatch) {
  const Task task = SampleTask(3);
  RoundBook book = OpenBook({task});
  const auto result = book.Apply(
      {Update(task, "a", 1), Update(task, "b", 2), Update(task, "a", 1), Update(task, "c", 3), Update(task, "d", 4)});
  ASSERT_TRUE(result.ok()) << ToString(result.error());
  EXPECT_EQ(result.value().outcomes, (Outcomes{PutOutcome::kStored, PutOutcome::kStored, PutOutcome::kDuplicate,
                                               PutOutcome::kStored, PutOutcome::kClosed}));
  ASSERT_EQ(result.value().models.size(), 1u);
  EXPECT_EQ(result.value().models[0].id, "affinity");
  EXPECT_EQ(result.value().models[0].version, 1u);
  ASSERT_EQ(result.value().rounds.size(), 1u);
  EXPECT_TRUE(result.value().rounds[0].closed);
  EXPECT_EQ(result.value().rounds[0].count, 3u);
}

TEST_F(StorageTest, StoresTheSumOfExactlyTheUpdatesThatItAcknowledged) {
  const Task task = SampleTask(5);
  RoundBook book = OpenBook({task});
  std::vector<int64_t> expected(federation::EntryCount(task.affinity));
  for (uint64_t seed = 0; seed < 5; ++seed) {
    const auto entries = SampleUpdate(task, seed).entries;
    for (size_t i = 0; i < entries.size(); ++i) expected[i] += entries[i];
    Put(book, {Update(task, "id" + std::to_string(seed), seed), Update(task, "id" + std::to_string(seed), seed)});
  }
  const auto sums = Query("SELECT sums FROM round");
  ASSERT_EQ(sums.size(), 1u);
  ByteReader reader(AsBytes(sums[0]));
  for (const int64_t sum : expected) EXPECT_EQ(static_cast<int64_t>(reader.U64().value()), sum);
  EXPECT_TRUE(reader.ExpectEnd().ok());
}

TEST_F(StorageTest, MakesAModelThatDevicesCanLoad) {
  const Task task = SampleTask(2);
  RoundBook book = OpenBook({task});
  Put(book, {Update(task, "a", 1), Update(task, "b", 2)});
  const auto models = book.Models();
  ASSERT_TRUE(models.ok());
  ASSERT_EQ(models.value().size(), 1u);
  const auto model = recommend::LoadModel(AsBytes(models.value()[0].bytes));
  ASSERT_TRUE(model.ok()) << ToString(model.error());
  EXPECT_EQ(model.value().info.items, task.affinity.items);
  EXPECT_EQ(model.value().info.version, "1");
}

TEST_F(StorageTest, KnowsTheDuplicatesOfAClosedRound) {
  const Task task = SampleTask(2);
  RoundBook book = OpenBook({task});
  Put(book, {Update(task, "a", 1), Update(task, "b", 2)});
  EXPECT_EQ(Put(book, {Update(task, "a", 1), Update(task, "a", 9), Update(task, "c", 3)}),
            (Outcomes{PutOutcome::kDuplicate, PutOutcome::kConflict, PutOutcome::kClosed}));
}

TEST_F(StorageTest, NumbersTheModelsOfSuccessiveTasks) {
  const Task first = SampleTask(1, "affinity-1");
  const Task second = SampleTask(1, "affinity-2");
  {
    RoundBook book = OpenBook({first});
    Put(book, {Update(first, "a", 1)});
  }
  RoundBook book = OpenBook({second});
  Put(book, {Update(second, "a", 1)});
  const auto models = book.Models();
  ASSERT_EQ(models.value().size(), 2u);
  EXPECT_EQ(models.value()[0].version, 1u);
  EXPECT_EQ(models.value()[1].version, 2u);
}

TEST_F(StorageTest, ClosesAtTheStartARoundThatIsFullButOpen) {
  {
    const Task task = SampleTask(100);
    RoundBook book = OpenBook({task});
    Put(book, {Update(task, "a", 1), Update(task, "b", 2)});
  }
  RoundBook book = OpenBook({SampleTask(2)});
  EXPECT_TRUE(book.Rounds()[0].closed);
  EXPECT_EQ(book.Models().value().size(), 1u);
  // And only once, however often the server starts.
  EXPECT_EQ(OpenBook({SampleTask(2)}).Models().value().size(), 1u);
}

TEST_F(StorageTest, RefusesATaskWhoseParametersChanged) {
  OpenBook({SampleTask(100)});
  TaskConfig changed = SampleTaskConfig(100);
  changed.sigma_squared_numerator = 8;
  const Task task = std::move(MakeTask(changed, SampleProducts(), 65'536)).value();
  const auto book = RoundBook::Open(std::move(UpdateStore::Open(file())).value(), {task});
  ASSERT_FALSE(book.ok());
  EXPECT_EQ(book.error().code, ErrorCode::kMismatch);
}

TEST_F(StorageTest, KeepsNothingOfABatchThatFails) {
  const Task task = SampleTask(100);
  RoundBook book = OpenBook({task});
  Put(book, {Update(task, "a", 1)});
  {
    Database other = std::move(Database::Open(file())).value();
    ASSERT_TRUE(other
                    .Execute("CREATE TRIGGER full BEFORE INSERT ON contribution WHEN new.id = 'c' "
                             "BEGIN SELECT RAISE(ABORT, 'disk full'); END")
                    .ok());
  }
  const auto result = book.Apply({Update(task, "b", 2), Update(task, "c", 3)});
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(result.error().message.find("disk full"), std::string::npos);
  EXPECT_EQ(book.Rounds()[0].count, 1u);
  EXPECT_EQ(Query("SELECT id FROM contribution"), std::vector<std::string>{"a"});
  EXPECT_EQ(Put(book, {Update(task, "b", 2)}), Outcomes{PutOutcome::kStored});
}

TEST_F(StorageTest, TriesAClosingAgainThatTheDiskDidNotTake) {
  const Task task = SampleTask(2);
  RoundBook book = OpenBook({task});
  Put(book, {Update(task, "a", 1)});
  Database other = std::move(Database::Open(file())).value();
  ASSERT_TRUE(other.Execute("CREATE TRIGGER full BEFORE INSERT ON model BEGIN SELECT RAISE(ABORT, 'full'); END").ok());
  EXPECT_FALSE(book.Apply({Update(task, "b", 2)}).ok());
  EXPECT_FALSE(book.Rounds()[0].closed);
  ASSERT_TRUE(other.Execute("DROP TRIGGER full").ok());
  EXPECT_EQ(Put(book, {Update(task, "b", 2)}), Outcomes{PutOutcome::kStored});
  EXPECT_TRUE(book.Rounds()[0].closed);
  EXPECT_EQ(book.Models().value().size(), 1u);
}

TEST_F(StorageTest, SaysNothingOfWhoSentAnUpdateOrWhenOrInWhichOrder) {
  const Task task = SampleTask(100);
  RoundBook book = OpenBook({task});
  Put(book, {Update(task, "b", 1)});
  Put(book, {Update(task, "a", 2)});
  EXPECT_EQ(Query("SELECT name FROM pragma_table_info('contribution')"),
            (std::vector<std::string>{"task", "id", "sha256"}));
  EXPECT_EQ(Query("SELECT id FROM contribution"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(Query("SELECT wr FROM pragma_table_list('contribution')"), std::vector<std::string>{"1"});  // WITHOUT ROWID
}

TEST_F(StorageTest, KeepsNoBytesOfAnUpdateInTheLogOfAClosedRound) {
  const Task task = SampleTask(2);
  RoundBook book = OpenBook({task});
  Put(book, {Update(task, "a", 1)});
  EXPECT_GT(std::filesystem::file_size(file().string() + "-wal"), 0u);
  Put(book, {Update(task, "b", 2)});
  EXPECT_EQ(std::filesystem::file_size(file().string() + "-wal"), 0u);
}

TEST_F(StorageTest, RemembersTheLastBroadcastOfEachStream) {
  OpenBook({});
  {
    BroadcastStore broadcasts = std::move(BroadcastStore::Open(file())).value();
    EXPECT_EQ(broadcasts.Find("a").value(), std::nullopt);
    ASSERT_TRUE(broadcasts.Save("a", {1, 2}).ok());
    ASSERT_TRUE(broadcasts.Save("b", {3, 4}).ok());
    ASSERT_TRUE(broadcasts.Save("a", {1, 5}).ok());
  }
  BroadcastStore broadcasts = std::move(BroadcastStore::Open(file())).value();
  EXPECT_EQ(broadcasts.Find("a").value(), (Broadcast{1, 5}));
  EXPECT_EQ(broadcasts.Find("b").value(), (Broadcast{3, 4}));
}

TEST_F(StorageTest, WritesSoThatACommitIsOnDisk) {
  OpenBook({});
  EXPECT_EQ(Query("PRAGMA journal_mode"), std::vector<std::string>{"wal"});
  Database database = std::move(Database::Open(file())).value();
  ASSERT_TRUE(PrepareSchema(database).ok());
  Statement synchronous = std::move(database.Prepare("PRAGMA synchronous")).value();
  ASSERT_TRUE(synchronous.Step().value());
  EXPECT_EQ(synchronous.Integer(0), 2);  // FULL
}

TEST_F(StorageTest, RefusesTheDatabaseOfANewerServer) {
  OpenBook({});
  ASSERT_TRUE(std::move(Database::Open(file())).value().Execute("PRAGMA user_version = 99").ok());
  const auto store = UpdateStore::Open(file());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kUnsupportedVersion);
}

TEST_F(StorageTest, RefusesAFileThatIsNoDatabase) {
  const auto text = folder_.Write("note.txt", std::string(4'096, 'x'));
  EXPECT_EQ(UpdateStore::Open(text).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(UpdateStore::Open("/proc/no/such.sqlite").error().code, ErrorCode::kUnavailable);
}

// Whatever arrives in whatever batches, with retries and quarrels: the round holds each accepted update once.
RC_GTEST_PROP(RoundBook, CountsEachAcceptedUpdateOnce, ()) {
  const TemporaryFolder folder;
  const auto minimum = *rc::gen::inRange<uint64_t>(1, 8);
  const Task task = SampleTask(minimum);
  std::set<std::string> accepted;
  std::vector<int64_t> sums(federation::EntryCount(task.affinity));
  const auto batches = *rc::gen::inRange(1, 6);
  for (int batch = 0; batch < batches; ++batch) {
    // Reopened each time, as after a crash.
    RoundBook book =
        std::move(RoundBook::Open(std::move(UpdateStore::Open(folder.path() / "s.sqlite")).value(), {task})).value();
    std::vector<PendingUpdate> updates;
    std::vector<uint64_t> seeds;
    const auto size = *rc::gen::inRange(0, 6);
    for (int i = 0; i < size; ++i) {
      const auto id = std::to_string(*rc::gen::inRange(0, 8));
      seeds.push_back(*rc::gen::inRange<uint64_t>(0, 2));
      updates.push_back(Update(task, id, seeds.back()));
    }
    const auto result = book.Apply(updates);
    RC_ASSERT(result.ok());
    for (size_t i = 0; i < updates.size(); ++i) {
      if (result.value().outcomes[i] != PutOutcome::kStored) continue;
      RC_ASSERT(accepted.insert(updates[i].id).second);
      const auto entries = SampleUpdate(task, seeds[i]).entries;
      for (size_t entry = 0; entry < sums.size(); ++entry) sums[entry] += entries[entry];
    }
    RC_ASSERT(book.Rounds()[0].count == accepted.size());
    RC_ASSERT(accepted.size() <= minimum);
    RC_ASSERT(book.Rounds()[0].closed == (accepted.size() == minimum));
  }
  Database database = std::move(Database::Open(folder.path() / "s.sqlite")).value();
  Statement statement = std::move(database.Prepare("SELECT sums FROM round")).value();
  RC_ASSERT(statement.Step().value());
  ByteReader reader(statement.BlobView(0));
  for (const int64_t sum : sums) RC_ASSERT(static_cast<int64_t>(reader.U64().value()) == sum);
}

}  // namespace
}  // namespace sotto::server
