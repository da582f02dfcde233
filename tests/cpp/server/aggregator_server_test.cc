// Leader and helper as a server has them, over HTTP: what is too large, too much or cannot be stored is refused so that
// sending it again is safe.
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "server-stub/hpke/key_file.h"
#include "server-stub/storage/database.h"
#include "server/aggregator_fixture.h"
#include "server/running_server.h"

namespace sotto::server {
namespace {

using dap::Role;

// Requests come from the pair in memory; the server has the files and the keys of one of the two, and nothing in its
// storage.
class AggregatorServerTest : public AggregatorTest {
 protected:
  void SetUp() override { Start(1); }

  void Serve(Role role, const std::function<void(AggregatorConfig&)>& change = [](AggregatorConfig&) {}) {
    Create(role, change);
    if (!HasFatalFailure()) server_.Run();
  }

  // All but the last step: it does not listen yet.
  void Create(Role role, const std::function<void(AggregatorConfig&)>& change = [](AggregatorConfig&) {}) {
    const auto& folder = server_.folder();
    const bool leads = role == Role::kLeader;
    std::filesystem::create_directories(folder.path() / "keys");
    std::filesystem::create_directories(folder.path() / "tasks");
    TaskFile file = leads ? files_.leader : files_.helper;
    file.expires = "2900-01-01T00:00:00Z";  // the server's clock is the system's
    folder.Write("tasks/a.toml", RenderTaskFile(file));
    const HpkeKeyPair& key = *(leads ? leaders_->keys.Find(1) : helpers_->keys.Find(2));
    const auto key_file = folder.path() / "keys" / "a.toml";
    std::filesystem::remove(key_file);
    ASSERT_TRUE(WriteHpkeKeyFile(key_file, {key, true}).ok());
    Config config;
    config.server.port = 0;
    config.server.threads = 2;
    config.storage.path = folder.path() / "s.sqlite";
    AggregatorConfig& aggregator = config.aggregator.emplace();
    aggregator.storage = "sqlite:" + StorageFile().string();
    aggregator.tasks = folder.path() / "tasks";
    aggregator.keys = folder.path() / "keys";
    aggregator.workers = 1;
    aggregator.job_wait_seconds = 86'400;  // it makes no job of its own
    aggregator.rho_per_release = aggregator.rho_per_epoch = aggregator.rho_lifetime = 1'000'000;
    change(aggregator);
    server_.Create(config);
    if (HasFatalFailure()) return;
    other_.emplace(Database::Open(StorageFile()).value());
  }

  std::filesystem::path StorageFile() const { return server_.folder().path() / "aggregator.sqlite"; }

  // Somebody else who has the aggregator's database open.
  void Execute(const std::string& sql) {
    const auto status = other_->Execute(sql.c_str());
    ASSERT_TRUE(status.ok()) << ToString(status.error());
  }
  int64_t Count(const std::string& table) {
    Statement statement = other_->Prepare("SELECT count(*) FROM " + table).value();
    EXPECT_TRUE(statement.Step().value());
    const int64_t count = statement.Integer(0);
    statement.Reset();
    return count;
  }

  std::string Request(const std::string& collection, dap::Message message, const char* token, ByteSpan body) {
    std::string request = "POST /dap/tasks/" + task().name + "/" + collection + " HTTP/1.1\r\nHost: x\r\n";
    if (token != nullptr) request += "Authorization: Bearer " + std::string(token) + "\r\n";
    return request + "Content-Type: " + std::string(dap::MediaType(message)) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body.begin(), body.end());
  }
  std::string UploadRequest(const dap::Report& report) {
    return Request("reports", dap::Message::kUploadReq, nullptr, dap::EncodeUploadRequest({report}).value());
  }
  std::string CollectionRequest() {
    return Request("collection_jobs", dap::Message::kCollectionJobReq, kCollectorToken,
                   dap::EncodeCollectionJobReq(CollectAll(files_.collector)).value());
  }
  // What the leader in memory says to its helper in memory of three reports: of the job, and of the batch.
  std::pair<std::string, std::string> RequestsToHelper() {
    for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(UploadErrors({ReportOf(i)}).empty());
    Settle();
    const auto request = CollectAll(files_.collector);
    EXPECT_EQ(Opened(CollectAndStep(request), request).count, 3u);
    EXPECT_EQ(peer_->requests.size(), 2u);
    return {Request("aggregation_jobs", dap::Message::kAggregationJobInitReq, kHelperToken,
                    AsBytes(peer_->requests.front().body)),
            Request("aggregate_shares", dap::Message::kAggregateShareReq, kHelperToken,
                    AsBytes(peer_->requests.back().body))};
  }

  // A problem of this status and code, with when to come again.
  static void ExpectLater(const std::string& response, int status, const std::string& code) {
    EXPECT_EQ(RunningServer::StatusOf(response), status) << response;
    EXPECT_TRUE(RunningServer::IsProblem(response, code)) << response;
    const std::string retry = RunningServer::HeaderOf(response, "Retry-After");
    ASSERT_FALSE(retry.empty()) << response;
    EXPECT_GE(std::stoi(retry), 1);
    EXPECT_LE(std::stoi(retry), 60);
  }
  static void ExpectAccepted(const std::string& response) {
    EXPECT_EQ(RunningServer::StatusOf(response), 200) << response;
    EXPECT_EQ(RunningServer::BodyOf(response), "");
  }
  // The server had this report already.
  static void ExpectReplayed(const std::string& response) {
    EXPECT_EQ(RunningServer::StatusOf(response), 200) << response;
    const auto errors = dap::DecodeUploadErrors(AsBytes(RunningServer::BodyOf(response)));
    ASSERT_TRUE(errors.ok());
    ASSERT_EQ(errors.value().size(), 1u);
    EXPECT_EQ(errors.value()[0].error, dap::ReportError::kReportReplayed);
  }

  // Sends all at once while the database is locked, waits until two are refused, unlocks it: all answers, in order.
  std::vector<std::string> AnswersWhenLocked(const std::vector<std::string>& requests, const std::string& route) {
    Execute("BEGIN IMMEDIATE");
    std::vector<std::unique_ptr<Loopback>> senders;
    for (const std::string& request : requests) {
      senders.push_back(std::make_unique<Loopback>(server_.port()));
      EXPECT_TRUE(senders.back()->Send(request));
    }
    const std::string refused = "sotto_http_requests_total{route=\"" + route + "\",status=\"503\"}";
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(4);
    while (server_.Metric(refused) < 2 && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_GE(server_.Metric(refused), 2);
    Execute("ROLLBACK");
    std::vector<std::string> answers;
    for (const auto& sender : senders) answers.push_back(sender->Response());
    return answers;
  }

  RunningServer server_;
  std::optional<Database> other_;
};

TEST_F(AggregatorServerTest, RefusesABodyAboveTheLimitAndTakesOneAtTheLimit) {
  const Bytes upload = dap::EncodeUploadRequest({ReportOf(1)}).value();
  const std::string request = Request("reports", dap::Message::kUploadReq, nullptr, upload);
  const auto expect_too_large = [&](const std::string& sent) {
    const std::string response = server_.Ask(sent);
    EXPECT_EQ(RunningServer::StatusOf(response), 413) << response;
    EXPECT_TRUE(RunningServer::IsProblem(response, "RESOURCE_EXHAUSTED"));
    EXPECT_EQ(RunningServer::HeaderOf(response, "Connection"), "close");
  };
  const auto size = static_cast<uint32_t>(upload.size());
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kLeader, [&](AggregatorConfig& config) { config.upload_bytes = size - 1; }));
  expect_too_large(request);
  EXPECT_EQ(Count("report"), 0);
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kLeader, [&](AggregatorConfig& config) { config.upload_bytes = size; }));
  ExpectAccepted(server_.Ask(request));
}

TEST_F(AggregatorServerTest, RefusesAJobAboveTheLimitAndTakesOneAtTheLimit) {
  const std::string job = RequestsToHelper().first;
  const auto size = static_cast<uint32_t>(peer_->requests.front().body.size());
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kHelper, [&](AggregatorConfig& config) { config.request_bytes = size - 1; }));
  const std::string response = server_.Ask(job);
  EXPECT_EQ(RunningServer::StatusOf(response), 413) << response;
  EXPECT_TRUE(RunningServer::IsProblem(response, "RESOURCE_EXHAUSTED"));
  EXPECT_EQ(Count("helper_job"), 0);
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kHelper, [&](AggregatorConfig& config) { config.request_bytes = size; }));
  EXPECT_EQ(RunningServer::StatusOf(server_.Ask(job)), 200);
  EXPECT_EQ(Count("helper_job"), 1);
}

TEST_F(AggregatorServerTest, TakesNoMoreReportsThanMayWaitForTheDisk) {
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kLeader, [](AggregatorConfig& config) { config.queue = 1; }));
  // One with the thread that writes, one in the queue.
  std::vector<std::string> requests;
  for (size_t i = 0; i < 4; ++i) requests.push_back(UploadRequest(ReportOf(i)));
  const std::vector<std::string> answers = AnswersWhenLocked(requests, "upload");
  int64_t accepted = 0;
  for (size_t i = 0; i < requests.size(); ++i) {
    // A device sends the same again, whatever it heard.
    const std::string again = server_.Ask(requests[i]);
    if (RunningServer::StatusOf(answers[i]) == 200) {
      ExpectAccepted(answers[i]);
      ExpectReplayed(again);
      ++accepted;
    } else {
      ExpectLater(answers[i], 503, "UNAVAILABLE");
      ExpectAccepted(again);
    }
  }
  EXPECT_GE(accepted, 1);
  EXPECT_LE(accepted, 2);
  EXPECT_EQ(Count("report_body"), 4);
}

TEST_F(AggregatorServerTest, TakesNoMoreRequestsThanMayWait) {
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kLeader, [](AggregatorConfig& config) { config.waiting_requests = 1; }));
  const std::string request = CollectionRequest();
  const std::vector<std::string> answers = AnswersWhenLocked({4, request}, "collection_job");
  std::set<std::string> locations;
  int taken = 0;
  for (const std::string& answer : answers) {
    if (RunningServer::StatusOf(answer) == 200) {
      ++taken;
      locations.insert(RunningServer::HeaderOf(answer, "Location"));
    } else {
      ExpectLater(answer, 503, "UNAVAILABLE");
    }
  }
  EXPECT_GE(taken, 1);
  EXPECT_LE(taken, 2);
  const std::string again = server_.Ask(request);
  EXPECT_EQ(RunningServer::StatusOf(again), 200);
  locations.insert(RunningServer::HeaderOf(again, "Location"));
  EXPECT_EQ(locations.size(), 1u);
  EXPECT_EQ(Count("collection_job"), 1);
}

TEST_F(AggregatorServerTest, TakesNoMoreJobsThanMayWait) {
  const std::string job = RequestsToHelper().first;
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kHelper, [](AggregatorConfig& config) { config.waiting_requests = 1; }));
  int taken = 0;
  for (const std::string& answer : AnswersWhenLocked({4, job}, "aggregation_job")) {
    if (RunningServer::StatusOf(answer) == 200) {
      ++taken;
      EXPECT_EQ(RunningServer::BodyOf(answer), peer_->responses.front().body);
    } else {
      ExpectLater(answer, 503, "UNAVAILABLE");
    }
  }
  EXPECT_GE(taken, 1);
  EXPECT_LE(taken, 2);
  EXPECT_EQ(RunningServer::BodyOf(server_.Ask(job)), peer_->responses.front().body);
  EXPECT_EQ(Count("helper_job"), 1);
  EXPECT_EQ(Count("report"), 3);
}

TEST_F(AggregatorServerTest, LimitsTheReportsOfAnAddress) {
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kLeader, [](AggregatorConfig& config) { config.reports_per_minute = 2; }));
  for (size_t i = 0; i < 2; ++i) ExpectAccepted(server_.Ask(UploadRequest(ReportOf(i))));
  const std::string third = UploadRequest(ReportOf(2));
  ExpectLater(server_.Ask(third), 429, "RATE_LIMITED");
  EXPECT_EQ(Count("report_body"), 2);
  // Requests that have a token are not of those.
  EXPECT_EQ(RunningServer::StatusOf(server_.Ask(CollectionRequest())), 200);
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kLeader));
  ExpectAccepted(server_.Ask(third));
  EXPECT_EQ(Count("report_body"), 3);
}

TEST_F(AggregatorServerTest, AReportThatCannotBeStoredIsAcceptedOnceWhenItCan) {
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kLeader));
  const std::string request = UploadRequest(ReportOf(1));
  // The second of the two tables that it goes into: nothing of it stays in the first.
  Execute("CREATE TRIGGER full BEFORE INSERT ON report_body BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  for (int i = 0; i < 2; ++i) ExpectLater(server_.Ask(request), 503, "UNAVAILABLE");
  EXPECT_EQ(Count("report"), 0);
  Execute("DROP TRIGGER full");
  ExpectAccepted(server_.Ask(request));
  ExpectReplayed(server_.Ask(request));
  EXPECT_EQ(Count("report_body"), 1);

  const std::string collection = CollectionRequest();
  Execute("CREATE TRIGGER full BEFORE INSERT ON collection_job BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  ExpectLater(server_.Ask(collection), 503, "UNAVAILABLE");
  Execute("DROP TRIGGER full");
  EXPECT_EQ(RunningServer::StatusOf(server_.Ask(collection)), 200);
  EXPECT_EQ(Count("collection_job"), 1);
}

TEST_F(AggregatorServerTest, AJobAndAShareThatCannotBeStoredAreDoneOnceWhenTheyCan) {
  const auto [job, share] = RequestsToHelper();
  ASSERT_NO_FATAL_FAILURE(Serve(Role::kHelper));
  for (const char* table : {"report", "bucket", "helper_job"}) {
    Execute("CREATE TRIGGER full BEFORE INSERT ON " + std::string(table) +
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    ExpectLater(server_.Ask(job), 503, "UNAVAILABLE");
    EXPECT_EQ(Count("report") + Count("bucket") + Count("helper_job"), 0) << table;
    Execute("DROP TRIGGER full");
  }
  const std::string done = server_.Ask(job);
  EXPECT_EQ(RunningServer::StatusOf(done), 200);
  const std::string answer = RunningServer::BodyOf(done);
  EXPECT_EQ(answer, peer_->responses.front().body);  // as the helper in memory verified them
  EXPECT_EQ(RunningServer::BodyOf(server_.Ask(job)), answer);
  EXPECT_EQ(Count("report"), 3);

  for (const char* table : {"aggregate_share", "batch", "budget"}) {
    Execute("CREATE TRIGGER full BEFORE INSERT ON " + std::string(table) +
            " BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    ExpectLater(server_.Ask(share), 503, "UNAVAILABLE");
    EXPECT_EQ(Count("aggregate_share") + Count("batch") + Count("budget"), 0) << table;
    Execute("DROP TRIGGER full");
  }
  const std::string released = server_.Ask(share);
  EXPECT_EQ(RunningServer::StatusOf(released), 200);
  EXPECT_EQ(RunningServer::BodyOf(server_.Ask(share)), RunningServer::BodyOf(released));  // with the same noise
  EXPECT_EQ(Count("budget"), 1);
}

// A storage that makes everybody wait is no reason to keep those waiting who do not need it.
TEST_F(AggregatorServerTest, AnswersWhileItsStorageIsLockedFromTheStartOn) {
  ASSERT_NO_FATAL_FAILURE(Create(Role::kLeader));
  Execute("BEGIN IMMEDIATE");
  const auto start = std::chrono::steady_clock::now();
  server_.Run();
  EXPECT_EQ(RunningServer::StatusOf(server_.Get("/healthz")), 200);
  EXPECT_EQ(RunningServer::StatusOf(server_.Get("/dap/hpke_config")), 200);
  // Far less than SQLite waits for a lock.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(4));
  Execute("ROLLBACK");
  ExpectAccepted(server_.Ask(UploadRequest(ReportOf(1))));
}

}  // namespace
}  // namespace sotto::server
