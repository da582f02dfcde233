// Leader, helper, devices and collector under every misfortune that we could think of, in one thread and from a seed.
//
// A seed makes a list of operations: uploads, replays, steps of two workers of the leader and of the helper, lost
// requests and lost answers, transactions that fail or that succeed unheard, processes that are killed and start again,
// a worker that sleeps through its lease while another does its job, clocks that jump. Then the weather clears,
// everything that can finish does, and what the collector has must satisfy:
//
//   - every report whose upload was acknowledged is counted, exactly once;
//   - a report that was sent but never acknowledged is counted at most once;
//   - nothing else is in the sums;
//   - both aggregators spent exactly what the releases cost.
//
// Each report measures an item of its own, so whoever is counted twice is a 2 in the sums. A failing list is shrunk by
// leaving operations out for as long as it still fails.
//
//   SOTTO_SIMULATION_SEEDS=10000   how many seeds (default 200)
//   SOTTO_SIMULATION_SEED=17       that one alone
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "server/aggregator_pair.h"
#include "server/faulty_store.h"

namespace sotto::server {
namespace {

constexpr size_t kMaxReports = 24;
constexpr uint64_t kMinimum = 3;
constexpr uint64_t kEpochs = 3;
constexpr int64_t kLeaseMs = 120'000;

enum class Action : uint8_t {
  kUpload,       // a new report; b: 0 heard, 1 the request is lost, 2 the answer is lost
  kReplay,       // one that was sent before, likewise
  kAggregate,    // a step of the leader; b: the network
  kOverslept,    // a step whose worker sleeps through its lease, while another does its job
  kHelp,         // a step of the helper
  kAskForBatch,  // the collector asks
  kCollect,      // a step of collection; b: the network
  kClock,        // goes on, or back, by up to an hour
  kLeaderFails,  // the leader's store fails at one of its next calls
  kHelperFails,  // likewise
  kRestart,      // both processes are killed and start again
  kCount,
};

struct Operation {
  Action action = Action::kUpload;
  uint64_t a = 0;
  uint64_t b = 0;
};

enum class Network : uint8_t { kFine, kRequestLost, kAnswerLost, kNonsense };

// Loses what it is told to; can let something else happen before it delivers.
class RoughPeer final : public DirectPeer {
 public:
  using DirectPeer::DirectPeer;

  Result<PeerResponse> Send(const PeerRequest& request) override {
    if (auto first = std::exchange(meanwhile_, {})) first();
    const Network network = std::exchange(network_, Network::kFine);
    const Error lost{ErrorCode::kUnavailable, "lost", ""};
    if (network == Network::kRequestLost) return lost;
    PeerResponse response = Deliver(request);
    if (network == Network::kAnswerLost) return lost;
    if (network == Network::kNonsense) response.body = "?";
    return response;
  }

  void set_network(Network network) { network_ = network; }
  void set_meanwhile(std::function<void()> meanwhile) { meanwhile_ = std::move(meanwhile); }

 private:
  Network network_ = Network::kFine;
  std::function<void()> meanwhile_;
};

struct SentReport {
  dap::Report report;
  bool acknowledged = false;
};

// What one seed is about.
struct Setting {
  bool leader_selected = false;
  bool asynchronous = false;
};

class World {
 public:
  World(uint64_t seed, const Setting& setting)
      : setting_(setting),
        random_(seed),
        files_(SampleTaskFiles(
            kMaxReports, kMinimum, random_,
            setting.leader_selected ? dap::BatchMode::kLeaderSelected : dap::BatchMode::kTimeInterval, kEpochs)),
        leader_party_(files_.leader, 1, random_),
        helper_party_(files_.helper, 2, random_),
        leader_store_(*leader_party_.store),
        helper_store_(*helper_party_.store) {
    Restart();
  }

  void Do(const Operation& operation) {
    switch (operation.action) {
      case Action::kUpload:
        return Upload(operation);
      case Action::kReplay:
        if (!sent_.empty()) Send(sent_[operation.a % sent_.size()], operation.b);
        return;
      case Action::kAggregate:
        peer_->set_network(NetworkOf(operation.b));
        (void)leader_->StepAggregation(now_);
        return;
      case Action::kOverslept:
        peer_->set_meanwhile([this] {
          now_ += kLeaseMs + 1;
          (void)other_leader_->StepAggregation(now_);
        });
        (void)leader_->StepAggregation(now_);
        peer_->set_meanwhile({});
        return;
      case Action::kHelp:
        (void)helper_->StepJob(now_);
        return;
      case Action::kAskForBatch:
        return Ask(operation.a);
      case Action::kCollect:
        peer_->set_network(NetworkOf(operation.b));
        (void)leader_->StepCollection(now_);
        Look();
        return;
      case Action::kClock:
        now_ += static_cast<int64_t>(operation.a % 3'600'000) * (operation.b % 4 == 0 ? -1 : 1);
        return;
      case Action::kLeaderFails:
        return leader_store_.FailAfter(operation.a % 4,
                                       operation.b % 2 == 0 ? StoreFault::kBefore : StoreFault::kAfter);
      case Action::kHelperFails:
        return helper_store_.FailAfter(operation.a % 4,
                                       operation.b % 2 == 0 ? StoreFault::kBefore : StoreFault::kAfter);
      case Action::kRestart:
        return Restart();
      case Action::kCount:
        return;
    }
  }

  // The weather clears. Then what is wrong; empty if nothing is.
  std::string Judge() {
    leader_store_.Heal();
    helper_store_.Heal();
    peer_->set_network(Network::kFine);
    now_ = std::max(now_, kSampleNow) + 10 * kLeaseMs;
    // Whoever was not answered sends again.
    for (SentReport& sent : sent_) {
      if (!sent.acknowledged) Send(sent, 0);
    }
    for (int round = 0; round < 60; ++round) {
      Ask(static_cast<uint64_t>(round));
      for (int step = 0; step < 6; ++step) {
        (void)leader_->StepAggregation(now_);
        (void)helper_->StepJob(now_);
        (void)leader_->StepCollection(now_);
      }
      Look();
      now_ += kLeaseMs;
    }
    return Complaint();
  }

 private:
  static Network NetworkOf(uint64_t b) {
    // Fine half of the time.
    static constexpr std::array<Network, 6> kNetworks = {Network::kFine,       Network::kFine,
                                                         Network::kFine,       Network::kRequestLost,
                                                         Network::kAnswerLost, Network::kNonsense};
    return kNetworks[b % kNetworks.size()];
  }

  // What was in memory is gone.
  void Restart() {
    HelperOptions helper;
    helper.policy = GenerousPolicy();
    helper.asynchronous = setting_.asynchronous;
    helper.lease_ms = kLeaseMs;
    helper_ =
        std::make_unique<Helper>(helper_party_.tasks, helper_party_.keys, helper_store_, random_, observer_, helper);
    const auto now = [this] { return now_; };
    peer_ = std::make_unique<RoughPeer>(*helper_, now);
    other_peer_ = std::make_unique<DirectPeer>(*helper_, now);
    LeaderOptions options;
    options.policy = GenerousPolicy();
    options.job_reports = 4;
    options.lease_ms = kLeaseMs;
    leader_ = std::make_unique<Leader>(leader_party_.tasks, leader_party_.keys, leader_store_, *peer_, random_,
                                       observer_, options);
    other_leader_ = std::make_unique<Leader>(leader_party_.tasks, leader_party_.keys, leader_store_, *other_peer_,
                                             random_, observer_, options);
  }

  void Upload(const Operation& operation) {
    if (sent_.size() == kMaxReports) return;
    std::vector<uint64_t> measurement(kMaxReports, 0);
    measurement[sent_.size()] = 1;
    const auto& task = leader_party_.task();
    // The later epochs have not come yet: they are too early, until the clock is there.
    const dap::Time time = kSampleEpoch + (operation.a % 8 == 0 ? 1 : 0);
    SentReport sent;
    sent.report =
        MakeReport(task.dap, task.prio3, leader_party_.key, helper_party_.key, time, measurement, random_).value();
    sent_.push_back(std::move(sent));
    Send(sent_.back(), operation.b);
  }

  // b % 4: 1 the request is lost, 2 the answer is.
  void Send(SentReport& sent, uint64_t b) {
    if (b % 4 == 1) return;
    const Bytes body = dap::EncodeUploadRequest({sent.report}).value();
    const Response response =
        UploadTo(*leader_, leader_store_, RequestTo(leader_party_.task(), dap::Message::kUploadReq, body), now_);
    if (b % 4 == 2 || response.status != 200) return;
    if (!response.body) {
      sent.acknowledged = true;
      return;
    }
    // Of a retry this means that the first one arrived.
    const auto errors = dap::DecodeUploadErrors(AsBytes(*response.body)).value();
    if (errors.at(0).error == dap::ReportError::kReportReplayed) sent.acknowledged = true;
  }

  dap::CollectionJobReq QueryOf(uint64_t a) const {
    dap::CollectionJobReq request = CollectAll(files_.collector);
    if (!setting_.leader_selected) {
      // Overlapping ones now and then: whoever is second gets nothing.
      request.query.config = dap::EncodeInterval({kSampleEpoch + a % 2, 1 + a % 5 / 4});
    }
    return request;
  }

  void Ask(uint64_t a) {
    const dap::CollectionJobReq query = QueryOf(a);
    const Bytes body = dap::EncodeCollectionJobReq(query).value();
    const Response response =
        leader_->CreateCollectionJob(RequestTo(leader_party_.task(), dap::Message::kCollectionJobReq, body));
    const std::string location = HeaderOf(response, "Location");
    if (!location.empty()) asked_.emplace(location.substr(location.find_last_of('/') + 1), query);
  }

  // Takes what is ready; a collector keeps it and deletes the job.
  void Look() {
    for (auto job = asked_.begin(); job != asked_.end();) {
      DapRequest request = RequestTo(leader_party_.task(), dap::Message::kCollectionJobReq, {});
      request.id = job->first;
      const Response response = leader_->GetCollectionJob(request);
      if (response.status == 200 && response.body) {
        const auto decoded = dap::DecodeCollectionJobResp(AsBytes(*response.body)).value();
        const auto opened = OpenCollection(files_.collector, job->second, decoded);
        if (!opened.ok()) {
          complaint_ += "a release cannot be opened: " + ToString(opened.error()) + "\n";
        } else {
          releases_.push_back(opened.value());
          for (dap::Time time = decoded.interval.start; decoded.interval.Contains(time); ++time) released_.insert(time);
        }
      }
      const bool ended = (response.status == 200 && response.body) || response.status == 400 || response.status == 403;
      if (ended) {
        if (response.status != 200 && response.body->find("batchOverlap") == std::string::npos) {
          complaint_ += "a collection failed: " + *response.body + "\n";
        }
        (void)leader_->DeleteCollectionJob(request);
        job = asked_.erase(job);
      } else {
        ++job;
      }
    }
  }

  std::string Complaint() {
    std::vector<int64_t> sums(kMaxReports, 0);
    uint64_t count = 0;
    for (const federation::Release& release : releases_) {
      count += release.count;
      if (release.count < kMinimum) complaint_ += "a batch below the minimum was released\n";
      for (size_t i = 0; i < kMaxReports; ++i) sums[i] += release.sums[i];
    }
    int64_t total = 0;
    std::map<dap::Time, size_t> uncounted;
    for (size_t i = 0; i < kMaxReports; ++i) {
      total += sums[i];
      const bool sent = i < sent_.size();
      if (sums[i] < 0 || sums[i] > (sent ? 1 : 0)) {
        complaint_ += "report " + std::to_string(i) + " is counted " + std::to_string(sums[i]) + " times\n";
      }
      if (sent && sent_[i].acknowledged && sums[i] == 0) ++uncounted[sent_[i].report.report_metadata.time];
    }
    if (static_cast<int64_t>(count) != total) complaint_ += "the counts are not those of the sums\n";
    // A batch that never got its minimum is not released: what is left must be fewer than that.
    for (const auto& [time, reports] : uncounted) {
      if (reports < kMinimum && !Released(time)) continue;
      complaint_ += std::to_string(reports) + " acknowledged reports of time " + std::to_string(time) + " are lost\n";
    }
    const privacy::MicroRho cost = leader_party_.task().cost;
    for (Party* party : {&leader_party_, &helper_party_}) {
      privacy::MicroRho spent = 0;
      const auto epochs = party->store->Spent().value();
      for (const auto& [epoch, rho] : epochs) spent += rho;
      if (spent != cost * releases_.size()) complaint_ += "the budget spent is not that of the releases\n";
    }
    return complaint_;
  }

  // Time-interval: whether the bucket of `time` was released, so that nothing of it may be left behind.
  // Leader-selected: what is left has no batch of its size yet.
  bool Released(dap::Time time) const {
    if (setting_.leader_selected) return false;
    return released_.contains(time);
  }

  const Setting setting_;
  ChaCha20Source random_;
  SampleFiles files_;
  Party leader_party_;
  Party helper_party_;
  FaultyStore leader_store_;
  FaultyStore helper_store_;
  AggregatorObserver observer_;
  std::unique_ptr<Helper> helper_;
  std::unique_ptr<RoughPeer> peer_;
  std::unique_ptr<DirectPeer> other_peer_;
  std::unique_ptr<Leader> leader_;
  std::unique_ptr<Leader> other_leader_;
  int64_t now_ = kSampleNow + kDayMs;  // so that two epochs have come
  std::vector<SentReport> sent_;
  std::map<std::string, dap::CollectionJobReq> asked_;
  std::vector<federation::Release> releases_;
  std::set<dap::Time> released_;
  std::string complaint_;
};

std::vector<Operation> OperationsOf(ChaCha20Source& random) {
  // Uploads and steps are what most of a day is made of.
  static constexpr std::array<uint64_t, static_cast<size_t>(Action::kCount)> kWeights = {10, 4, 12, 2, 4, 1,
                                                                                         3,  2, 3,  3, 1};
  uint64_t sum = 0;
  for (const uint64_t weight : kWeights) sum += weight;
  std::vector<Operation> operations;
  const uint64_t count = 20 + random.Below(60).value();
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t drawn = random.Below(sum).value();
    size_t action = 0;
    while (drawn >= kWeights[action]) drawn -= kWeights[action++];
    operations.push_back({static_cast<Action>(action), random.U64().value(), random.U64().value()});
  }
  return operations;
}

std::string RunSeed(uint64_t seed, const Setting& setting, const std::vector<Operation>& operations) {
  World world(seed, setting);
  for (const Operation& operation : operations) world.Do(operation);
  return world.Judge();
}

std::string Describe(const std::vector<Operation>& operations) {
  static constexpr std::array<std::string_view, static_cast<size_t>(Action::kCount)> kNames = {
      "upload",  "replay", "aggregate",    "overslept",    "help",   "ask for batch",
      "collect", "clock",  "leader fails", "helper fails", "restart"};
  std::string text;
  for (const Operation& operation : operations) {
    text += "  " + std::string(kNames[static_cast<size_t>(operation.action)]) + " " +
            std::to_string(operation.a % 1000) + " " + std::to_string(operation.b % 12) + "\n";
  }
  return text;
}

// Leaves out what the failure does not need.
std::vector<Operation> Shrink(uint64_t seed, const Setting& setting, std::vector<Operation> operations) {
  for (size_t size = operations.size() / 2; size >= 1; size /= 2) {
    for (size_t at = 0; at + size <= operations.size();) {
      std::vector<Operation> fewer = operations;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(at),
                  fewer.begin() + static_cast<std::ptrdiff_t>(at + size));
      if (RunSeed(seed, setting, fewer).empty()) {
        at += size;
      } else {
        operations = std::move(fewer);
      }
    }
  }
  return operations;
}

std::optional<uint64_t> NumberFrom(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return std::nullopt;
  return std::strtoull(text, nullptr, 10);
}

TEST(AggregatorSimulation, LosesNothingAndCountsNothingTwice) {
  const auto alone = NumberFrom("SOTTO_SIMULATION_SEED");
  const uint64_t first = alone.value_or(1);
  const uint64_t count = alone ? 1 : NumberFrom("SOTTO_SIMULATION_SEEDS").value_or(200);
  for (uint64_t seed = first; seed < first + count; ++seed) {
    ChaCha20Source random(seed);
    const Setting setting{seed % 2 == 0, seed % 3 == 0};
    const std::vector<Operation> operations = OperationsOf(random);
    const std::string complaint = RunSeed(seed, setting, operations);
    if (complaint.empty()) continue;
    const std::vector<Operation> shrunk = Shrink(seed, setting, operations);
    FAIL() << "seed " << seed << (setting.leader_selected ? ", leader-selected" : ", time-interval")
           << (setting.asynchronous ? ", asynchronous" : "") << ":\n"
           << RunSeed(seed, setting, shrunk) << Describe(shrunk);
  }
}

}  // namespace
}  // namespace sotto::server
