#include "sotto/overlay/layers/scroll/strip.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "overlay/pixel_canvas.h"

namespace sotto::overlay {
namespace {

// Strips of 256 pixels: 100 of screen, 64 of the widest comment, 22 behind, and some more.
Geometry Sizes() {
  PlannerOptions options;
  options.width = 100;
  options.height = 100;
  options.lane_height = 10;
  options.top = 5;
  options.max_comment_width = 64;
  return Geometry::From(options).value();
}

TEST(Strip, HoldsNothingAtFirst) {
  const Strip strip(Sizes(), 0);
  EXPECT_FALSE(strip.Holds(0));
  EXPECT_FALSE(strip.Holds(1'000));
}

TEST(Strip, HoldsWhatAScreenMayStepBackToAndARingForward) {
  Commands commands;
  Strip strip(Sizes(), 3);
  strip.Restart(1'000, commands);
  EXPECT_EQ(commands, (Commands{{Op::kClear, 3, 0, 30, 256, 10, 0, 0}}));
  EXPECT_EQ(strip.from(), 1'000 - 22);
  EXPECT_FALSE(strip.Holds(977));
  EXPECT_TRUE(strip.Holds(978));
  EXPECT_TRUE(strip.Holds(978 + 255));
  EXPECT_FALSE(strip.Holds(978 + 256));
  strip.Invalidate();
  EXPECT_FALSE(strip.Holds(1'000));
}

TEST(Strip, DoesNotReachBeforeTheFirstColumn) {
  Commands commands;
  Strip strip(Sizes(), 0);
  strip.Restart(5, commands);
  EXPECT_EQ(strip.from(), 0);
}

TEST(Strip, IsClearedInPiecesAheadOfTheWidestComment) {
  Commands commands;
  Strip strip(Sizes(), 0);
  strip.Restart(0, commands);
  commands.clear();
  strip.Advance(92, commands);  // 92 + 100 + 64 columns are just what the strip has
  EXPECT_TRUE(commands.empty());
  strip.Advance(93, commands);  // all that lies 22 columns behind becomes what lies ahead
  EXPECT_EQ(commands, (Commands{{Op::kClear, 0, 0, 0, 71, 10, 0, 0}}));
  EXPECT_EQ(strip.from(), 71);
}

TEST(Strip, DrawsACommentAcrossItsEndInTwoParts) {
  Commands commands;
  Strip strip(Sizes(), 2);
  strip.Restart(100, commands);
  commands.clear();
  strip.Raster({.start = 250, .width = 40, .id = 9}, commands);
  EXPECT_EQ(commands, (Commands{{Op::kRaster, 9, 2, 250, 20, 6, 10, 0}, {Op::kRaster, 9, 2, 0, 20, 34, 10, 6}}));
}

TEST(Strip, DrawsOfACommentThatHasPartlyLeftOnlyTheRest) {
  Commands commands;
  Strip strip(Sizes(), 0);
  strip.Restart(100, commands);
  commands.clear();
  strip.Raster({.start = 70, .width = 40, .id = 9}, commands);
  EXPECT_EQ(commands, (Commands{{Op::kRaster, 9, 0, 78, 0, 32, 10, 8}}));
}

TEST(Strip, IsCopiedToItsLaneOfTheScreen) {
  Commands commands;
  Strip strip(Sizes(), 2);
  strip.Restart(200, commands);
  commands.clear();
  strip.Blit(210, 300, 200, commands);
  EXPECT_EQ(commands, (Commands{{Op::kBlit, 2, 210, 20, 46, 10, 10, 25}, {Op::kBlit, 2, 0, 20, 44, 10, 56, 25}}));
}

TEST(Strip, OfALaneThatFlowsToTheRightIsMirrored) {
  PlannerOptions options;
  options.width = 100;
  options.height = 30;
  options.lane_height = 10;
  options.max_comment_width = 64;
  options.reverse_lanes = 1;
  Commands commands;
  Strip strip(Geometry::From(options).value(), 2);
  strip.Restart(100, commands);
  commands.clear();
  // Columns 250 to 289 of 256: six at the left end of the strip, the comment's last; the rest at its right end.
  strip.Raster({.start = 250, .width = 40, .id = 9}, commands);
  EXPECT_EQ(commands, (Commands{{Op::kRaster, 9, 2, 0, 20, 6, 10, 34}, {Op::kRaster, 9, 2, 222, 20, 34, 10, 0}}));
  commands.clear();
  strip.Blit(200, 210, 200, commands);  // what leaves first is at the right edge
  EXPECT_EQ(commands, (Commands{{Op::kBlit, 2, 46, 20, 10, 10, 90, 20}}));
}

RC_GTEST_PROP(Strip, AlwaysHasTheWidestCommentsPlaceClearAndNeverClearsWhatIsInView, ()) {
  const Geometry sizes = Sizes();
  Strip strip(sizes, 0);
  // By pixel: the last column that was cleared for.
  std::vector<int64_t> cleared_for(static_cast<size_t>(sizes.strip_width), -1);
  int64_t distance = 0;
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(-30, 120))) {
    distance = std::max<int64_t>(distance + step, 0);
    Commands commands;
    if (strip.Holds(distance)) {
      strip.Advance(distance, commands);
    } else {
      strip.Restart(distance, commands);
    }
    for (const Command& c : commands) {
      for (int32_t x = c.b; x < c.b + c.d; ++x) {
        const int64_t behind = (x - strip.from() % sizes.strip_width + sizes.strip_width) % sizes.strip_width;
        cleared_for[static_cast<size_t>(x)] = strip.from() + behind;
      }
    }
    RC_ASSERT(strip.from() <= distance);
    for (int64_t column = strip.from(); column < distance + sizes.width + sizes.max_comment_width; ++column) {
      RC_ASSERT(cleared_for[static_cast<size_t>(column % sizes.strip_width)] == column);
    }
  }
}

}  // namespace
}  // namespace sotto::overlay
