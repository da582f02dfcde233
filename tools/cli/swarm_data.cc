#include "tools/cli/swarm_data.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <iostream>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <thread>
#include <utility>

#include "sotto/federation/split_models.h"
#include "sotto/privacy/noise.h"
#include "sotto/privacy/policy.h"
#include "sotto/privacy/zcdp.h"
#include "sotto/recommend/models/ease.h"
#include "sotto/recommend/models/taste.h"
#include "sotto/vdaf/prio3.h"
#include "tools/cli/progress.h"
#include "tools/cli/recommend_data.h"
#include "tools/cli/recommend_measure.h"
#include "tools/cli/swarm_features.h"

namespace sotto::cli {
namespace {

using federation::Aggregator;
using federation::Release;
using federation::ReleasedTask;
using federation::SplitTask;
using recommend::Split;

volatile std::sig_atomic_t interrupted = 0;

// Ctrl-C ends the work at its next step while this lives.
class StopOnInterrupt {
 public:
  StopOnInterrupt() : before_(std::signal(SIGINT, [](int) { interrupted = 1; })) { interrupted = 0; }
  ~StopOnInterrupt() { (void)std::signal(SIGINT, before_); }
  StopOnInterrupt(const StopOnInterrupt&) = delete;
  StopOnInterrupt& operator=(const StopOnInterrupt&) = delete;

 private:
  void (*before_)(int);
};

Status CheckInterrupt() {
  if (interrupted == 0) return {};
  return Error{ErrorCode::kUnavailable, "the run was interrupted.", "Nothing was written."};
}

// What a random stream is for; each has its own for every run, task and device.
enum class Purpose : uint8_t { kCohort = 1, kMeasure, kShard, kTamper, kLeaderNoise, kHelperNoise, kVerifyKey };

struct Stream {
  uint64_t seed = 0;
  uint64_t task = 0;

  ChaCha20Source For(Purpose purpose, uint64_t index = 0) const {
    ByteWriter writer;
    writer.U64(seed);
    writer.U64(task);
    writer.U64(static_cast<uint64_t>(purpose));
    writer.U64(index);
    ChaCha20Source::Seed key{};
    std::ranges::copy(writer.bytes(), key.begin());
    return ChaCha20Source(key);
  }
};

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

struct World {
  DataSwarmOptions options;
  Split split;
  std::vector<std::string> items;
  recommend::Matrix memberships;
  const std::unordered_map<uint32_t, Negatives>* negatives = nullptr;
};

// The devices of one run and how they engage with a task's items.
struct Cohort {
  const World* world;
  std::vector<uint32_t> users;

  std::vector<uint32_t> Engaged(uint32_t user, const std::vector<int32_t>& place) const {
    std::vector<uint32_t> engaged;
    for (const uint32_t item : world->split.train.ItemsOf(user)) {
      if (place[item] >= 0) engaged.push_back(static_cast<uint32_t>(place[item]));
    }
    return engaged;
  }
};

struct TaskToRun {
  SplitTask task;
  std::vector<int32_t> place;  // of each item of the data among the task's, or -1
  Stream stream;
};

Result<std::vector<uint64_t>> MeasureDevice(const Cohort& cohort, const TaskToRun& run, uint64_t device) {
  const auto engaged = cohort.Engaged(cohort.users[device], run.place);
  ChaCha20Source random = run.stream.For(Purpose::kMeasure, device);
  return std::holds_alternative<federation::SplitPopularity>(run.task.what)
             ? federation::MeasurePopularity(run.task, engaged, random)
             : federation::MeasureAffinity(run.task, engaged, random);
}

uint32_t Threads(const World& world) {
  return world.options.threads != 0 ? world.options.threads : std::max(1U, std::thread::hardware_concurrency());
}

// The sums as if nobody had to be protected. In pieces, so that threads meet rarely.
Result<std::vector<int64_t>> PlainSums(const Cohort& cohort, const TaskToRun& run) {
  constexpr size_t kPiece = 256;
  const size_t pieces = (cohort.users.size() + kPiece - 1) / kPiece;
  std::vector<int64_t> sums;
  std::mutex mutex;
  const auto work = [&](size_t piece) -> Status {
    std::vector<int64_t> of_piece;
    for (size_t device = piece * kPiece; device < std::min(cohort.users.size(), (piece + 1) * kPiece); ++device) {
      SOTTO_RETURN_IF_ERROR(CheckInterrupt());
      SOTTO_ASSIGN_OR_RETURN(const auto measurement, MeasureDevice(cohort, run, device));
      of_piece.resize(measurement.size(), 0);
      for (size_t i = 0; i < measurement.size(); ++i) of_piece[i] += static_cast<int64_t>(measurement[i]);
    }
    const std::scoped_lock lock(mutex);
    sums.resize(of_piece.size(), 0);
    for (size_t i = 0; i < of_piece.size(); ++i) sums[i] += of_piece[i];
    return {};
  };
  SOTTO_RETURN_IF_ERROR(ForEach(pieces, Threads(*cohort.world), work, [] {}));
  return sums;
}

// What the aggregators release, from plain sums: the same noise from the same sources.
Result<Release> PlainRelease(const TaskToRun& run, std::vector<int64_t> sums, uint64_t count, uint32_t noises) {
  for (uint32_t aggregator = 0; aggregator < noises; ++aggregator) {
    ChaCha20Source random = run.stream.For(aggregator == 0 ? Purpose::kLeaderNoise : Purpose::kHelperNoise);
    SOTTO_ASSIGN_OR_RETURN(const auto noise, privacy::NoiseVector(run.task.sigma_squared, sums.size(), random));
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += noise[i];
  }
  const double variance =
      static_cast<double>(run.task.sigma_squared.numerator) / static_cast<double>(run.task.sigma_squared.denominator);
  return Release{std::move(sums), count, noises * variance};
}

// One task from device to release, with every step of the protocol.
class Protocol {
 public:
  static Result<Protocol> Create(const Cohort& cohort, const TaskToRun& run) {
    SOTTO_ASSIGN_OR_RETURN(const auto parameters, federation::VdafParameters(run.task));
    SOTTO_ASSIGN_OR_RETURN(vdaf::Prio3 prio3, vdaf::Prio3::Create(parameters));
    SOTTO_ASSIGN_OR_RETURN(Aggregator leader, Aggregator::Create(run.task));
    SOTTO_ASSIGN_OR_RETURN(Aggregator helper, Aggregator::Create(run.task));
    Protocol protocol(cohort, run, std::move(prio3), std::move(leader), std::move(helper));
    SOTTO_ASSIGN_OR_RETURN(protocol.context_, federation::VdafContext(run.task));
    SOTTO_RETURN_IF_ERROR(run.stream.For(Purpose::kVerifyKey).Fill(protocol.verify_key_));
    return protocol;
  }

  Result<Release> Run(double epsilon, SwarmTaskCost& cost) {
    const uint64_t honest = cohort_->users.size();
    const uint64_t all = honest + cohort_->world->options.tampered;
    {
      Progress progress("task " + run_->task.id, all);
      const auto work = [&](size_t device) { return Contribute(device, device >= honest); };
      SOTTO_RETURN_IF_ERROR(ForEach(all, Threads(*cohort_->world), work, [&] { progress.Advance(); }));
    }
    SOTTO_ASSIGN_OR_RETURN(const privacy::MicroRho spent, federation::TaskMicroRho(run_->task));
    const auto release = [&](Aggregator& aggregator, Purpose purpose) {
      privacy::PolicyBook book({spent, spent, spent});
      ChaCha20Source random = run_->stream.For(purpose);
      return aggregator.Release(book, random);
    };
    std::vector<uint64_t> counts = {leader_.count(), helper_.count()};
    std::vector<Bytes> shares(2);
    SOTTO_ASSIGN_OR_RETURN(shares[0], release(leader_, Purpose::kLeaderNoise));
    SOTTO_ASSIGN_OR_RETURN(shares[1], release(helper_, Purpose::kHelperNoise));
    SOTTO_ASSIGN_OR_RETURN(cost.rho, federation::TaskRho(run_->task));
    cost.task = run_->task.id;
    cost.epsilon = epsilon;
    cost.entries = prio3_.measurement_length();
    cost.reports = counts[0];
    cost.refused = refused_;
    cost.leader_bytes = prio3_.input_share_size(0);
    cost.other_bytes = prio3_.input_share_size(1) + prio3_.public_share_size();
    cost.measure_ms = measure_ms_ / static_cast<double>(all);
    cost.shard_ms = shard_ms_ / static_cast<double>(all);
    cost.verify_ms = verify_ms_ / 2 / static_cast<double>(all);
    return federation::Combine(run_->task, shares, counts);
  }

 private:
  Protocol(const Cohort& cohort, const TaskToRun& run, vdaf::Prio3 prio3, Aggregator leader, Aggregator helper)
      : cohort_(&cohort),
        run_(&run),
        prio3_(std::move(prio3)),
        leader_(std::move(leader)),
        helper_(std::move(helper)),
        verify_key_(vdaf::kVerifyKeySize),
        mutex_(std::make_unique<std::mutex>()) {}

  // The two output shares, or why the report is refused.
  Result<std::array<Bytes, 2>> Verify(const vdaf::Report& report, ByteSpan nonce) const {
    std::vector<Bytes> verifier_shares;
    std::array<vdaf::VerifyState, 2> states;
    for (uint8_t aggregator = 0; aggregator < 2; ++aggregator) {
      SOTTO_ASSIGN_OR_RETURN(vdaf::VerifyStart start,
                             prio3_.VerifyInit(verify_key_, context_, aggregator, nonce, report.public_share,
                                               report.input_shares[aggregator]));
      states[aggregator] = std::move(start.state);
      verifier_shares.push_back(std::move(start.verifier_share));
    }
    SOTTO_ASSIGN_OR_RETURN(const Bytes message, prio3_.VerifierSharesToMessage(context_, verifier_shares));
    std::array<Bytes, 2> out;
    SOTTO_ASSIGN_OR_RETURN(out[0], prio3_.VerifyNext(states[0], message));
    SOTTO_ASSIGN_OR_RETURN(out[1], prio3_.VerifyNext(states[1], message));
    return out;
  }

  Status Contribute(uint64_t device, bool tampers) {
    SOTTO_RETURN_IF_ERROR(CheckInterrupt());
    const auto measuring = Clock::now();
    SOTTO_ASSIGN_OR_RETURN(const auto measurement, MeasureDevice(*cohort_, *run_, device % cohort_->users.size()));
    const double measured = MillisecondsSince(measuring);

    ChaCha20Source random = run_->stream.For(Purpose::kShard, device);
    Bytes nonce(vdaf::kNonceSize);
    Bytes rand(prio3_.rand_size());
    SOTTO_RETURN_IF_ERROR(random.Fill(nonce));
    SOTTO_RETURN_IF_ERROR(random.Fill(rand));
    const auto sharding = Clock::now();
    SOTTO_ASSIGN_OR_RETURN(vdaf::Report report, prio3_.Shard(context_, measurement, nonce, rand));
    const double sharded = MillisecondsSince(sharding);
    if (tampers) {
      Bytes& share = report.input_shares[device % 2];
      ChaCha20Source where = run_->stream.For(Purpose::kTamper, device);
      SOTTO_ASSIGN_OR_RETURN(const uint64_t bit, where.Below(share.size() * 8));
      share[bit / 8] ^= static_cast<uint8_t>(1U << (bit % 8));
    }
    const auto verifying = Clock::now();
    const auto out_shares = Verify(report, nonce);
    const double verified = MillisecondsSince(verifying);

    const std::scoped_lock lock(*mutex_);
    measure_ms_ += measured;
    shard_ms_ += sharded;
    verify_ms_ += verified;
    if (tampers) {
      if (out_shares.ok()) {
        return Error{ErrorCode::kMismatch, "a report of task " + run_->task.id + " with a changed bit was taken.", ""};
      }
      ++refused_;
      return {};
    }
    if (!out_shares.ok()) return out_shares.error();  // an honest report is never refused
    SOTTO_RETURN_IF_ERROR(leader_.Add(out_shares.value()[0]));
    return helper_.Add(out_shares.value()[1]);
  }

  const Cohort* cohort_;
  const TaskToRun* run_;
  vdaf::Prio3 prio3_;
  Aggregator leader_;
  Aggregator helper_;
  Bytes context_;
  Bytes verify_key_;
  std::unique_ptr<std::mutex> mutex_;
  uint64_t refused_ = 0;
  double measure_ms_ = 0;
  double shard_ms_ = 0;
  double verify_ms_ = 0;
};

// sigma^2 for a task to cost at most rho: a whole number of 1,024ths, rounded up.
Result<privacy::Rational> SigmaSquared(SplitTask task, double rho) {
  constexpr double kParts = 1024;
  task.sigma_squared = {1, 1};
  SOTTO_ASSIGN_OR_RETURN(const uint64_t sensitivity, federation::SensitivitySquared(task));
  const double parts = std::ceil(static_cast<double>(sensitivity) / (2 * rho) * kParts);
  if (!(parts >= 1 && parts <= static_cast<double>(privacy::kMaxRationalPart))) {
    return Error{ErrorCode::kInvalidArgument, "the budget leaves task " + task.id + " a noise that is out of range.",
                 ""};
  }
  return privacy::Rational{static_cast<uint64_t>(parts), static_cast<uint64_t>(kParts)};
}

// Every test item among all that its user does not have, and among the negatives.
Result<RankingQuality> Rank(const World& world, const Scorer& scorer) {
  constexpr size_t kPiece = 256;
  const auto& test = world.split.test;
  std::vector<RankingQuality> each(test.size());
  const auto work = [&](size_t piece) -> Status {
    recommend::Judge judge(world.split, world.options.k);
    std::vector<float> scores(world.items.size());
    for (size_t i = piece * kPiece; i < std::min(test.size(), (piece + 1) * kPiece); ++i) {
      SOTTO_RETURN_IF_ERROR(CheckInterrupt());
      SOTTO_RETURN_IF_ERROR(scorer(test[i], scores));
      const auto verdict = judge.Full(test[i], scores);
      each[i] = {verdict.accuracy.hit_rate, verdict.accuracy.ndcg, 0};
      if (world.negatives == nullptr) continue;
      const auto found = world.negatives->find(test[i].user);
      if (found == world.negatives->end() || found->second.item != test[i].items.front()) {
        return Error{ErrorCode::kMismatch, "the negatives are not those of the test items.", ""};
      }
      each[i].sampled_hit_rate = judge.Sampled(test[i], found->second.items, scores).hit_rate;
    }
    return {};
  };
  SOTTO_RETURN_IF_ERROR(ForEach((test.size() + kPiece - 1) / kPiece, Threads(world), work, [] {}));
  RankingQuality sum;
  for (const RankingQuality& one : each) {
    sum.hit_rate += one.hit_rate;
    sum.ndcg += one.ndcg;
    sum.sampled_hit_rate += one.sampled_hit_rate;
  }
  const auto count = static_cast<double>(test.size());
  return RankingQuality{sum.hit_rate / count, sum.ndcg / count, sum.sampled_hit_rate / count};
}

// One run: from devices to models.
class Experiment {
 public:
  Experiment(const World& world, const SwarmRun& run, bool protocol, std::vector<SwarmTaskCost>& costs)
      : world_(world), run_(run), protocol_(protocol), costs_(costs) {}

  Result<std::array<RankingQuality, kSwarmModels.size()>> Run() {
    SOTTO_RETURN_IF_ERROR(ChooseCohort());
    SOTTO_ASSIGN_OR_RETURN(const double rho, privacy::RhoForEpsilon(run_.epsilon, world_.options.delta));
    const bool strict = run_.epsilon <= 2;
    const double share = world_.options.popularity_share > 0 ? world_.options.popularity_share : strict ? 0.3 : 0.1;
    const uint32_t encoded = world_.options.popularity_encoded > 0 ? world_.options.popularity_encoded
                             : strict                              ? 128U
                                                                   : 64U;
    const auto all_items = static_cast<uint32_t>(world_.items.size());
    SOTTO_ASSIGN_OR_RETURN(
        const ReleasedTask popularity,
        Contribute("popularity",
                   federation::SplitPopularity{.items = world_.items, .max_items = std::min(encoded, all_items)},
                   rho * share));
    SOTTO_ASSIGN_OR_RETURN(const auto top,
                           federation::TopItems(popularity, std::min(world_.options.task_items, all_items)));
    std::vector<std::string> names;
    for (const uint32_t item : top) names.push_back(world_.items[item]);
    SOTTO_ASSIGN_OR_RETURN(const auto blocks, federation::AffinityBlocks(names, world_.options.blocks));
    std::vector<ReleasedTask> affinity;
    for (const auto& block : blocks) {
      const auto most = std::min(world_.options.encoded, static_cast<uint32_t>(block.size()));
      SOTTO_ASSIGN_OR_RETURN(ReleasedTask released,
                             Contribute("affinity-" + std::to_string(affinity.size() + 1),
                                        federation::SplitAffinity{.items = block, .max_items = most},
                                        rho * (1 - share) / static_cast<double>(blocks.size())));
      affinity.push_back(std::move(released));
    }
    if (spent_ > rho * (1 + 1e-9)) {
      return Error{ErrorCode::kBudgetExceeded, "the tasks cost more than epsilon allows.", ""};
    }
    return Evaluate(popularity, affinity);
  }

 private:
  Status ChooseCohort() {
    std::vector<uint32_t> users(world_.split.train.users());
    std::iota(users.begin(), users.end(), 0U);
    ChaCha20Source random = Stream{run_.seed, 0}.For(Purpose::kCohort);
    for (size_t i = users.size(); i > 1; --i) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t other, random.Below(i));
      std::swap(users[i - 1], users[other]);
    }
    users.resize(run_.devices);
    cohort_ = {&world_, std::move(users)};
    return {};
  }

  Result<ReleasedTask> Contribute(const std::string& id, decltype(SplitTask::what) what, double rho) {
    TaskToRun run;
    run.task = {.id = id,
                .what = std::move(what),
                .sigma_squared = {},
                .min_batch_size = std::min<uint64_t>(100, run_.devices),
                .epoch = 0};
    SOTTO_ASSIGN_OR_RETURN(run.task.sigma_squared, SigmaSquared(run.task, rho));
    SOTTO_ASSIGN_OR_RETURN(const double cost, federation::TaskRho(run.task));
    spent_ += cost;
    run.place.assign(world_.items.size(), -1);
    const auto* popularity = std::get_if<federation::SplitPopularity>(&run.task.what);
    const auto& items =
        popularity != nullptr ? popularity->items : std::get<federation::SplitAffinity>(run.task.what).items;
    for (size_t i = 0; i < items.size(); ++i) run.place[place_.at(items[i])] = static_cast<int32_t>(i);
    // Another stream for every task, epsilon and kind of noise: no two releases share a sample.
    run.stream = {run_.seed,
                  (static_cast<uint64_t>(std::llround(run_.epsilon * 1000)) << 16U) + 8 * ++tasks_ + run_.noises};

    SOTTO_ASSIGN_OR_RETURN(std::vector<int64_t> sums, PlainSums(cohort_, run));
    SOTTO_ASSIGN_OR_RETURN(Release release, PlainRelease(run, std::move(sums), run_.devices, run_.noises));
    if (protocol_) {
      SwarmTaskCost measured;
      SOTTO_ASSIGN_OR_RETURN(Protocol protocol, Protocol::Create(cohort_, run));
      SOTTO_ASSIGN_OR_RETURN(const Release released, protocol.Run(run_.epsilon, measured));
      if (released.sums != release.sums || released.count != release.count) {
        return Error{ErrorCode::kMismatch, "the aggregators' sums of task " + id + " are not those of the reports.",
                     ""};
      }
      release = released;
      costs_.push_back(std::move(measured));
    }
    return ReleasedTask{std::move(run.task), std::move(release)};
  }

  Result<std::array<RankingQuality, kSwarmModels.size()>> Evaluate(const ReleasedTask& popularity,
                                                                   const std::vector<ReleasedTask>& affinity) {
    SOTTO_ASSIGN_OR_RETURN(const auto catalogue,
                           federation::CatalogueModel(popularity, affinity, world_.memberships, "1"));
    SOTTO_ASSIGN_OR_RETURN(const auto pooled, federation::PoolAffinity(affinity));
    std::vector<uint32_t> head;
    recommend::Matrix of_head(static_cast<Eigen::Index>(pooled.items.size()), world_.memberships.cols());
    for (const std::string& item : pooled.items) {
      of_head.row(static_cast<Eigen::Index>(head.size())) = world_.memberships.row(place_.at(item));
      head.push_back(place_.at(item));
    }
    SOTTO_ASSIGN_OR_RETURN(const auto ease, federation::AffinityModel(affinity, of_head, "1"));
    const auto& taste = static_cast<const recommend::TasteModel&>(*catalogue.model);
    std::vector<int32_t> place(world_.items.size(), -1);
    for (size_t i = 0; i < head.size(); ++i) place[head[i]] = static_cast<int32_t>(i);

    const auto by_popularity = [&](const recommend::TestCase&, std::span<float> scores) -> Status {
      std::ranges::copy(taste.parts().popularity, scores.begin());
      return {};
    };
    // The head by EASE, and behind it the rest by popularity.
    const auto by_affinity = [&](const recommend::TestCase& one, std::span<float> scores) -> Status {
      std::vector<recommend::Engagement> history;
      for (const uint32_t item : world_.split.train.ItemsOf(one.user)) {
        if (place[item] >= 0) history.push_back({static_cast<uint32_t>(place[item]), 1});
      }
      std::vector<float> of_items(head.size());
      SOTTO_RETURN_IF_ERROR(ease.model->Score(history, of_items));
      const float least = *std::ranges::min_element(of_items);
      const float most_popular = *std::ranges::max_element(taste.parts().popularity);
      for (size_t i = 0; i < scores.size(); ++i) {
        scores[i] = place[i] >= 0 ? of_items[static_cast<size_t>(place[i])]
                                  : least - 2 + taste.parts().popularity[i] / std::max(most_popular, 1.0F);
      }
      return {};
    };
    std::array<RankingQuality, kSwarmModels.size()> quality;
    SOTTO_ASSIGN_OR_RETURN(quality[0], Rank(world_, by_popularity));
    SOTTO_ASSIGN_OR_RETURN(quality[1], Rank(world_, by_affinity));
    SOTTO_ASSIGN_OR_RETURN(quality[2], Rank(world_, ScorerOf(*catalogue.model, world_.split)));
    return quality;
  }

 public:
  // By id; the same for all runs.
  void UsePlaces(const std::unordered_map<std::string, uint32_t>& places) { place_ = places; }

 private:
  const World& world_;
  const SwarmRun& run_;
  bool protocol_;
  std::vector<SwarmTaskCost>& costs_;
  std::unordered_map<std::string, uint32_t> place_;
  Cohort cohort_{};
  uint64_t tasks_ = 0;
  double spent_ = 0;
};

Result<Split> SplitOf(const DataSwarmOptions& options, const Dataset& data) {
  const auto users = data.users.size();
  const auto items = data.items.size();
  SOTTO_ASSIGN_OR_RETURN(const auto all, recommend::Interactions::Create(users, items, data.events));
  ChaCha20Source random(options.seed);
  std::optional<Result<Split>> split;
  if (!data.test.empty()) {
    SOTTO_ASSIGN_OR_RETURN(const auto test, recommend::Interactions::Create(users, items, data.test));
    split = recommend::GivenSplit(all, test);
  } else {
    split = all.timed() ? recommend::LeaveLastOut(all) : recommend::LeaveRandomOut(all, random);
  }
  if (!split->ok() || !options.validation) return std::move(*split);
  ChaCha20Source again(options.seed + 1);
  const auto& train = split->value().train;
  return train.timed() ? recommend::LeaveLastOut(train) : recommend::LeaveRandomOut(train, again);
}

Status CheckOptions(const DataSwarmOptions& options, uint32_t users) {
  for (const uint32_t devices : options.devices) {
    if (devices >= 1 && devices <= users) continue;
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(devices) + " devices are asked for, the data has " + std::to_string(users) + " users.",
                 ""};
  }
  for (const double epsilon : options.epsilons) {
    if (epsilon > 0 && epsilon <= 100) continue;
    return Error{ErrorCode::kInvalidArgument, "epsilon must be above 0 and at most 100.", ""};
  }
  return {};
}

}  // namespace

Result<SwarmReport> RunSwarmOnData(const DataSwarmOptions& options) {
  const auto begin = Clock::now();
  const StopOnInterrupt stop;
  DataOptions files;
  files.data = options.data;
  SOTTO_ASSIGN_OR_RETURN(const Dataset data, ReadDataset(files));
  SOTTO_ASSIGN_OR_RETURN(Split split, SplitOf(options, data));
  World world{options, std::move(split), {}, {}, nullptr};
  if (world.options.devices.empty()) world.options.devices = {data.users.size()};
  SOTTO_RETURN_IF_ERROR(CheckOptions(world.options, data.users.size()));
  const auto products = ProductsInOrder(data);
  std::unordered_map<std::string, uint32_t> places;
  for (uint32_t i = 0; i < data.items.size(); ++i) {
    world.items.push_back(data.items.all()[i]);
    places.emplace(world.items.back(), i);
  }
  world.memberships = MembershipsOf(products);
  if (!data.negatives.empty() && !options.validation) world.negatives = &data.negatives;
  if (world.split.test.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no user has an item that can be held back.", ""};
  }

  SwarmReport report;
  report.options = world.options;
  report.users = data.users.size();
  report.items = data.items.size();
  report.tested = static_cast<uint32_t>(world.split.test.size());
  report.negatives = world.negatives != nullptr;
  const auto counts = world.split.train.ItemCounts();
  const auto by_count = [&](const recommend::TestCase&, std::span<float> scores) -> Status {
    std::ranges::copy(counts, scores.begin());
    return {};
  };
  SOTTO_ASSIGN_OR_RETURN(report.without_privacy, Rank(world, by_count));
  const uint32_t most = *std::ranges::max_element(world.options.devices);
  for (const uint32_t devices : world.options.devices) {
    for (const double epsilon : options.epsilons) {
      for (const uint32_t noises : {2U, 1U}) {
        if (noises == 1 && devices != most) continue;
        for (uint64_t seed = options.seed; seed < options.seed + options.seeds; ++seed) {
          report.runs.push_back({epsilon, devices, seed, noises, {}});
        }
      }
    }
  }
  for (size_t i = 0; i < report.runs.size(); ++i) {
    SwarmRun& run = report.runs[i];
    const bool protocol = !options.plain && run.seed == options.seed && run.noises == 2 && run.devices == most &&
                          run.epsilon == options.epsilons.front();
    Experiment experiment(world, run, protocol, report.costs);
    experiment.UsePlaces(places);
    SOTTO_ASSIGN_OR_RETURN(run.quality, experiment.Run());
    std::cerr << "run " << i + 1 << " of " << report.runs.size() << ": epsilon " << run.epsilon << ", " << run.devices
              << " devices, seed " << run.seed << (run.noises == 1 ? ", one aggregator's noise" : "") << '\n';
  }
  report.seconds = MillisecondsSince(begin) / 1000;
  return report;
}

}  // namespace sotto::cli
