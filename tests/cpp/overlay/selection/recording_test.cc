#include "sotto/overlay/selection/recording.h"

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

std::vector<std::vector<std::pair<int64_t, uint32_t>>> PlacesOf(const Recording& recording, int32_t lanes) {
  std::vector<std::vector<std::pair<int64_t, uint32_t>>> places(static_cast<size_t>(lanes));
  for (int32_t lane = 0; lane < lanes; ++lane) {
    for (const Place& place : recording.lane(lane))
      places[static_cast<size_t>(lane)].emplace_back(place.start, place.id);
  }
  return places;
}

TEST(Recording, IsEmptyWithoutARecording) {
  Recording recording;
  EXPECT_TRUE(recording.lane(0).empty());
  recording.Arrange(Sizes(2));
  EXPECT_TRUE(recording.lane(1).empty());
  EXPECT_EQ(recording.admitted(), 0U);
  EXPECT_EQ(recording.dropped().size(), 0U);
}

RC_GTEST_PROP(Recording, KeepsThePlacesOfALaneInOrderAndAGapApart, ()) {
  const Geometry sizes = Sizes(3);
  Recording recording;
  recording.Load(SomeComments(), sizes);
  for (int32_t lane = 0; lane < 3; ++lane) {
    const auto places = recording.lane(lane);
    for (size_t i = 1; i < places.size(); ++i) RC_ASSERT(places[i].start >= places[i - 1].end() + sizes.gap);
  }
}

RC_GTEST_PROP(Recording, DoesNotDependOnTheOrderOfItsInput, ()) {
  std::vector<Comment> comments = SomeComments();
  Recording once;
  once.Load(comments, Sizes(3));
  std::shuffle(comments.begin(), comments.end(), std::minstd_rand(*rc::gen::arbitrary<unsigned>()));
  Recording again;
  again.Load(comments, Sizes(3));
  RC_ASSERT(PlacesOf(once, 3) == PlacesOf(again, 3));
}

RC_GTEST_PROP(Recording, IsTheSameAfterAnotherArrangement, ()) {
  Recording recording;
  recording.Load(SomeComments(), Sizes(3));
  const auto before = PlacesOf(recording, 3);
  recording.Arrange(Sizes(7));
  recording.Arrange(Sizes(3));
  RC_ASSERT(PlacesOf(recording, 3) == before);
}

TEST(Recording, CountsWhatFoundNoLaneInTime) {
  std::vector<Comment> comments;
  for (uint32_t id = 0; id < 10; ++id) comments.push_back({.id = id, .width = 200, .at = 0, .own = false});
  Recording recording;
  recording.Load(comments, Sizes(4));
  EXPECT_EQ(recording.admitted(), 4U);
  EXPECT_EQ(recording.dropped().size(), 6U);
}

TEST(Recording, LetsACommentWaitNoLongerThanItsPatienceUnlessItIsOwn) {
  const Geometry sizes = Sizes(1);
  // The first takes the lane for (200 + 24) pixels, at 500 in 0.94 * 8 s: 3,368,960 us.
  for (const auto& [at, own, enters] :
       {std::tuple<MediaTime, bool, bool>{2'868'960, false, true}, {2'868'959, false, false}, {1, true, true}}) {
    Recording recording;
    recording.Load(std::vector<Comment>{{.id = 1, .width = 200}, {.id = 2, .width = 9, .at = at, .own = own}}, sizes);
    EXPECT_EQ(recording.admitted() == 2, enters) << at;
    EXPECT_EQ(recording.still(Mode::kTop).size(), 0U);
  }
}

TEST(Recording, LetsThoseOfHigherPriorityInFirstAmongThoseThatWait) {
  Recording recording;
  recording.Load(std::vector<Comment>{{.id = 1, .width = 20, .at = 0},
                                      {.id = 2, .width = 20, .at = 1},
                                      {.id = 3, .width = 20, .at = 2, .priority = 7},
                                      {.id = 4, .width = 20, .at = 3, .own = true}},
                 [] {
                   Geometry sizes = Sizes(1);
                   sizes.patience = 60'000'000;
                   return sizes;
                 }());
  std::vector<uint32_t> order;
  for (const Place& place : recording.lane(0)) order.push_back(place.id);
  EXPECT_EQ(order, (std::vector<uint32_t>{1, 4, 3, 2}));
}

TEST(Recording, TellsWhatWasInTheWay) {
  Geometry sizes = Sizes(1);
  sizes.max_visible = 1;
  sizes.still_rows = 1;
  Recording recording;
  recording.Load(std::vector<Comment>{{.id = 1, .width = 20, .at = 0},
                                      {.id = 2, .width = 20, .at = 100'000},
                                      {.id = 3, .width = 20, .at = 4'000'000, .mode = Mode::kTop},
                                      {.id = 4, .width = 20, .at = 20'000'000}},
                 sizes);
  ASSERT_EQ(recording.dropped().size(), 2U);
  EXPECT_EQ(recording.dropped()[0].id, 2U);
  EXPECT_EQ(recording.dropped()[0].reason, DropReason::kNoLane);
  EXPECT_EQ(recording.dropped()[1].id, 3U);
  EXPECT_EQ(recording.dropped()[1].reason, DropReason::kFull);
  sizes.max_visible = 0;
  recording.Arrange(sizes);
  ASSERT_EQ(recording.dropped().size(), 4U);
  for (const Dropped& dropped : recording.dropped()) EXPECT_EQ(dropped.reason, DropReason::kFull);
}

TEST(Recording, GivesStillCommentsRowsAndFreeOnesTheirPlace) {
  Geometry sizes = Sizes(4);
  sizes.still_rows = 2;
  Recording recording;
  std::vector<Comment> comments;
  for (uint32_t id = 1; id <= 3; ++id) comments.push_back({.id = id, .width = 20, .at = id, .mode = Mode::kBottom});
  for (uint32_t id = 4; id <= 9; ++id) comments.push_back({.id = id, .width = 20, .at = 1, .mode = Mode::kFree});
  recording.Load(comments, sizes);
  ASSERT_EQ(recording.still(Mode::kBottom).size(), 2U);
  EXPECT_EQ(recording.still(Mode::kBottom)[1].row, 1);
  EXPECT_EQ(recording.still(Mode::kBottom)[1].until, 2 + sizes.still);
  EXPECT_EQ(recording.still(Mode::kFree).size(), 6U);
}

}  // namespace
}  // namespace sotto::overlay
