// Ranking for every user who is tested, on all processors, and what comes of it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/evaluation/bootstrap.h"
#include "sotto/recommend/evaluation/judge.h"
#include "sotto/recommend/evaluation/lists.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/parallel.h"
#include "tools/cli/recommend_data.h"

namespace sotto::cli {

// Fills the scores of all items for one test case. Called from several threads.
using Scorer = std::function<Status(const recommend::TestCase&, std::span<float> scores)>;

Scorer ScorerOf(const recommend::Model& model, const recommend::Split& split);

// Calls work(i) for every i below `count`, on `threads` threads; of several errors returns the one of the lowest i.
// `progress` is called on one thread at a time, once for each i.
Status ForEach(size_t count, uint32_t threads, const std::function<Status(size_t)>& work,
               const std::function<void()>& progress);

// The same for the core, whose models are fitted with what is passed in.
recommend::Parallel ParallelOn(uint32_t threads);

struct MeasureOptions {
  uint32_t k = 10;
  uint32_t threads = 1;
  uint64_t seed = 1;                                                   // of the bootstrap
  const std::unordered_map<uint32_t, Negatives>* negatives = nullptr;  // by user; null: full ranking only
  std::vector<bool> candidates = {};                                   // see Judge
  const recommend::Matrix* content = nullptr;                          // for diversity; null: by who took what
};

struct Measures {
  std::vector<double> full;     // users x kAccuracyNames, row by row
  std::vector<double> sampled;  // likewise among the given negatives; empty without
  std::vector<recommend::Interval> full_intervals;
  std::vector<recommend::Interval> sampled_intervals;
  recommend::ListQuality lists;
  double seconds = 0;  // of ranking, all threads together
};

// Errors: those of the scorer; kMismatch if a user's negatives are missing or belong to another item.
Result<Measures> Measure(const std::string& name, const Scorer& scorer, const recommend::Split& split,
                         const MeasureOptions& options);

}  // namespace sotto::cli
