#include "sotto/formats/heatmap.h"

#include <algorithm>

#include "sotto/formats/decimal.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {
namespace {

constexpr int64_t kMicros = 1'000'000;

// Sums over 2r + 1 neighbours. What lies outside is mirrored: -1 is 0, n is n - 1. Precondition: radius <= size.
std::vector<int64_t> MovingSums(const std::vector<int64_t>& values, int64_t radius) {
  const auto size = static_cast<int64_t>(values.size());
  const auto at = [&](int64_t i) {
    if (i < 0) i = -i - 1;
    if (i >= size) i = 2 * size - 1 - i;
    return values[static_cast<size_t>(i)];
  };
  std::vector<int64_t> sums;
  sums.reserve(values.size());
  int64_t sum = 0;
  for (int64_t i = -radius; i <= radius; ++i) sum += at(i);
  for (int64_t i = 0; i < size; ++i) {
    sums.push_back(sum);
    if (i + 1 < size) sum += at(i + 1 + radius) - at(i - radius);
  }
  return sums;
}

}  // namespace

Result<Heatmap> MakeHeatmap(std::span<const int64_t> times, int64_t duration, uint32_t buckets) {
  if (duration < 1 || duration > kMaxTime) {
    return Error{ErrorCode::kInvalidArgument, "the heatmap's duration is not above 0 and at most 30 days.", ""};
  }
  if (buckets < 1 || buckets > kMaxBuckets) {
    return Error{ErrorCode::kInvalidArgument, "the heatmap has " + std::to_string(buckets) + " buckets.",
                 "1 to " + std::to_string(kMaxBuckets) + "."};
  }
  if (times.size() > kMaxComments) {
    return Error{ErrorCode::kInvalidArgument,
                 "the heatmap is of more than the " + std::to_string(kMaxComments) + " comments allowed.", ""};
  }
  Heatmap map;
  map.counts.assign(buckets, 0);
  for (const int64_t time : times) {
    if (time < 0 || time > duration) continue;
    const auto bucket = static_cast<uint64_t>(time) * buckets / static_cast<uint64_t>(duration);
    ++map.counts[static_cast<size_t>(std::min<uint64_t>(bucket, buckets - 1))];
  }
  // Three sums over at most 201 neighbours of at most a million: far below 2^63.
  std::vector<int64_t> smooth(map.counts.begin(), map.counts.end());
  const int64_t radius = std::max<int64_t>(1, buckets / 100);
  for (int pass = 0; pass < 3; ++pass) smooth = MovingSums(smooth, radius);
  const int64_t highest = std::max<int64_t>(1, *std::max_element(smooth.begin(), smooth.end()));
  for (const int64_t value : smooth) {
    map.curve.push_back(static_cast<uint16_t>((value * 1000 + highest / 2) / highest));
  }
  return map;
}

Result<Heatmap> MakeHeatmapOfSeconds(std::span<const double> times, double duration, uint32_t buckets) {
  std::vector<int64_t> micros;
  micros.reserve(times.size());
  for (const double time : times) micros.push_back(ScaledInteger(time, kMicros).value_or(-1));
  return MakeHeatmap(micros, ScaledInteger(duration, kMicros).value_or(0), buckets);
}

}  // namespace sotto::formats
