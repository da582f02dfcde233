// How a leak in the drawing of negatives looks like a good recommender. No model is fitted here at all: an item's score
// is how seldom it was drawn as a negative while "training". See docs/benchmarks/leak.md.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/evaluation/judge.h"
#include "tools/cli/commands.h"
#include "tools/cli/json.h"
#include "tools/cli/progress.h"
#include "tools/cli/recommend_commands.h"
#include "tools/cli/recommend_data.h"

namespace sotto::cli {
namespace {

using recommend::Interactions;
using recommend::Split;
using recommend::TestCase;

constexpr uint32_t kListLength = 10;
constexpr uint32_t kRivals = 99;

struct LeakOptions {
  std::string data;
  bool synthetic = false;
  std::vector<uint32_t> rounds = {1, 5, 20, 100};
  uint32_t draws = 4;
  uint64_t seed = 1;
  bool json = false;
};

// Users who take items uniformly at random: there is nothing to learn.
Result<Interactions> Noise(RandomSource& random) {
  constexpr uint32_t kUsers = 1000;
  constexpr uint32_t kItems = 2000;
  constexpr uint32_t kTaken = 50;
  std::vector<recommend::Interaction> events;
  for (uint32_t user = 0; user < kUsers; ++user) {
    for (uint32_t i = 0; i < kTaken; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t item, random.Below(kItems));
      events.push_back({user, static_cast<uint32_t>(item), 1, 0});
    }
  }
  return Interactions::Create(kUsers, kItems, events);
}

// The items that are not marked.
std::vector<uint32_t> Pool(const std::vector<bool>& taken) {
  std::vector<uint32_t> pool;
  for (uint32_t item = 0; item < taken.size(); ++item) {
    if (!taken[item]) pool.push_back(item);
  }
  return pool;
}

struct Quality {
  double sampled = 0;  // HR@10 among 99 rivals
  double full = 0;     // HR@10 under full ranking
};

// Of one pool, after each number of rounds: mean over users.
Result<std::vector<Quality>> Play(const Split& split, bool leaking, const LeakOptions& options) {
  const uint32_t items = split.train.items();
  std::vector<Quality> qualities(options.rounds.size());
  recommend::Judge judge(split, kListLength);
  Progress progress(leaking ? "drawing from the leaking pool" : "drawing from the clean pool", split.test.size());
  for (const TestCase& one : split.test) {
    std::vector<bool> taken(items, false);
    for (const uint32_t item : split.train.ItemsOf(one.user)) taken[item] = true;
    const std::vector<uint32_t> clean = Pool(taken);
    taken[one.items.front()] = true;
    const std::vector<uint32_t> without_test = Pool(taken);

    // The rivals of the 99-negative protocol are the same for both pools.
    ChaCha20Source rivals_random(options.seed + one.user);
    std::vector<uint32_t> rivals = without_test;
    for (uint32_t i = 0; i < std::min<size_t>(kRivals, without_test.size()); ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t step, rivals_random.Below(rivals.size() - i));
      std::swap(rivals[i], rivals[i + static_cast<size_t>(step)]);
    }
    rivals.resize(std::min<size_t>(kRivals, rivals.size()));

    ChaCha20Source random((options.seed ^ 0x6E65676174697665) + one.user);
    const std::vector<uint32_t>& pool = leaking ? without_test : clean;
    std::vector<float> scores(items, 0);
    const size_t positives = split.train.ItemsOf(one.user).size();
    uint32_t round = 0;
    for (size_t i = 0; i < options.rounds.size(); ++i) {
      for (; round < options.rounds[i]; ++round) {
        for (size_t draw = 0; draw < positives * options.draws && !pool.empty(); ++draw) {
          SOTTO_ASSIGN_OR_RETURN(const uint64_t place, random.Below(pool.size()));
          --scores[pool[static_cast<size_t>(place)]];
        }
      }
      qualities[i].sampled += judge.Sampled(one, rivals, scores).hit_rate;
      qualities[i].full += judge.Full(one, scores).accuracy.hit_rate;
    }
    progress.Advance();
  }
  for (Quality& quality : qualities) {
    quality.sampled /= static_cast<double>(split.test.size());
    quality.full /= static_cast<double>(split.test.size());
  }
  return qualities;
}

void RunLeak(LeakOptions options) {
  std::ranges::sort(options.rounds);
  ChaCha20Source random(options.seed);
  Dataset data;
  if (!options.synthetic) {
    DataOptions read;
    read.data = options.data;
    data = ValueOrFail(ReadDataset(read));
  }
  const Interactions all = options.synthetic
                               ? ValueOrFail(Noise(random))
                               : ValueOrFail(Interactions::Create(data.users.size(), data.items.size(), data.events));
  const Split split =
      all.timed() ? ValueOrFail(recommend::LeaveLastOut(all)) : ValueOrFail(recommend::LeaveRandomOut(all, random));
  if (split.test.empty()) {
    throw CommandFailed(Error{ErrorCode::kInvalidArgument, "no user has an item that can be held back.", ""});
  }
  const auto leaking = ValueOrFail(Play(split, true, options));
  const auto clean = ValueOrFail(Play(split, false, options));
  if (options.json) {
    std::cout << "{\"users\":" << split.test.size() << ",\"items\":" << all.items() << ",\"draws\":" << options.draws
              << ",\"rounds\":[";
    for (size_t i = 0; i < leaking.size(); ++i) {
      std::cout << (i == 0 ? "" : ",") << "{\"rounds\":" << options.rounds[i]
                << ",\"leaking\":{\"sampled\":" << JsonNumber(leaking[i].sampled)
                << ",\"full\":" << JsonNumber(leaking[i].full)
                << "},\"clean\":{\"sampled\":" << JsonNumber(clean[i].sampled)
                << ",\"full\":" << JsonNumber(clean[i].full) << "}}";
    }
    std::cout << "]}\n";
    return;
  }
  std::cout << split.test.size() << " users, " << all.items() << " items, " << options.draws
            << " negatives drawn for each positive and round; HR@10 of the items drawn least, no model\n"
            << std::setw(7) << "rounds" << std::setw(22) << "leaking, 99 rivals" << std::setw(17) << "full ranking"
            << std::setw(20) << "clean, 99 rivals" << std::setw(15) << "full ranking" << '\n'
            << std::fixed << std::setprecision(4);
  for (size_t i = 0; i < leaking.size(); ++i) {
    std::cout << std::setw(7) << options.rounds[i] << std::setw(22) << leaking[i].sampled << std::setw(17)
              << leaking[i].full << std::setw(20) << clean[i].sampled << std::setw(15) << clean[i].full << '\n';
  }
}

}  // namespace

void AddRecommendLeak(CLI::App& group) {
  auto* command = group.add_subcommand(
      "leak", "Show how negatives that avoid the held-back items give them away, with no model at all");
  const auto options = std::make_shared<LeakOptions>();
  auto* data = command->add_option("--data", options->data, "A file or folder, as evaluate reads it");
  auto* synthetic =
      command->add_flag("--synthetic", options->synthetic, "Users who take items at random, instead of data")
          ->excludes(data);
  command->add_option("--rounds", options->rounds, "After how many rounds of training to measure")
      ->delimiter(',')
      ->check(CLI::Range(1U, 100'000U))
      ->capture_default_str();
  command->add_option("--draws", options->draws, "Negatives for each positive and round")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of everything that is drawn")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options, data, synthetic] {
    if (data->empty() && synthetic->empty()) throw CLI::RequiredError("--data or --synthetic");
    RunLeak(*options);
  });
}

}  // namespace sotto::cli
