#include "sotto/overlay/lanes.h"

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
  geometry.crossing = 10'000'000;
  geometry.patience = 1'000'000;
  return geometry;
}

// A comment that enters the lane at t.
Place PlaceAt(const Lanes& lanes, const Geometry& geometry, int32_t lane, MediaTime t, int32_t width) {
  return {lanes.Distance(lane, t) + geometry.width, width, 0};
}

TEST(Lanes, CrossTheScreenInTheirTimeWithinSixPercent) {
  const Lanes lanes(Sizes(100));
  for (int32_t lane = 0; lane < 100; ++lane) {
    EXPECT_EQ(lanes.Distance(lane, 0), 0);
    EXPECT_LT(lanes.Distance(lane, 9'399'999), 1'000);
    EXPECT_GE(lanes.Distance(lane, 10'600'000), 1'000);
  }
}

TEST(Lanes, HaveSpeedsThatDifferFromTheirNeighboursByOnePercentAtLeast) {
  const Lanes lanes(Sizes(40));
  for (int32_t lane = 1; lane < 40; ++lane) {
    const int64_t here = lanes.Distance(lane, 10'000'000);
    const int64_t above = lanes.Distance(lane - 1, 10'000'000);
    EXPECT_GE(std::abs(here - above), 10) << lane;
  }
}

TEST(Lanes, MoveAsFarAsTheWidestScreenDoesInThirtyDays) {
  Geometry geometry = Sizes(1, 16'384);
  geometry.crossing = 1'000'000;
  const Lanes lanes(geometry);
  // Lane 0 crosses in 94 % of the time: 16,384 * 2,592,000 s / 0.94 s, rounded down.
  EXPECT_EQ(lanes.Distance(0, kMaxMediaTime), INT64_C(45'178'008'510));
}

TEST(Lanes, AreTakenFromTheTop) {
  const Geometry geometry = Sizes(3);
  Lanes lanes(geometry);
  std::vector<int32_t> order;
  while (const auto lane = lanes.FirstFree(0)) {
    order.push_back(*lane);
    lanes.Occupy(*lane, PlaceAt(lanes, geometry, *lane, 0, 100));
  }
  EXPECT_EQ(order, (std::vector<int32_t>{0, 1, 2}));
}

TEST(Lanes, AreNeverFreeIfThereIsNone) {
  Lanes lanes(Sizes(0));
  EXPECT_EQ(lanes.FirstFree(kMaxMediaTime), std::nullopt);
  EXPECT_FALSE(lanes.Reserve({.id = 1, .width = 1, .at = 0, .own = true}).has_value());
}

TEST(Lanes, AreFreeAgainOnceReleased) {
  const Geometry geometry = Sizes(1);
  Lanes lanes(geometry);
  lanes.Occupy(0, PlaceAt(lanes, geometry, 0, 0, 100));
  ASSERT_EQ(lanes.FirstFree(0), std::nullopt);
  lanes.Release(0);
  EXPECT_EQ(lanes.FirstFree(0), 0);
}

RC_GTEST_PROP(Lanes, AreFreeFromTheVeryMicrosecondAtWhichCommentAndGapHaveEntered, ()) {
  const auto width = *rc::gen::inRange(1, 16'385);
  const auto lane = *rc::gen::inRange(0, 8);
  const auto t = *rc::gen::inRange<MediaTime>(0, kMaxMediaTime - 100'000'000);
  const Geometry geometry = Sizes(8, width);
  Lanes lanes(geometry);
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
  RC_ASSERT(lanes.FirstFree(low) == lane);
  RC_ASSERT(lanes.FirstFree(low - 1) == std::nullopt);
}

TEST(Reserve, EntersAtOnceInAFreeLane) {
  Lanes lanes(Sizes(1));
  const auto slot = lanes.Reserve({.id = 7, .width = 100, .at = 5'000'000, .own = false});
  ASSERT_TRUE(slot.has_value());
  EXPECT_EQ(slot->lane, 0);
  EXPECT_EQ(slot->enters, 5'000'000);
  EXPECT_EQ(slot->place.start, 1'000 + 531);  // 5 s of a crossing of 9.4 s
  EXPECT_EQ(slot->place.width, 100);
  EXPECT_EQ(slot->place.id, 7U);
}

TEST(Reserve, ClipsACommentThatIsTooWide) {
  Lanes lanes(Sizes(1));
  EXPECT_EQ(lanes.Reserve({.id = 7, .width = 501, .at = 0, .own = false})->place.width, 500);
}

TEST(Reserve, WaitsForALaneNoLongerThanThePatience) {
  // The first takes the lane for (100 + 20) pixels: 1,128,000 us.
  for (const auto& [at, enters] : {std::pair<MediaTime, bool>{128'000, true}, {127'999, false}}) {
    Lanes lanes(Sizes(1));
    ASSERT_TRUE(lanes.Reserve({.id = 1, .width = 100, .at = 0, .own = false}).has_value());
    const auto slot = lanes.Reserve({.id = 2, .width = 100, .at = at, .own = false});
    ASSERT_EQ(slot.has_value(), enters) << at;
    if (slot) {
      EXPECT_EQ(slot->enters, 1'128'000);
    }
  }
}

TEST(Reserve, LetsAnOwnCommentWaitForAsLongAsItTakes) {
  Lanes lanes(Sizes(1));
  for (uint32_t id = 1; id <= 100; ++id) {
    ASSERT_TRUE(lanes.Reserve({.id = id, .width = 400, .at = 0, .own = true}).has_value());
  }
}

TEST(Reserve, EndsWithTheMediaTime) {
  Lanes lanes(Sizes(1));
  ASSERT_TRUE(lanes.Reserve({.id = 1, .width = 400, .at = kMaxMediaTime, .own = true}).has_value());
  EXPECT_FALSE(lanes.Reserve({.id = 2, .width = 400, .at = kMaxMediaTime, .own = true}).has_value());
}

}  // namespace
}  // namespace sotto::overlay
