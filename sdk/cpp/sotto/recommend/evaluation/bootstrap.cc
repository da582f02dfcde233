#include "sotto/recommend/evaluation/bootstrap.h"

#include <algorithm>
#include <cmath>

namespace sotto::recommend {
namespace {

// Between the two nearest of the sorted values.
double Quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - std::floor(place);
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

}  // namespace

Result<std::vector<Interval>> BootstrapMeans(std::span<const double> values, size_t measures,
                                             const BootstrapOptions& options, RandomSource& random) {
  if (measures == 0 || values.empty() || values.size() % measures != 0) {
    return Error{ErrorCode::kInvalidArgument, "values are not users x measures, at least 1 x 1.", ""};
  }
  if (options.resamples == 0 || options.resamples > 100'000 || !(options.confidence > 0 && options.confidence < 1)) {
    return Error{ErrorCode::kInvalidArgument, "the bootstrap's options are out of range.",
                 "Take 1 to 100000 resamples and a confidence above 0 and below 1."};
  }
  const size_t users = values.size() / measures;
  std::vector<double> sums(measures, 0);
  const auto add = [&](size_t user) {
    for (size_t measure = 0; measure < measures; ++measure) sums[measure] += values[user * measures + measure];
  };
  std::vector<Interval> intervals(measures);
  for (size_t user = 0; user < users; ++user) add(user);
  for (size_t measure = 0; measure < measures; ++measure) {
    intervals[measure].mean = sums[measure] / static_cast<double>(users);
  }
  std::vector<std::vector<double>> means(measures);
  for (uint32_t resample = 0; resample < options.resamples; ++resample) {
    std::ranges::fill(sums, 0.0);
    for (size_t i = 0; i < users; ++i) {
      SOTTO_ASSIGN_OR_RETURN(const uint64_t user, random.Below(users));
      add(static_cast<size_t>(user));
    }
    for (size_t measure = 0; measure < measures; ++measure) {
      means[measure].push_back(sums[measure] / static_cast<double>(users));
    }
  }
  const double tail = (1 - options.confidence) / 2;
  for (size_t measure = 0; measure < measures; ++measure) {
    std::ranges::sort(means[measure]);
    intervals[measure].low = Quantile(means[measure], tail);
    intervals[measure].high = Quantile(means[measure], 1 - tail);
  }
  return intervals;
}

}  // namespace sotto::recommend
