#include "sotto/overlay/layers/still/rows.h"

#include <gtest/gtest.h>

namespace sotto::overlay {
namespace {

Geometry Sizes() {
  PlannerOptions options;
  options.width = 200;
  options.height = 100;
  options.top = 5;
  options.lane_height = 20;
  options.still_rows = 3;
  options.max_comment_width = 1'000;
  return Geometry::From(options).value();
}

Visible DrawnAt(Mode mode, const Comment& comment, int32_t row = 0) {
  return StillRows(Sizes(), mode).SpotOf({comment, row, 0, 1}).Drawn(comment.id);
}

void ExpectRectangle(const Visible& is, int32_t x, int32_t y, int32_t width, int32_t height) {
  EXPECT_EQ(is.x, x);
  EXPECT_EQ(is.y, y);
  EXPECT_EQ(is.width, width);
  EXPECT_EQ(is.height, height);
}

TEST(StillRows, AreCentredFromTheTopAndFromTheBottom) {
  ExpectRectangle(DrawnAt(Mode::kTop, {.id = 1, .width = 50}), 75, 5, 50, 20);
  ExpectRectangle(DrawnAt(Mode::kTop, {.id = 1, .width = 50}, 2), 75, 45, 50, 20);
  ExpectRectangle(DrawnAt(Mode::kBottom, {.id = 1, .width = 50}), 75, 80, 50, 20);
  ExpectRectangle(DrawnAt(Mode::kBottom, {.id = 1, .width = 50}, 1), 75, 60, 50, 20);
}

TEST(StillRows, ScaleWhatIsWiderThanTheScreen) {
  const Comment wide{.id = 1, .width = 400};
  EXPECT_EQ(StillRows(Sizes(), Mode::kTop).SpotOf({wide, 0, 0, 1}).scale, 500);
  ExpectRectangle(DrawnAt(Mode::kTop, wide), 0, 10, 200, 10);
}

TEST(StillRows, MoveFreeOnesInsideTheScreen) {
  Comment comment{.id = 1, .width = 50, .mode = Mode::kFree, .x = 1'500, .y = 4'000, .height = 10};
  ExpectRectangle(DrawnAt(Mode::kFree, comment), 30, 40, 50, 10);
  comment.x = -16'384;
  comment.y = 16'384;
  ExpectRectangle(DrawnAt(Mode::kFree, comment), 0, 90, 50, 10);
  comment.height = 400;  // scaled to a quarter
  ExpectRectangle(DrawnAt(Mode::kFree, comment), 0, 0, 13, 100);
  comment.height = 0;
  ExpectRectangle(DrawnAt(Mode::kFree, comment), 0, 80, 50, 20);
}

TEST(StillRows, AreTakenFromTheFirstAndReadyOnceOneIsFree) {
  StillRows rows(Sizes(), Mode::kTop);
  for (int32_t row = 0; row < 3; ++row) {
    ASSERT_EQ(rows.Ready(7), 7);
    const Stand stand = rows.Choose(7, {.id = 1, .width = 9, .duration = 1'000 * (3 - row)});
    EXPECT_EQ(stand.row, row);
    EXPECT_EQ(stand.until, 7 + 1'000 * (3 - row));
    rows.Occupy(stand);
  }
  EXPECT_EQ(rows.Ready(7), 1'007);
  EXPECT_EQ(rows.Choose(1'007, {.id = 2, .width = 9}).row, 2);
  EXPECT_EQ(rows.Choose(1'007, {.id = 2, .width = 9}).until, 1'007 + Sizes().still);
  rows.Reset();
  EXPECT_EQ(rows.Ready(7), 7);
}

TEST(Spot, HoldsThePointsThatAreDrawn) {
  const Spot spot{10, 20, 40, 8, 500};  // drawn from 20 to 39, 22 to 25
  EXPECT_TRUE(spot.Holds(20, 22));
  EXPECT_TRUE(spot.Holds(39, 25));
  for (const auto& [x, y] : {std::pair{19, 22}, {40, 22}, {20, 21}, {20, 26}, {INT32_MIN, INT32_MAX}}) {
    EXPECT_FALSE(spot.Holds(x, y)) << x << ' ' << y;
  }
}

}  // namespace
}  // namespace sotto::overlay
