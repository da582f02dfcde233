#include "sotto/formats/heatmap.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {
namespace {

TEST(MakeHeatmap, CountsInBucketsTheEndInTheLastOne) {
  const std::vector<int64_t> times{0, 24, 25, 50, 99, 100, 101, -1};
  EXPECT_EQ(MakeHeatmap(times, 100, 4).value().counts, (std::vector<uint32_t>{2, 1, 1, 2}));
}

TEST(MakeHeatmap, SmoothsAPeakToABellPerMilleOfItsHighest) {
  const std::vector<int64_t> times(7, 50);
  const Heatmap map = MakeHeatmap(times, 100, 11).value();
  EXPECT_EQ(map.curve, (std::vector<uint16_t>{0, 0, 143, 429, 857, 1000, 857, 429, 143, 0, 0}));
}

TEST(MakeHeatmap, IsFlatWhereNothingOrAlwaysTheSameWasSaid) {
  EXPECT_EQ(MakeHeatmap({}, 100, 3).value().curve, (std::vector<uint16_t>{0, 0, 0}));
  EXPECT_EQ(MakeHeatmap(std::vector<int64_t>{0, 1, 2}, 3, 3).value().curve, (std::vector<uint16_t>{1000, 1000, 1000}));
  EXPECT_EQ(MakeHeatmap(std::vector<int64_t>{5}, 10, 1).value().curve, (std::vector<uint16_t>{1000}));
}

TEST(MakeHeatmap, RefusesDurationsAndBucketsOutOfRange) {
  for (const int64_t duration : {int64_t{0}, int64_t{-1}, kMaxTime + 1}) {
    EXPECT_EQ(MakeHeatmap({}, duration, 1).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(MakeHeatmap({}, 1, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MakeHeatmap({}, 1, kMaxBuckets + 1).error().code, ErrorCode::kInvalidArgument);
}

TEST(MakeHeatmapOfSeconds, DoesNotCountWhatIsNoTime) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> times{0.5, std::nan(""), infinity, -infinity, 1.5};
  EXPECT_EQ(MakeHeatmapOfSeconds(times, 2, 2).value().counts, (std::vector<uint32_t>{1, 1}));
  EXPECT_FALSE(MakeHeatmapOfSeconds(times, std::nan(""), 2).ok());
}

RC_GTEST_PROP(MakeHeatmap, CountsEachTimeOnceAndDoesNotDependOnTheirOrder, ()) {
  const auto duration = *rc::gen::inRange<int64_t>(1, kMaxTime);
  const auto buckets = *rc::gen::inRange<uint32_t>(1, 500);
  auto times = *rc::gen::container<std::vector<int64_t>>(rc::gen::inRange<int64_t>(0, duration + 1));
  const Heatmap map = MakeHeatmap(times, duration, buckets).value();
  RC_ASSERT(std::accumulate(map.counts.begin(), map.counts.end(), size_t{0}) == times.size());
  if (!times.empty()) RC_ASSERT(*std::max_element(map.curve.begin(), map.curve.end()) == 1000);
  std::reverse(times.begin(), times.end());
  const Heatmap again = MakeHeatmap(times, duration, buckets).value();
  RC_ASSERT(again.counts == map.counts);
  RC_ASSERT(again.curve == map.curve);
}

}  // namespace
}  // namespace sotto::formats
