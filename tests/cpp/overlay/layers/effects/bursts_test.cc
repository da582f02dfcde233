#include "sotto/overlay/layers/effects/bursts.h"

#include <gtest/gtest.h>

#include <string>

namespace sotto::overlay {
namespace {

constexpr Burst kBurst{.seed = 5, .at = 1'000'000, .x = 200, .y = 400, .count = 20, .pictures = 3, .first_picture = 7};

Geometry Sizes() {
  return Geometry::From({}).value();
}

Commands ShownAt(const Burst& burst, MediaTime now) {
  Bursts bursts;
  EXPECT_TRUE(bursts.Add(burst).ok());
  Commands commands;
  bursts.Show(now, Sizes(), commands);
  return commands;
}

TEST(Bursts, RiseAndFadeAndAreGoneInThreeSeconds) {
  EXPECT_TRUE(ShownAt(kBurst, 999'999).empty());
  size_t most = 0;
  for (MediaTime now = 1'000'000; now < 4'000'000; now += 10'000) {
    const Commands commands = ShownAt(kBurst, now);
    most = std::max(most, commands.size());
    for (const Command& c : commands) {
      EXPECT_EQ(c.op, Op::kEffect);
      EXPECT_GE(c.a, 7);
      EXPECT_LE(c.a, 9);
      EXPECT_LE(c.d, 32);
      EXPECT_EQ(c.d, c.e);
      EXPECT_GE(c.c + c.e / 2, 400 - 240 - 1);
      EXPECT_LE(c.c + c.e / 2, 400 + 1);
      EXPECT_GT(c.f, 0);
      EXPECT_LE(c.f, 1'000);
      EXPECT_GE(c.g, 400);
      EXPECT_LE(c.g, 1'000);
    }
  }
  EXPECT_EQ(most, 20U);
  EXPECT_TRUE(ShownAt(kBurst, 4'000'000).empty());
}

TEST(Bursts, FollowFromTheirSeedAlone) {
  EXPECT_EQ(ShownAt(kBurst, 2'000'000), ShownAt(kBurst, 2'000'000));
  Burst other = kBurst;
  other.seed = 6;
  EXPECT_NE(ShownAt(kBurst, 2'000'000), ShownAt(other, 2'000'000));
}

TEST(Bursts, LeaveOutWhatIsOffTheScreen) {
  Burst away = kBurst;
  away.x = 16'384;
  EXPECT_TRUE(ShownAt(away, 2'000'000).empty());
  away = kBurst;
  away.y = -16'384;
  EXPECT_TRUE(ShownAt(away, 2'000'000).empty());
}

TEST(Bursts, KeepTheLastSixtyFour) {
  Bursts bursts;
  for (uint32_t seed = 0; seed < 65; ++seed) {
    ASSERT_TRUE(bursts.Add({.seed = seed, .at = seed == 0 ? 0 : INT64_C(10'000'000), .count = 1}).ok());
  }
  Commands commands;
  for (MediaTime now = 0; now < 3'000'000; now += 100'000) bursts.Show(now, Sizes(), commands);
  EXPECT_TRUE(commands.empty());  // the first is gone
}

TEST(Bursts, HoldAtTheirLimits) {
  const Burst most{.seed = UINT32_MAX,
                   .at = kMaxMediaTime,
                   .x = -16'384,
                   .y = 16'384,
                   .count = 64,
                   .size = 512,
                   .rise = 16'384,
                   .pictures = 64,
                   .first_picture = 1'000};
  ShownAt(most, kMaxMediaTime);
}

TEST(Bursts, RefuseAFieldOutOfRangeByName) {
  const auto refused = [](const char* field, auto change) {
    Burst burst = kBurst;
    change(burst);
    const Status status = Bursts().Add(burst);
    ASSERT_FALSE(status.ok()) << field;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().message.find(std::string("a burst's ") + field + " is "), std::string::npos);
  };
  refused("at", [](Burst& burst) { burst.at = -1; });
  refused("x", [](Burst& burst) { burst.x = -16'385; });
  refused("y", [](Burst& burst) { burst.y = 16'385; });
  refused("count", [](Burst& burst) { burst.count = 65; });
  refused("size", [](Burst& burst) { burst.size = 3; });
  refused("rise", [](Burst& burst) { burst.rise = 0; });
  refused("pictures", [](Burst& burst) { burst.pictures = 0; });
  refused("first_picture", [](Burst& burst) { burst.first_picture = -1; });
}

}  // namespace
}  // namespace sotto::overlay
