#include "sotto/overlay/layers/scroll/lanes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace sotto::overlay {
namespace {

Geometry Sizes(int32_t lanes, int32_t width = 1'000) {
  Geometry geometry;
  geometry.width = width;
  geometry.lanes = lanes;
  geometry.lane_height = 10;
  geometry.max_comment_width = 500;
  geometry.gap = 20;
  geometry.text_scale = 1'000'000;
  geometry.spread = 60;
  geometry.crossing = 10'000'000;
  geometry.patience = 1'000'000;
  return geometry;
}

// A comment that enters the lane at t.
Place PlaceAt(const Lanes& lanes, const Geometry& geometry, int32_t lane, MediaTime t, int32_t width) {
  return {lanes.Distance(lane, t) + geometry.width, width, 0};
}

TEST(Lanes, CrossTheScreenInTheirTimeWithinSixPercent) {
  const Lanes lanes(Sizes(100), false);
  for (int32_t lane = 0; lane < 100; ++lane) {
    EXPECT_EQ(lanes.Distance(lane, 0), 0);
    EXPECT_LT(lanes.Distance(lane, 9'399'999), 1'000);
    EXPECT_GE(lanes.Distance(lane, 10'600'000), 1'000);
  }
}

TEST(Lanes, HaveSpeedsThatDifferFromTheirNeighboursByOnePercentAtLeast) {
  const Lanes lanes(Sizes(40), false);
  for (int32_t lane = 1; lane < 40; ++lane) {
    const int64_t here = lanes.Distance(lane, 10'000'000);
    const int64_t above = lanes.Distance(lane - 1, 10'000'000);
    EXPECT_GE(std::abs(here - above), 10) << lane;
  }
}

TEST(Lanes, MoveAsFarAsTheWidestScreenDoesInThirtyDays) {
  Geometry geometry = Sizes(1, 16'384);
  geometry.crossing = 1'000'000;
  const Lanes lanes(geometry, false);
  // Lane 0 crosses in 94 % of the time: 16,384 * 2,592,000 s / 0.94 s, rounded down.
  EXPECT_EQ(lanes.Distance(0, kMaxMediaTime), INT64_C(45'178'008'510));
}

TEST(Lanes, AreTakenFromTheTop) {
  const Geometry geometry = Sizes(3);
  Lanes lanes(geometry, false);
  std::vector<int32_t> order;
  while (lanes.Ready(0) == 0) {
    order.push_back(lanes.Choose(0));
    lanes.Occupy(order.back(), PlaceAt(lanes, geometry, order.back(), 0, 100));
  }
  EXPECT_EQ(order, (std::vector<int32_t>{0, 1, 2}));
}

TEST(Lanes, AreNeverReadyIfThereIsNone) {
  for (const Overlap overlap : {Overlap::kNever, Overlap::kWhenFull, Overlap::kAlways}) {
    Geometry geometry = Sizes(0);
    geometry.overlap = overlap;
    EXPECT_GT(Lanes(geometry, false).Ready(0), kMaxMediaTime);
  }
}

TEST(Lanes, AreFreeAgainOnceReleased) {
  const Geometry geometry = Sizes(1);
  Lanes lanes(geometry, false);
  lanes.Occupy(0, PlaceAt(lanes, geometry, 0, 0, 100));
  ASSERT_GT(lanes.Ready(0), 0);
  lanes.Release(0);
  EXPECT_EQ(lanes.Ready(0), 0);
}

TEST(Lanes, OfEachDirectionAreNumberedAmongAll) {
  Geometry geometry = Sizes(5);
  geometry.reverse_lanes = 2;
  Lanes left(geometry, false);
  Lanes right(geometry, true);
  EXPECT_EQ(left.first(), 0);
  EXPECT_EQ(left.end(), 3);
  EXPECT_EQ(right.first(), 3);
  EXPECT_EQ(right.end(), 5);
  EXPECT_EQ(right.Choose(0), 3);
  right.Occupy(3, PlaceAt(right, geometry, 3, 0, 100));
  EXPECT_EQ(right.Choose(0), 4);
  EXPECT_EQ(left.Choose(0), 0);
}

TEST(Lanes, ThatMayOverlapWhenFullAreTakenInTheOrderInWhichTheyBecomeFree) {
  Geometry geometry = Sizes(3);
  geometry.overlap = Overlap::kWhenFull;
  Lanes lanes(geometry, false);
  for (int32_t lane = 0; lane < 3; ++lane) lanes.Occupy(lane, PlaceAt(lanes, geometry, lane, 0, 300 - 100 * lane));
  EXPECT_EQ(lanes.Ready(0), 0);
  EXPECT_EQ(lanes.Choose(0), 2);
}

TEST(Lanes, ThatMayAlwaysOverlapAreTakenInTurn) {
  Geometry geometry = Sizes(3);
  geometry.overlap = Overlap::kAlways;
  Lanes lanes(geometry, false);
  std::vector<int32_t> order;
  for (int i = 0; i < 5; ++i) {
    order.push_back(lanes.Choose(0));
    lanes.Occupy(order.back(), PlaceAt(lanes, geometry, order.back(), 0, 100));
  }
  EXPECT_EQ(order, (std::vector<int32_t>{0, 1, 2, 0, 1}));
}

RC_GTEST_PROP(Lanes, AreFreeFromTheVeryMicrosecondAtWhichCommentAndGapHaveEntered, ()) {
  const auto width = *rc::gen::inRange(1, 16'385);
  const auto lane = *rc::gen::inRange(0, 8);
  const auto t = *rc::gen::inRange<MediaTime>(0, kMaxMediaTime - 100'000'000);
  const Geometry geometry = Sizes(8, width);
  Lanes lanes(geometry, false);
  for (int32_t other = 0; other < 8; ++other) {
    // All others are taken for longer.
    lanes.Occupy(other, PlaceAt(lanes, geometry, other, t, other == lane ? 100 : 10'000));
  }
  const int64_t clear_of = lanes.Distance(lane, t) + 100 + geometry.gap;
  MediaTime low = t;
  MediaTime high = t + INT64_C(2'000'000'000);
  while (low < high) {  // the first time at which the lane has moved so far, by bisection
    const MediaTime middle = low + (high - low) / 2;
    if (lanes.Distance(lane, middle) >= clear_of) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  RC_ASSERT(lanes.Ready(low) == low);
  RC_ASSERT(lanes.Choose(low) == lane);
  RC_ASSERT(lanes.Ready(low - 1) == low);
}

TEST(Lanes, GiveACommentItsPlaceAtTheEdge) {
  const Lanes lanes(Sizes(1), false);
  const Place place = lanes.EnteringAt(0, 5'000'000, {.id = 7, .width = 100});
  EXPECT_EQ(place.start, 1'000 + 531);  // 5 s of a crossing of 9.4 s
  EXPECT_EQ(place.width, 100);
  EXPECT_EQ(place.id, 7U);
  EXPECT_EQ(lanes.EnteringAt(0, 0, {.id = 7, .width = 501}).width, 500);  // clipped
}

}  // namespace
}  // namespace sotto::overlay
