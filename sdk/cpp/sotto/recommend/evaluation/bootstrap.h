// How far a mean over users might be off because these users, and not others, were asked: the percentile bootstrap.
// B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::recommend {

struct Interval {
  double mean = 0;
  double low = 0;
  double high = 0;
};

struct BootstrapOptions {
  uint32_t resamples = 1000;  // 1 to 100,000
  double confidence = 0.95;   // above 0, below 1
};

// The mean of each measure and its interval. All measures are resampled together, so the interval of a difference of
// two of them is that of the pairs: subtract first, and pass the difference as a measure.
//   values   users x measures, row by row
// Errors: kInvalidArgument for no users or measures, a size that is no multiple, or options out of range; those of
// `random`. Deterministic for one seed.
Result<std::vector<Interval>> BootstrapMeans(std::span<const double> values, size_t measures,
                                             const BootstrapOptions& options, RandomSource& random);

}  // namespace sotto::recommend
