// How much was said when: the curve above a player's time bar.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::formats {

inline constexpr uint32_t kMaxBuckets = 10'000;

struct Heatmap {
  // Bucket i covers the times from i / n of the duration to (i + 1) / n, the last one also the duration itself.
  std::vector<uint32_t> counts;
  // The counts, smoothed by three moving averages (nearly a Gaussian) over 2r + 1 buckets, r = n / 100 but at least 1,
  // mirrored at both ends; per mille of the highest. All 0 if nothing was counted.
  std::vector<uint16_t> curve;
};

// `times` in any order, and `duration`, in microseconds; times outside 0 to `duration` are not counted. In integers.
// Errors: kInvalidArgument for a duration outside 1 to kMaxTime, 0 buckets or more than kMaxBuckets, or more than
// kMaxComments times.
Result<Heatmap> MakeHeatmap(std::span<const int64_t> times, int64_t duration, uint32_t buckets);

// The same in seconds; a time that is no finite number is not counted.
Result<Heatmap> MakeHeatmapOfSeconds(std::span<const double> times, double duration, uint32_t buckets);

}  // namespace sotto::formats
