#include "tools/cli/recommend_measure.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>
#include <thread>

#include "tools/cli/progress.h"

namespace sotto::cli {
namespace {

using recommend::kAccuracyNames;
using recommend::TestCase;

Status CheckNegatives(const recommend::Split& split, const std::unordered_map<uint32_t, Negatives>& negatives) {
  for (const TestCase& one : split.test) {
    const auto found = negatives.find(one.user);
    if (found != negatives.end() && found->second.item == one.items.front() && one.items.size() == 1) continue;
    return Error{ErrorCode::kMismatch,
                 "the negatives of user number " + std::to_string(one.user) +
                     (found == negatives.end() ? " are missing." : " belong to another item than what is held back."),
                 "Negatives go with the split that they were drawn for."};
  }
  return {};
}

}  // namespace

Scorer ScorerOf(const recommend::Model& model, const recommend::Split& split) {
  return [&model, &split](const TestCase& one, std::span<float> scores) {
    return model.Score(recommend::HistoryOf(split.train, one.user), scores);
  };
}

Status ForEach(size_t count, uint32_t threads, const std::function<Status(size_t)>& work,
               const std::function<void()>& progress) {
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  size_t failed_at = std::numeric_limits<size_t>::max();
  Status failure;
  const auto run = [&] {
    for (size_t i = next++; i < count; i = next++) {
      Status status = work(i);
      const std::scoped_lock lock(mutex);
      progress();
      if (status.ok() || i > failed_at) continue;
      failed_at = i;
      failure = std::move(status);
      next = count;
    }
  };
  std::vector<std::jthread> others;
  for (uint32_t thread = 1; thread < threads; ++thread) others.emplace_back(run);
  run();
  others.clear();
  return failure;
}

recommend::Parallel ParallelOn(uint32_t threads) {
  if (threads <= 1) return {};
  return [threads](size_t tasks, const std::function<void(size_t)>& task) {
    const auto work = [&](size_t i) -> Status {
      task(i);
      return {};
    };
    (void)ForEach(tasks, static_cast<uint32_t>(std::min<size_t>(threads, tasks)), work, [] {});  // work cannot fail
  };
}

Result<Measures> Measure(const std::string& name, const Scorer& scorer, const recommend::Split& split,
                         const MeasureOptions& options) {
  if (options.negatives != nullptr) SOTTO_RETURN_IF_ERROR(CheckNegatives(split, *options.negatives));
  constexpr size_t kMeasures = kAccuracyNames.size();
  Measures measures;
  measures.full.resize(split.test.size() * kMeasures);
  if (options.negatives != nullptr) measures.sampled.resize(measures.full.size());
  std::vector<std::vector<uint32_t>> lists(split.test.size());

  // A judge and a row of scores for each test at work.
  struct Desk {
    recommend::Judge judge;
    std::vector<float> scores;
  };
  std::mutex mutex;
  std::vector<std::unique_ptr<Desk>> free;
  const auto take = [&] {
    const std::scoped_lock lock(mutex);
    if (free.empty()) {
      return std::make_unique<Desk>(
          Desk{recommend::Judge(split, options.k, options.candidates), std::vector<float>(split.train.items())});
    }
    auto desk = std::move(free.back());
    free.pop_back();
    return desk;
  };
  const auto begin = std::chrono::steady_clock::now();
  {
    Progress progress("ranking by " + name, split.test.size());
    const auto rank = [&](size_t i) -> Status {
      const TestCase& one = split.test[i];
      auto desk = take();
      SOTTO_RETURN_IF_ERROR(scorer(one, desk->scores));
      recommend::Verdict verdict = desk->judge.Full(one, desk->scores);
      std::ranges::copy(verdict.accuracy.Values(), measures.full.begin() + static_cast<ptrdiff_t>(i * kMeasures));
      lists[i] = std::move(verdict.list);
      if (options.negatives != nullptr) {
        const auto sampled = desk->judge.Sampled(one, options.negatives->at(one.user).items, desk->scores);
        std::ranges::copy(sampled.Values(), measures.sampled.begin() + static_cast<ptrdiff_t>(i * kMeasures));
      }
      const std::scoped_lock lock(mutex);
      free.push_back(std::move(desk));
      return {};
    };
    SOTTO_RETURN_IF_ERROR(ForEach(split.test.size(), options.threads, rank, [&] { progress.Advance(); }));
  }
  measures.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();

  const auto intervals = [&](const std::vector<double>& values) {
    ChaCha20Source random(options.seed);  // the same resamples for all models
    return recommend::BootstrapMeans(values, kMeasures, {}, random);
  };
  SOTTO_ASSIGN_OR_RETURN(measures.full_intervals, intervals(measures.full));
  if (options.negatives != nullptr) {
    SOTTO_ASSIGN_OR_RETURN(measures.sampled_intervals, intervals(measures.sampled));
  }
  measures.lists = recommend::MeasureLists(lists, split.train, options.content);
  return measures;
}

}  // namespace sotto::cli
