// Any bytes where leader and helper of a task take bytes: from a device, from each other, from the collector. Whatever
// they say, the answer is one that docs/http-api.md describes, and no more reports are counted than were uploaded, none
// of them with more than one item.
//
// An input: a byte that says to whom, a byte of choices (1: three valid reports are counted before; 2: they are
// uploaded only), then the bytes.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <string>
#include <variant>

#include "server-stub/aggregator/helper.h"
#include "server-stub/aggregator/leader.h"
#include "server-stub/storage/sqlite_aggregator_store.h"
#include "sotto/dap/http.h"
#include "tests/fuzz/aggregator_sample.h"

namespace {

using namespace sotto;
using namespace sotto::server;

constexpr uint64_t kValidReports = 3;
constexpr int64_t kMinute = 60'000;
constexpr privacy::MicroRho kPlenty = 1'000'000'000'000'000;
constexpr privacy::Policy kGenerous{kPlenty, kPlenty, kPlenty};

struct Fixed {
  SampleParty leader{dap::Role::kLeader};
  SampleParty helper{dap::Role::kHelper};
  Bytes valid;  // an upload of kValidReports

  Fixed() {
    std::vector<dap::Report> reports;
    for (uint64_t i = 0; i < kValidReports; ++i) reports.push_back(SampleReport(leader.task(), i));
    valid = Must(dap::EncodeUploadRequest(reports));
  }
};

const Fixed& TheFixed() {
  static const Fixed fixed;
  return fixed;
}

std::string_view HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

// One of these, and a problem document where it is an error.
void Expect(const Response& response, std::initializer_list<unsigned> statuses) {
  Must(std::find(statuses.begin(), statuses.end(), response.status) != statuses.end());
  if (response.status < 400) return;
  Must(HeaderOf(response, "Content-Type") == "application/problem+json");
  Must(response.body != nullptr &&
       response.body->find("\"status\":" + std::to_string(response.status)) != std::string::npos);
}

// To whichever helper there is.
class DirectPeer final : public Peer {
 public:
  explicit DirectPeer(Helper& helper) : helper_(helper) {}

  Result<PeerResponse> Send(const PeerRequest& request) override {
    const auto& task = TheFixed().helper.task();
    DapRequest dap{task.name, "", "", "Bearer " + request.token, request.content_type, request.body};
    const bool share = request.url.ends_with("/aggregate_shares");
    const Response response = share ? helper_.CreateAggregateShare(dap) : helper_.CreateAggregationJob(dap, kSampleNow);
    return PeerResponse{response.status, std::string(HeaderOf(response, "Content-Type")),
                        std::string(HeaderOf(response, "Location")), 0, response.body ? *response.body : ""};
  }

 private:
  Helper& helper_;
};

// Answers everything with the input's bytes.
class InventingPeer final : public Peer {
 public:
  explicit InventingPeer(ByteSpan input) {
    constexpr std::array<unsigned, 12> kStatuses = {200, 201, 202, 204, 302, 400, 403, 404, 408, 429, 500, 503};
    ByteReader reader(input);
    const auto next = [&reader]() -> uint8_t {
      const auto byte = reader.U8();
      return byte.ok() ? byte.value() : 0;
    };
    const uint8_t status = next();
    away_ = status == 0xff;
    large_ = status == 0xfe;
    answer_.status = kStatuses[status % kStatuses.size()];
    const uint8_t type = next();
    if (type < 10) {
      answer_.content_type = dap::MediaType(static_cast<dap::Message>(type));
    } else {
      answer_.content_type = "application/problem+json";
    }
    if (const uint8_t location = next(); location % 2 == 1) answer_.location = "/dap/x/" + std::string(22, 'A');
    answer_.retry_after = next();
    const ByteSpan rest = input.subspan(input.size() - reader.remaining());
    answer_.body.assign(rest.begin(), rest.end());
  }

  Result<PeerResponse> Send(const PeerRequest&) override {
    if (away_) return Error{ErrorCode::kUnavailable, "", ""};
    if (large_) return Error{ErrorCode::kResourceExhausted, "", ""};
    return answer_;
  }

 private:
  PeerResponse answer_;
  bool away_ = false;
  bool large_ = false;
};

// How many reports a store has counted, and their aggregate share.
struct Counted {
  uint64_t reports = 0;
  Bytes share;
};

Counted CountedBy(AggregatorStore& store, const AggregatorTask& task) {
  Counted counted{0, task.prio3.AggregateInit()};
  const auto look = [&](const Batch& batch) -> Status {
    counted.reports = batch.count;
    for (const Bytes& share : batch.shares) Must(task.prio3.AggregateUpdate(counted.share, share).ok());
    return Error{ErrorCode::kMismatch, "only looked at.", ""};
  };
  const Charge charge{kGenerous, kSampleEpoch, 1, ""};
  const auto refused = store.ReleaseShare(task.dap.id, dap::AggregateShareId{0xff}, {task.dap.interval, std::nullopt},
                                          look, charge, [](const Batch&) -> Result<Bytes> { return Bytes(); });
  Must(!refused.ok() && refused.error().code == ErrorCode::kMismatch);
  return counted;
}

// Both aggregators with an empty storage each.
class Round {
 public:
  Round() {
    const Fixed& fixed = TheFixed();
    Must(leader_store->AddTask(fixed.leader.task().Record()).ok());
    Must(helper_store->AddTask(fixed.helper.task().Record()).ok());
  }

  DapRequest To(const AggregatorTask& task, const char* token, dap::Message message, ByteSpan body) {
    return {task.name,
            "",
            "",
            std::string("Bearer ") + token,
            std::string(dap::MediaType(message)),
            std::string(body.begin(), body.end())};
  }
  DapRequest ToLeader(dap::Message message, ByteSpan body) {
    return To(TheFixed().leader.task(), kCollectorToken, message, body);
  }
  DapRequest ToHelper(dap::Message message, ByteSpan body) {
    return To(TheFixed().helper.task(), kHelperToken, message, body);
  }

  Response Upload(ByteSpan body) {
    auto read = leader.ReadUpload(ToLeader(dap::Message::kUploadReq, body), kSampleNow);
    if (auto* refused = std::get_if<Response>(&read)) return std::move(*refused);
    const auto& upload = std::get<ReceivedUpload>(read);
    const auto outcomes = Must(leader_store->AppendReports(upload.reports));
    uploaded += static_cast<uint64_t>(std::count(outcomes.begin(), outcomes.end(), AppendOutcome::kStored));
    return leader.AnswerUpload(upload, outcomes);
  }

  void Aggregate(Leader& driver) {
    int64_t now = kSampleNow;
    for (int i = 0; i < 5; ++i, now += 3 * kMinute) Must(driver.StepAggregation(now).ok());
  }
  void Collect(Leader& driver) {
    int64_t now = kSampleNow;
    for (int i = 0; i < 3; ++i, now += 3 * kMinute) Must(driver.StepCollection(now).ok());
  }
  Leader With(Peer& other) {
    const Fixed& fixed = TheFixed();
    return {fixed.leader.tasks, fixed.leader.keys, *leader_store, other, random, observer, Options()};
  }
  static LeaderOptions Options() {
    LeaderOptions options;
    options.policy = kGenerous;
    options.attempts = 2;
    return options;
  }
  static HelperOptions ForHelper() {
    HelperOptions options;
    options.policy = kGenerous;
    return options;
  }

  // What must hold whoever said what.
  void Check(bool both) {
    const AggregatorTask& task = TheFixed().leader.task();
    const Counted by_leader = CountedBy(*leader_store, task);
    const Counted by_helper = CountedBy(*helper_store, TheFixed().helper.task());
    Must(by_leader.reports <= uploaded);
    Must(by_helper.reports <= uploaded + shown_to_helper);
    if (!both) return;
    Must(by_leader.reports == by_helper.reports);
    const std::array<Bytes, 2> shares = {by_leader.share, by_helper.share};
    const auto sums = Must(task.prio3.Unshard(shares));
    uint64_t total = 0;
    for (const uint64_t sum : sums) {
      Must(sum <= by_leader.reports);
      total += sum;
    }
    Must(total <= by_leader.reports);
  }

  std::unique_ptr<AggregatorStore> leader_store = Must(SqliteAggregatorStore::Open(":memory:"));
  std::unique_ptr<AggregatorStore> helper_store = Must(SqliteAggregatorStore::Open(":memory:"));
  ChaCha20Source random{7};
  AggregatorObserver observer;
  Helper helper{TheFixed().helper.tasks, TheFixed().helper.keys, *helper_store, random, observer, ForHelper()};
  DirectPeer peer{helper};
  Leader leader{With(peer)};
  uint64_t uploaded = 0;         // reports that the leader stored
  uint64_t shown_to_helper = 0;  // reports in requests to the helper that the leader did not make
};

// A report of which a device that lies makes everything but the seals: id, public share, both input shares.
Bytes SealedReport(const AggregatorTask& task, ByteSpan input) {
  const auto take = [&input](size_t size) {
    Bytes bytes(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(std::min(size, input.size())));
    input = input.subspan(bytes.size());
    bytes.resize(size, 0);
    return bytes;
  };
  dap::Report report;
  report.report_metadata.time = task.dap.interval.start;
  std::ranges::copy(take(16), report.report_metadata.report_id.begin());
  report.public_share = take(task.prio3.public_share_size());
  ChaCha20Source random(11);
  const Bytes aad =
      Must(dap::InputShareAad(task.dap.id, task.dap.configuration, report.report_metadata, report.public_share));
  const auto seal = [&](uint8_t key, dap::Role role, size_t size) {
    const Bytes plaintext = Must(dap::EncodePlaintextInputShare({{}, take(size)}));
    return Must(SealBase(SampleKey(key).config, dap::InputShareInfo(role), aad, plaintext, random));
  };
  report.leader_encrypted_input_share = seal(kLeaderKey, dap::Role::kLeader, task.prio3.input_share_size(0));
  report.helper_encrypted_input_share = seal(kHelperKey, dap::Role::kHelper, task.prio3.input_share_size(1));
  return Must(dap::EncodeUploadRequest({report}));
}

dap::CollectionJobReq CollectAll() {
  dap::CollectionJobReq request;
  request.query.batch_mode = dap::BatchMode::kTimeInterval;
  request.query.config = dap::EncodeInterval(TheFixed().leader.task().dap.interval);
  return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const uint8_t choices = data[1];
  const ByteSpan input(data + 2, size - 2);
  Round round;
  if ((choices & 3) != 0) {
    Expect(round.Upload(TheFixed().valid), {200});
    Must(round.uploaded == kValidReports);
  }
  if ((choices & 1) != 0) {
    round.Aggregate(round.leader);
    Must(CountedBy(*round.leader_store, TheFixed().leader.task()).reports == kValidReports);
  }
  switch (data[0] % 8) {
    case 0:  // a device
      Expect(round.Upload(input), {200, 400});
      round.Aggregate(round.leader);
      round.Check(true);
      break;
    case 1: {  // a leader
      const auto request = round.ToHelper(dap::Message::kAggregationJobInitReq, input);
      if (const auto read = dap::DecodeAggregationJobInitReq(input); read.ok()) {
        round.shown_to_helper += read.value().verify_inits.size();
      }
      const Response first = round.helper.CreateAggregationJob(request, kSampleNow);
      Expect(first, {200, 400});
      const Response second = round.helper.CreateAggregationJob(request, kSampleNow + kMinute);
      Must(first.status == second.status && *first.body == *second.body);
      round.Check(false);
      break;
    }
    case 2: {
      auto request = round.ToHelper(dap::Message::kAggregationJobContinueReq, input);
      request.id = std::string(22, 'A');
      Expect(round.helper.ContinueAggregationJob(request), {400, 404});
      request.id.assign(input.begin(), input.end());
      request.step = request.id;
      Expect(round.helper.GetAggregationJob(request), {404});
      Expect(round.helper.GetAggregateShare(request), {404});
      auto collectors = round.ToLeader(dap::Message::kCollectionJobReq, {});
      collectors.id = request.id;
      Expect(round.leader.GetCollectionJob(collectors), {404});
      break;
    }
    case 3: {
      const auto request = round.ToHelper(dap::Message::kAggregateShareReq, input);
      const Response first = round.helper.CreateAggregateShare(request);
      Expect(first, {200, 400});
      const Response second = round.helper.CreateAggregateShare(request);  // the same noise, or the same refusal
      Must(first.status == second.status && *first.body == *second.body);
      break;
    }
    case 4:  // a collector
      Expect(round.leader.CreateCollectionJob(round.ToLeader(dap::Message::kCollectionJobReq, input)), {200, 400});
      round.Collect(round.leader);
      break;
    case 5: {  // a helper, asked to aggregate
      InventingPeer peer(input);
      Leader driver = round.With(peer);
      round.Aggregate(driver);
      round.Check(false);
      break;
    }
    case 6: {  // and asked for its share
      InventingPeer peer(input);
      Leader driver = round.With(peer);
      const Bytes request = Must(dap::EncodeCollectionJobReq(CollectAll()));
      Expect(driver.CreateCollectionJob(round.ToLeader(dap::Message::kCollectionJobReq, request)), {200});
      round.Collect(driver);
      Expect(driver.CreateCollectionJob(round.ToLeader(dap::Message::kCollectionJobReq, request)),
             {200, 400, 403, 404});
      break;
    }
    default:  // a device that seals what no device should
      Expect(round.Upload(SealedReport(TheFixed().leader.task(), input)), {200});
      round.Aggregate(round.leader);
      round.Check(true);
      break;
  }
  return 0;
}
