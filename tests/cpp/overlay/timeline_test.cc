#include "sotto/overlay/timeline.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <random>

namespace sotto::overlay {
namespace {

Geometry Sizes(int32_t lanes) {
  PlannerOptions options;
  options.width = 500;
  options.height = 16 * lanes;
  options.lane_height = 16;
  options.max_comment_width = 200;
  options.patience = 500'000;
  return Geometry::From(options).value();
}

std::vector<Comment> SomeComments() {
  const auto count = *rc::gen::inRange<uint32_t>(0, 200);
  std::vector<Comment> comments;
  for (uint32_t id = 0; id < count; ++id) {
    comments.push_back({.id = id,
                        .width = *rc::gen::inRange(1, 300),
                        .at = *rc::gen::inRange<MediaTime>(0, 30'000'000),
                        .own = *rc::gen::arbitrary<bool>()});
  }
  return comments;
}

std::vector<std::vector<std::pair<int64_t, uint32_t>>> PlacesOf(const Timeline& timeline, int32_t lanes) {
  std::vector<std::vector<std::pair<int64_t, uint32_t>>> places(static_cast<size_t>(lanes));
  for (int32_t lane = 0; lane < lanes; ++lane) {
    for (const Place& place : timeline.lane(lane))
      places[static_cast<size_t>(lane)].emplace_back(place.start, place.id);
  }
  return places;
}

TEST(Timeline, IsEmptyWithoutARecording) {
  Timeline timeline;
  EXPECT_TRUE(timeline.lane(0).empty());
  timeline.Arrange(Sizes(2));
  EXPECT_TRUE(timeline.lane(1).empty());
  EXPECT_EQ(timeline.admitted(), 0U);
  EXPECT_EQ(timeline.dropped(), 0U);
}

RC_GTEST_PROP(Timeline, KeepsThePlacesOfALaneInOrderAndAGapApart, ()) {
  const Geometry sizes = Sizes(3);
  Timeline timeline;
  timeline.Load(SomeComments(), sizes);
  for (int32_t lane = 0; lane < 3; ++lane) {
    const auto places = timeline.lane(lane);
    for (size_t i = 1; i < places.size(); ++i) RC_ASSERT(places[i].start >= places[i - 1].end() + sizes.gap);
  }
}

RC_GTEST_PROP(Timeline, DoesNotDependOnTheOrderOfItsInput, ()) {
  std::vector<Comment> comments = SomeComments();
  Timeline once;
  once.Load(comments, Sizes(3));
  std::shuffle(comments.begin(), comments.end(), std::minstd_rand(*rc::gen::arbitrary<unsigned>()));
  Timeline again;
  again.Load(comments, Sizes(3));
  RC_ASSERT(PlacesOf(once, 3) == PlacesOf(again, 3));
}

RC_GTEST_PROP(Timeline, IsTheSameAfterAnotherArrangement, ()) {
  Timeline timeline;
  timeline.Load(SomeComments(), Sizes(3));
  const auto before = PlacesOf(timeline, 3);
  timeline.Arrange(Sizes(7));
  timeline.Arrange(Sizes(3));
  RC_ASSERT(PlacesOf(timeline, 3) == before);
}

TEST(Timeline, CountsWhatFoundNoLaneInTime) {
  std::vector<Comment> comments;
  for (uint32_t id = 0; id < 10; ++id) comments.push_back({.id = id, .width = 200, .at = 0, .own = false});
  Timeline timeline;
  timeline.Load(comments, Sizes(4));
  EXPECT_EQ(timeline.admitted(), 4U);
  EXPECT_EQ(timeline.dropped(), 6U);
}

}  // namespace
}  // namespace sotto::overlay
