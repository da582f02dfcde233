// The two aggregators of a task and their devices, for tests of the protocol without a network: what is asked by
// whom, what was answered, who counted what.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server-stub/aggregator/identity.h"
#include "server-stub/aggregator/release.h"
#include "server/aggregator_pair.h"

namespace sotto::server {

inline constexpr size_t kItems = 40;

// Carries requests to the helper and remembers them; loses them while `away`.
class RecordingPeer final : public DirectPeer {
 public:
  using DirectPeer::DirectPeer;

  Result<PeerResponse> Send(const PeerRequest& request) override {
    requests.push_back(request);
    if (away) return Error{ErrorCode::kUnavailable, "the helper is away.", ""};
    responses.push_back(Deliver(request));
    return responses.back();
  }

  bool away = false;
  std::vector<PeerRequest> requests;
  std::vector<PeerResponse> responses;
};

// What both aggregators say that they did.
struct Tally final : AggregatorObserver {
  void OnAggregated(dap::Role role, std::string_view outcome, size_t count) override {
    reports[{role, std::string(outcome)}] += count;
  }
  void OnCollected(dap::Role role, std::string_view outcome) override { ++batches[{role, std::string(outcome)}]; }

  std::map<std::pair<dap::Role, std::string>, size_t> reports;
  std::map<std::pair<dap::Role, std::string>, size_t> batches;
};

// How many reports of the task one of the two has counted, which, and its share of their sum.
struct CountedReports {
  uint64_t reports = 0;
  Bytes share;
  dap::Checksum checksum{};
};

class AggregatorTest : public testing::Test {
 protected:
  void Start(uint64_t minimum, dap::BatchMode mode = dap::BatchMode::kTimeInterval, uint64_t duration = 1,
             HelperOptions helper = {}) {
    files_ = SampleTaskFiles(items_, minimum, random_, mode, duration);
    leaders_.emplace(files_.leader, 1, random_);
    helpers_.emplace(files_.helper, 2, random_);
    if (helper.policy.lifetime == 0) helper.policy = GenerousPolicy();
    helper_.emplace(helpers_->tasks, helpers_->keys, *helpers_->store, random_, observer_, helper);
    peer_.emplace(*helper_, [this] { return now_; });
    LeaderOptions options;
    options.policy = GenerousPolicy();
    leader_.emplace(leaders_->tasks, leaders_->keys, *leaders_->store, *peer_, random_, observer_, options);
  }

  const AggregatorTask& task() { return leaders_->task(); }

  dap::Report ReportOf(size_t item, dap::Time time = kSampleEpoch) {
    std::vector<uint64_t> measurement(items_, 0);
    measurement[item] = 1;
    return MakeReport(task().dap, task().prio3, leaders_->key, helpers_->key, time, measurement, random_).value();
  }

  Response Upload(const std::vector<dap::Report>& reports) {
    return UploadTo(*leader_, *leaders_->store,
                    RequestTo(task(), dap::Message::kUploadReq, dap::EncodeUploadRequest(reports).value()), now_);
  }

  // The errors that an upload was answered with; none if all was accepted.
  std::vector<dap::ReportError> UploadErrors(const std::vector<dap::Report>& reports) {
    const Response response = Upload(reports);
    EXPECT_EQ(response.status, 200u);
    std::vector<dap::ReportError> errors;
    if (!response.body) return errors;
    EXPECT_EQ(HeaderOf(response, "Content-Type"), dap::MediaType(dap::Message::kUploadErrors));
    const auto statuses = dap::DecodeUploadErrors(AsBytes(*response.body)).value();
    for (const auto& status : statuses) errors.push_back(status.error);
    return errors;
  }

  // A request of the leader.
  DapRequest ToHelper(dap::Message message, ByteSpan body) {
    DapRequest request = RequestTo(helpers_->task(), message, body);
    request.authorization = "Bearer " + std::string(kHelperToken);
    return request;
  }

  // Only looks: nothing is released.
  static CountedReports CountedBy(const Party& party) {
    const AggregatorTask& task = party.task();
    CountedReports counted{0, task.prio3.AggregateInit(), {}};
    const auto look = [&](const Batch& batch) -> Status {
      counted.reports = batch.count;
      counted.checksum = batch.checksum;
      for (const Bytes& share : batch.shares) EXPECT_TRUE(task.prio3.AggregateUpdate(counted.share, share).ok());
      return Error{ErrorCode::kMismatch, "only looked at.", ""};
    };
    const auto looked = party.store->ReleaseShare(
        task.dap.id, dap::AggregateShareId{0xff}, {task.dap.interval, std::nullopt}, look,
        ChargeOf(task, GenerousPolicy()), [](const Batch&) -> Result<Bytes> { return Bytes(); });
    EXPECT_FALSE(looked.ok());
    return counted;
  }

  // Of each item, what leader and helper have counted together.
  std::vector<uint64_t> Sums() {
    const CountedReports leader = CountedBy(*leaders_);
    const CountedReports helper = CountedBy(*helpers_);
    EXPECT_EQ(leader.reports, helper.reports);
    const std::array<Bytes, 2> shares = {leader.share, helper.share};
    const auto sums = task().prio3.Unshard(shares);
    EXPECT_TRUE(sums.ok()) << "the shares do not belong together";
    return sums.ok() ? sums.value() : std::vector<uint64_t>();
  }

  // Steps both until neither has anything to do at this time.
  void Settle() {
    for (int i = 0; i < 200; ++i) {
      const bool helped = helper_->StepJob(now_).value();
      const Step step = leader_->StepAggregation(now_).value();
      if (step == Step::kIdle && !helped) return;
      if (step == Step::kPause) now_ += 1'000;
    }
    FAIL() << "it never settles";
  }

  Response Collect(const dap::CollectionJobReq& request) {
    return leader_->CreateCollectionJob(
        RequestTo(task(), dap::Message::kCollectionJobReq, dap::EncodeCollectionJobReq(request).value()));
  }

  // A request of the collector about the job that `response` made.
  DapRequest About(const Response& response) {
    DapRequest request = RequestTo(task(), dap::Message::kCollectionJobReq, {});
    request.id = IdOfLocation(HeaderOf(response, "Location"));
    return request;
  }

  // Asks for the batch, steps, and asks again.
  Response CollectAndStep(const dap::CollectionJobReq& request, int steps = 3) {
    Response first = Collect(request);
    if (first.status != 200 || first.body) return first;
    for (int i = 0; i < steps; ++i) {
      EXPECT_TRUE(leader_->StepCollection(now_).ok());
      now_ += 60'000;
    }
    return leader_->GetCollectionJob(About(first));
  }

  // None, and the test fails, if it is no answer with both shares.
  federation::Release Opened(const Response& response, const dap::CollectionJobReq& request) {
    EXPECT_EQ(response.status, 200u) << (response.body ? *response.body : "");
    federation::Release nothing;
    nothing.sums.assign(items_, -1);
    const auto read = dap::DecodeCollectionJobResp(response.body ? AsBytes(*response.body) : ByteSpan());
    if (!read.ok()) {
      ADD_FAILURE() << "the collection is not ready";
      return nothing;
    }
    auto release = OpenCollection(files_.collector, request, read.value());
    EXPECT_TRUE(release.ok()) << ToString(release.error());
    return release.ok() ? std::move(release).value() : nothing;
  }

  static std::string ProblemOf(const Response& response) {
    if (response.status < 400 || !response.body) return "";
    const size_t at = response.body->find("error:");
    return at == std::string::npos ? *response.body
                                   : response.body->substr(at + 6, response.body->find('"', at) - at - 6);
  }

  ChaCha20Source random_{77};
  int64_t now_ = kSampleNow;
  size_t items_ = kItems;  // of the task that Start makes
  Tally observer_;
  SampleFiles files_;
  std::optional<Party> leaders_;
  std::optional<Party> helpers_;
  std::optional<Helper> helper_;
  std::optional<RecordingPeer> peer_;
  std::optional<Leader> leader_;
};

}  // namespace sotto::server
