#include "sotto/overlay/geometry.h"

#include <gtest/gtest.h>

#include <string>

namespace sotto::overlay {
namespace {

struct BadOption {
  const char* name;
  int32_t PlannerOptions::* field;
  int32_t least, most;
};

class GeometryOption : public testing::TestWithParam<BadOption> {};

TEST_P(GeometryOption, IsRefusedByNameOutsideItsRangeAndTakenAtItsEnds) {
  const BadOption& option = GetParam();
  PlannerOptions options;
  options.height = 16'384;
  for (const int32_t good : {option.least, option.most}) {
    options.*option.field = good;
    EXPECT_TRUE(Geometry::From(options).ok()) << good;
  }
  for (const int32_t bad : {option.least - 1, option.most + 1, INT32_MIN, INT32_MAX}) {
    options.*option.field = bad;
    const auto geometry = Geometry::From(options);
    ASSERT_FALSE(geometry.ok()) << bad;
    EXPECT_EQ(geometry.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(geometry.error().message.find(std::string("option ") + option.name + " is " + std::to_string(bad)),
              std::string::npos)
        << geometry.error().message;
    EXPECT_NE(geometry.error().hint.find(std::to_string(option.most)), std::string::npos) << geometry.error().hint;
  }
}

INSTANTIATE_TEST_SUITE_P(Each, GeometryOption,
                         testing::Values(BadOption{"width", &PlannerOptions::width, 1, 16'384},
                                         BadOption{"height", &PlannerOptions::height, 1, 16'384},
                                         BadOption{"lane_height", &PlannerOptions::lane_height, 8, 1'024},
                                         BadOption{"top", &PlannerOptions::top, 0, 16'384},
                                         BadOption{"lanes", &PlannerOptions::lanes, 0, 2'048},
                                         BadOption{"max_comment_width", &PlannerOptions::max_comment_width, 64, 8'192},
                                         BadOption{"reverse_lanes", &PlannerOptions::reverse_lanes, 0, 2'048},
                                         BadOption{"still_rows", &PlannerOptions::still_rows, 0, 2'048},
                                         BadOption{"text_scale", &PlannerOptions::text_scale, 10'000, 100'000'000},
                                         BadOption{"spread", &PlannerOptions::spread, 0, 500},
                                         BadOption{"max_visible", &PlannerOptions::max_visible, 0, 100'000},
                                         BadOption{"gap", &PlannerOptions::gap, 0, 1'024}),
                         [](const auto& test) { return test.param.name; });

TEST(Geometry, RefusesTimesOutsideTheirRangeByName) {
  for (const MediaTime bad : {INT64_C(999'999), INT64_C(60'000'001)}) {
    PlannerOptions options;
    options.crossing = bad;
    const auto geometry = Geometry::From(options);
    ASSERT_FALSE(geometry.ok());
    EXPECT_NE(geometry.error().message.find("crossing"), std::string::npos);
  }
  for (const MediaTime bad : {INT64_C(-1), INT64_C(60'000'001)}) {
    PlannerOptions options;
    options.patience = bad;
    const auto geometry = Geometry::From(options);
    ASSERT_FALSE(geometry.ok());
    EXPECT_NE(geometry.error().message.find("patience"), std::string::npos);
  }
}

TEST(Geometry, RefusesAStillTimeAndAnOverlapThatItDoesNotKnow) {
  for (const MediaTime bad : {INT64_C(99'999), INT64_C(60'000'001)}) {
    PlannerOptions options;
    options.still = bad;
    const auto geometry = Geometry::From(options);
    ASSERT_FALSE(geometry.ok());
    EXPECT_NE(geometry.error().message.find("still"), std::string::npos);
  }
  PlannerOptions options;
  options.overlap = static_cast<Overlap>(3);
  const auto geometry = Geometry::From(options);
  ASSERT_FALSE(geometry.ok());
  EXPECT_NE(geometry.error().message.find("overlap"), std::string::npos);
}

TEST(Geometry, ScalesCommentsAndClipsThem) {
  PlannerOptions options;
  options.max_comment_width = 500;
  const auto width = [&options](int32_t scale, int32_t of) {
    options.text_scale = scale;
    return Geometry::From(options).value().WidthOf({.id = 1, .width = of});
  };
  EXPECT_EQ(width(1'000'000, 300), 300);
  EXPECT_EQ(width(1'000'000, 501), 500);
  EXPECT_EQ(width(1'500'000, 301), 452);  // rounded up
  EXPECT_EQ(width(10'000, 1), 1);
  EXPECT_EQ(width(100'000'000, 1'000'000), 500);
}

TEST(Geometry, RoutesAModeWithoutLanesOrRowsToThoseThatThereAre) {
  PlannerOptions options;
  const auto route = [&options](Mode mode) { return Geometry::From(options).value().Route(mode); };
  EXPECT_EQ(route(Mode::kReverse), Mode::kScroll);
  EXPECT_EQ(route(Mode::kTop), Mode::kScroll);
  EXPECT_EQ(route(Mode::kFree), Mode::kFree);
  options.reverse_lanes = 2'048;
  EXPECT_EQ(route(Mode::kScroll), Mode::kReverse);
  EXPECT_EQ(route(Mode::kBottom), Mode::kReverse);
  options.reverse_lanes = 1;
  options.still_rows = 1;
  for (const Mode mode : {Mode::kScroll, Mode::kReverse, Mode::kTop, Mode::kBottom, Mode::kFree}) {
    EXPECT_EQ(route(mode), mode);
  }
}

TEST(Geometry, RefusesATopBelowTheScreen) {
  PlannerOptions options;
  options.height = 100;
  options.top = 101;
  EXPECT_FALSE(Geometry::From(options).ok());
}

TEST(Geometry, HasAsManyLanesAsFit) {
  PlannerOptions options;
  options.height = 720;
  options.top = 10;
  options.lane_height = 36;
  EXPECT_EQ(Geometry::From(options).value().lanes, 19);
  options.lanes = 5;
  EXPECT_EQ(Geometry::From(options).value().lanes, 5);
  options.lanes = 20;
  EXPECT_EQ(Geometry::From(options).value().lanes, 19);
  options.top = 700;
  EXPECT_EQ(Geometry::From(options).value().lanes, 0);
}

TEST(Geometry, HasStripsThatHoldScreenAndWidestCommentAndLittleMore) {
  PlannerOptions options;
  options.width = 1'920;
  options.max_comment_width = 2'048;
  // 1,920 + 2,048 + twice (1,920 / 16 + 16) = 4,240; the next multiple of 64.
  EXPECT_EQ(Geometry::From(options).value().strip_width, 4'288);
}

}  // namespace
}  // namespace sotto::overlay
