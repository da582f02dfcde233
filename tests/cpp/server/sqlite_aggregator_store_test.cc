#include "server-stub/storage/sqlite_aggregator_store.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "server-stub/storage/aggregator/sqlite_schema.h"
#include "server-stub/storage/database.h"
#include "server-stub/storage/open_aggregator_store.h"
#include "server/aggregator_samples.h"
#include "server/temporary_folder.h"

namespace sotto::server {
namespace {

class SqliteAggregatorStoreTest : public testing::Test {
 protected:
  std::unique_ptr<AggregatorStore> Open() {
    auto store = SqliteAggregatorStore::Open(file_);
    EXPECT_TRUE(store.ok()) << ToString(store.error());
    return store.ok() ? std::move(store).value() : nullptr;
  }

  void Execute(const std::string& sql) {
    auto database = Database::Open(file_);
    ASSERT_TRUE(database.ok());
    const Status done = database.value().Execute(sql.c_str());
    ASSERT_TRUE(done.ok()) << ToString(done.error());
  }

  // All bytes that the store has on the disk: the database's, its log's, any other file's beside it.
  std::string Disk() const {
    std::string bytes;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream content;
      content << file.rdbuf();
      bytes += content.str();
    }
    return bytes;
  }
  bool DiskHas(const std::string& marker) const { return Disk().find(marker) != std::string::npos; }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "aggregator.sqlite";
};

TEST_F(SqliteAggregatorStoreTest, TheFileIsWrittenSoThatPowerCutsLoseNothing) {
  Open();
  auto database = Database::Open(file_);
  ASSERT_TRUE(database.ok());
  ASSERT_TRUE(PrepareAggregatorSchema(database.value()).ok());
  const auto pragma = [&](const char* sql) {
    auto statement = database.value().Prepare(sql);
    EXPECT_TRUE(statement.ok() && statement.value().Step().ok());
    return statement.value().Text(0);
  };
  EXPECT_EQ(pragma("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(pragma("PRAGMA synchronous"), "2");
  EXPECT_EQ(pragma("PRAGMA secure_delete"), "1");
  EXPECT_EQ(pragma("PRAGMA foreign_keys"), "1");
}

TEST_F(SqliteAggregatorStoreTest, EveryColumnHasAComment) {
  Open();
  auto database = Database::Open(file_);
  ASSERT_TRUE(database.ok());
  auto tables = database.value().Prepare("SELECT sql FROM sqlite_schema WHERE type = 'table'");
  ASSERT_TRUE(tables.ok());
  size_t columns = 0;
  while (true) {
    const auto row = tables.value().Step();
    ASSERT_TRUE(row.ok());
    if (!row.value()) break;
    std::istringstream lines(tables.value().Text(0));
    std::string line;
    while (std::getline(lines, line)) {
      const bool column = line.find(" INTEGER ") != std::string::npos || line.find(" BLOB") != std::string::npos ||
                          line.find(" TEXT ") != std::string::npos;
      if (!column) continue;
      ++columns;
      EXPECT_NE(line.find("-- "), std::string::npos) << line;
    }
  }
  EXPECT_GT(columns, 50U);
}

TEST_F(SqliteAggregatorStoreTest, AFileOfANewerServerIsLeftAlone) {
  Open();
  Execute("PRAGMA user_version = " + std::to_string(kAggregatorSchemaVersion + 1));
  const auto store = SqliteAggregatorStore::Open(file_);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kUnsupportedVersion);
}

TEST_F(SqliteAggregatorStoreTest, ADatabaseOfSomethingElseIsLeftAlone) {
  Execute("CREATE TABLE other (content TEXT)");
  const auto store = SqliteAggregatorStore::Open(file_);
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kMismatch);
  Execute("DROP TABLE other; PRAGMA user_version = 1");
  EXPECT_FALSE(SqliteAggregatorStore::Open(file_).ok());
}

TEST_F(SqliteAggregatorStoreTest, AFolderThatCannotBeMadeIsUnavailable) {
  folder_.Write("file", "");
  const auto store = SqliteAggregatorStore::Open(folder_.path() / "file" / "aggregator.sqlite");
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code, ErrorCode::kUnavailable);
}

TEST_F(SqliteAggregatorStoreTest, ADatabaseInMemoryLeavesNoFile) {
  const auto store = OpenAggregatorStore("sqlite::memory:");
  ASSERT_TRUE(store.ok()) << ToString(store.error());
  EXPECT_TRUE(store.value()->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  EXPECT_FALSE(std::filesystem::exists(":memory:"));
}

TEST_F(SqliteAggregatorStoreTest, WhereAStoreIsIsOneLine) {
  EXPECT_TRUE(OpenAggregatorStore("sqlite:" + file_.string()).ok());
  EXPECT_TRUE(std::filesystem::exists(file_));
  for (const std::string wrong : {"", "sqlite:", "/var/lib/leader.sqlite", "mysql://user:secret@host/database"}) {
    const auto store = OpenAggregatorStore(wrong);
    ASSERT_FALSE(store.ok()) << wrong;
    EXPECT_EQ(store.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(ToString(store.error()).find("secret"), std::string::npos);
  }
}

// ----------------------------------------------------------------------------------- what the disk has, and has not
constexpr const char* kMarker = "planted-where-nobody-should-find-it";

TEST_F(SqliteAggregatorStoreTest, BodiesAreOnTheDiskUntilTheirJobEndsAndNotAfterwards) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  std::vector<NewReport> reports;
  for (uint64_t number = 1; number <= 20; ++number) {
    reports.push_back(SampleReport(number));
    // Small ones, those of one page, and those of many.
    for (uint64_t i = 0; i < 1U << number / 2; ++i) {
      const Bytes marker = Text(kMarker + std::to_string(number) + ";");
      reports.back().body.insert(reports.back().body.end(), marker.begin(), marker.end());
    }
  }
  ASSERT_TRUE(store->AppendReports(reports).ok());
  EXPECT_TRUE(DiskHas(kMarker));
  AggregationJobTerms terms;
  terms.lease_until = 1'000;
  terms.new_job = JobNumber(1);
  const auto job = store->LeaseAggregationJob(terms);
  ASSERT_TRUE(job.ok() && job.value());
  EXPECT_TRUE(DiskHas(kMarker));
  ASSERT_TRUE(store->RejectReports(job.value()->lease, std::vector{ReportNumber(20)}).ok());
  EXPECT_FALSE(DiskHas(std::string(kMarker) + "20;"));
  EXPECT_TRUE(DiskHas(std::string(kMarker) + "19;"));
  std::vector<ReportOutcome> outcomes;
  for (uint64_t number = 1; number < 20; ++number) outcomes.push_back(Counted(number));
  ASSERT_TRUE(store->FinishAggregationJob(job.value()->lease, outcomes, Sum).ok());
  EXPECT_FALSE(DiskHas(kMarker));
  const dap::ReportId id = ReportNumber(1);
  EXPECT_TRUE(DiskHas(std::string(id.begin(), id.end())));  // the ids stay
}

TEST_F(SqliteAggregatorStoreTest, AHelpersRequestIsNotOnTheDiskOnceItIsDone) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kHelper, dap::BatchMode::kTimeInterval)).ok());
  const Bytes request = Text(std::string(10'000, 'x') + kMarker);
  ASSERT_TRUE(store->AcceptHelperJob(TaskNumber(1), JobNumber(1), request).ok());
  EXPECT_TRUE(DiskHas(kMarker));
  const std::vector outcomes{Counted(1)};
  ASSERT_TRUE(store
                  ->CommitHelperJob(TaskNumber(1), JobNumber(1), nullptr, outcomes, Sum,
                                    [](auto) -> Result<Bytes> { return Bytes{1}; })
                  .ok());
  EXPECT_FALSE(DiskHas(kMarker));
}

TEST_F(SqliteAggregatorStoreTest, AnAggregateShareWithoutNoiseIsNotOnTheDiskOnceItLeft) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kHelper, dap::BatchMode::kTimeInterval)).ok());
  const std::vector outcomes{Counted(1), Counted(2)};
  int adds = 0;
  const auto add = [&](Bytes& share, ByteSpan) -> Status {
    share = Text(std::string(20'000, 'x') + kMarker + std::to_string(++adds));
    return {};
  };
  ASSERT_TRUE(store
                  ->CommitHelperJob(TaskNumber(1), JobNumber(1), nullptr, outcomes, add,
                                    [](auto) -> Result<Bytes> { return Bytes{1}; })
                  .ok());
  EXPECT_TRUE(DiskHas(kMarker));
  ASSERT_TRUE(store
                  ->ReleaseShare(
                      TaskNumber(1), JobNumber(1), {dap::Interval{0, 1'000}, std::nullopt},
                      [](const Batch&) { return Status(); }, SampleCharge(),
                      [](const Batch&) -> Result<Bytes> { return Text("with noise"); })
                  .ok());
  EXPECT_FALSE(DiskHas(kMarker));
  EXPECT_TRUE(DiskHas("with noise"));
}

TEST_F(SqliteAggregatorStoreTest, ScrubbingTakesBodiesAndIdsOffTheDisk) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  NewReport report = SampleReport(1);
  report.body = Text(kMarker);
  ASSERT_TRUE(store->AppendReports(std::vector{report}).ok());
  const std::string id(report.id.begin(), report.id.end());
  EXPECT_TRUE(DiskHas(id));
  ASSERT_TRUE(store->Scrub(TaskNumber(1)).ok());
  EXPECT_FALSE(DiskHas(kMarker));
  EXPECT_FALSE(DiskHas(id));
}

TEST_F(SqliteAggregatorStoreTest, NoOrderOfArrivalInOneCallIsOnTheDisk) {
  const auto store = Open();
  ASSERT_TRUE(store->AddTask(SampleTask(1, dap::Role::kLeader, dap::BatchMode::kTimeInterval)).ok());
  std::vector<NewReport> reports;
  for (uint64_t number = 1; number <= 50; ++number) reports.push_back(SampleReport(number));
  ASSERT_TRUE(store->AppendReports(reports).ok());
  auto database = Database::Open(file_);
  ASSERT_TRUE(database.ok());
  auto rows = database.value().Prepare("SELECT id FROM report_body ORDER BY rowid");
  ASSERT_TRUE(rows.ok());
  Bytes last;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(rows.value().Step().ok());
    const ByteSpan id = rows.value().BlobView(0);
    const Bytes next(id.begin(), id.end());
    EXPECT_LT(last, next);
    last = next;
  }
}

}  // namespace
}  // namespace sotto::server
