// A leader and a helper on one machine without a network, with stores in memory: what tests of the protocol start from.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server-stub/aggregator/client.h"
#include "server-stub/aggregator/collector.h"
#include "server-stub/aggregator/helper.h"
#include "server-stub/aggregator/leader.h"
#include "server-stub/models/sha256.h"
#include "server-stub/storage/sqlite_aggregator_store.h"
#include "sotto/dap/http.h"

namespace sotto::server {

inline constexpr char kHelperToken[] = "helper-token-0123456789";
inline constexpr char kCollectorToken[] = "collector-token-0123456789";
inline constexpr int64_t kDayMs = 86'400'000;
inline constexpr uint64_t kSampleEpoch = 20'000;
inline constexpr int64_t kSampleNow = static_cast<int64_t>(kSampleEpoch) * kDayMs + 1'000'000;

// The three files of one task. Its noise is so small that it is always zero: sums show who was counted.
struct SampleFiles {
  TaskFile leader;
  TaskFile helper;
  TaskFile collector;
};

inline SampleFiles SampleTaskFiles(size_t items, uint64_t minimum, RandomSource& random,
                                   dap::BatchMode mode = dap::BatchMode::kTimeInterval, uint64_t duration = 1) {
  TaskFile file;
  std::vector<std::string> names;
  for (size_t i = 0; i < items; ++i) names.push_back("i" + std::to_string(i));
  file.split = {.id = "sample",
                .what = federation::SplitPopularity{std::move(names), 1},
                .sigma_squared = {1, 1'000'000},
                .min_batch_size = minimum,
                .epoch = kSampleEpoch};
  file.terms = {.leader = "https://leader.example/dap",
                .helper = "https://helper.example/dap",
                .time_precision = 86'400,
                .duration = duration,
                .batch_mode = mode};
  file.leader_operator = "A";
  file.helper_operator = "B";
  file.expires = "2030-01-01T00:00:00Z";
  file.verify_key = Bytes(vdaf::kVerifyKeySize, 7);
  const HpkeKeyPair collector = GenerateHpkeKeyPair(3, {}, random).value();
  file.collector = collector.config;
  SampleFiles files{file, file, file};
  files.leader.role = dap::Role::kLeader;
  files.leader.helper_token = kHelperToken;
  files.leader.collector_token_sha256 = Sha256Hex(AsBytes(kCollectorToken));
  files.helper.role = dap::Role::kHelper;
  files.helper.helper_token_sha256 = Sha256Hex(AsBytes(kHelperToken));
  files.collector.role = dap::Role::kCollector;
  files.collector.verify_key.clear();
  files.collector.collector_private_key = collector.private_key;
  files.collector.collector_token = kCollectorToken;
  return files;
}

inline privacy::Policy GenerousPolicy() {
  constexpr privacy::MicroRho kPlenty = 1'000'000'000'000'000;
  return {kPlenty, kPlenty, kPlenty};
}

// The value of a response's header; empty if it has none.
inline std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

// Carries requests to a helper by calling it.
class DirectPeer : public Peer {
 public:
  DirectPeer(Helper& helper, std::function<int64_t()> now) : helper_(&helper), now_(std::move(now)) {}

  void set_helper(Helper& helper) { helper_ = &helper; }

  Result<PeerResponse> Send(const PeerRequest& request) override { return Deliver(request); }

 protected:
  PeerResponse Deliver(const PeerRequest& request) {
    constexpr std::string_view kBase = "https://helper.example/dap/tasks/";
    EXPECT_TRUE(request.url.starts_with(kBase)) << request.url;
    std::string rest = request.url.substr(kBase.size());
    DapRequest dap;
    if (const size_t mark = rest.find("?step="); mark != std::string::npos) {
      dap.step = rest.substr(mark + 6);
      rest.resize(mark);
    }
    dap.task = rest.substr(0, rest.find('/'));
    rest = rest.substr(rest.find('/') + 1);
    const std::string collection = rest.substr(0, rest.find('/'));
    if (rest.size() > collection.size()) dap.id = rest.substr(collection.size() + 1);
    dap.authorization = "Bearer " + request.token;
    dap.content_type = request.content_type;
    dap.body = request.body;
    const Response response = Answer(request.method, collection, dap);
    const std::string retry = HeaderOf(response, "Retry-After");
    return {response.status, HeaderOf(response, "Content-Type"), HeaderOf(response, "Location"),
            retry.empty() ? 0 : static_cast<unsigned>(std::stoul(retry)), response.body ? *response.body : ""};
  }

 private:
  Response Answer(Method method, const std::string& collection, const DapRequest& request) {
    if (collection == "aggregation_jobs") {
      if (method == Method::kPost) return helper_->CreateAggregationJob(request, now_());
      if (method == Method::kGet) return helper_->GetAggregationJob(request);
      return helper_->DeleteAggregationJob(request);
    }
    EXPECT_EQ(collection, "aggregate_shares");
    return helper_->CreateAggregateShare(request);
  }

  Helper* helper_;
  std::function<int64_t()> now_;
};

// What one of the two has.
struct Party {
  TaskBook tasks;
  HpkeKeyring keys;
  dap::HpkeConfig key;
  std::unique_ptr<AggregatorStore> store = SqliteAggregatorStore::Open(":memory:").value();

  Party(const TaskFile& file, uint8_t key_id, RandomSource& random) {
    HpkeKeyPair pair = GenerateHpkeKeyPair(key_id, {}, random).value();
    key = pair.config;
    EXPECT_TRUE(keys.Add(std::move(pair), true).ok());
    EXPECT_TRUE(tasks.Add(MakeAggregatorTask(file).value()).ok());
    EXPECT_TRUE(store->AddTask(task().Record()).ok());
  }
  const AggregatorTask& task() const { return tasks.tasks().begin()->second; }
};

// A request to the leader, of a device or the collector.
inline DapRequest RequestTo(const AggregatorTask& task, dap::Message message, ByteSpan body) {
  DapRequest request;
  request.task = task.name;
  request.authorization = "Bearer " + std::string(kCollectorToken);
  request.content_type = dap::MediaType(message);
  request.body.assign(body.begin(), body.end());
  return request;
}

// Uploads as a server does: reads, stores, answers.
inline Response UploadTo(Leader& leader, AggregatorStore& store, const DapRequest& request, int64_t now) {
  auto read = leader.ReadUpload(request, now);
  if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
  const auto& upload = std::get<ReceivedUpload>(read);
  const auto outcomes = store.AppendReports(upload.reports);
  if (!outcomes.ok()) return {503, {}, nullptr};
  return leader.AnswerUpload(upload, outcomes.value());
}

}  // namespace sotto::server
