#include "sotto/overlay/layers/panels/panels.h"

#include <gtest/gtest.h>

#include <string>

#include "sotto/overlay/ease.h"

namespace sotto::overlay {
namespace {

constexpr Panel kPanel{.id = 5, .at = 1'000'000, .duration = 4'000'000, .x = 40, .y = 600, .width = 300, .height = 80};

Commands ShownAt(const Panels& panels, MediaTime now) {
  Commands commands;
  panels.Show(now, commands);
  return commands;
}

TEST(EaseOutCubic, StartsFastAndArrivesGently) {
  EXPECT_EQ(EaseOutCubic(0), 0);
  EXPECT_EQ(EaseOutCubic(250), 579);  // 1000 - 750^3 / 10^6 = 578.1...
  EXPECT_EQ(EaseOutCubic(500), 875);
  EXPECT_EQ(EaseOutCubic(1'000), 1'000);
  for (int32_t x = 1; x <= 1'000; ++x) EXPECT_GE(EaseOutCubic(x), EaseOutCubic(x - 1));
}

TEST(Presence, RisesOver320MillisecondsAndFallsOverTheLast240) {
  EXPECT_EQ(Presence(kPanel, 999'999), 0);
  EXPECT_EQ(Presence(kPanel, 1'000'000), 0);
  EXPECT_EQ(Presence(kPanel, 1'160'000), 875);
  EXPECT_EQ(Presence(kPanel, 1'320'000), 1'000);
  EXPECT_EQ(Presence(kPanel, 4'760'000), 1'000);
  EXPECT_EQ(Presence(kPanel, 4'880'000), 875);
  EXPECT_EQ(Presence(kPanel, 4'999'999), 0);
  EXPECT_EQ(Presence(kPanel, 5'000'000), 0);
}

TEST(Presence, OfAPanelTooShortForBothTurnsHalfWay) {
  Panel panel = kPanel;
  panel.duration = 280'000;
  // After 160 ms it is half in, and half out with 120 ms left.
  EXPECT_EQ(Presence(panel, 1'160'000), 875);
  EXPECT_LT(Presence(panel, 1'120'000), 875);
  EXPECT_LT(Presence(panel, 1'200'000), 875);
}

TEST(Presence, HoldsForTheLongestPanelAtTheLastTime) {
  Panel panel = kPanel;
  panel.at = kMaxMediaTime;
  panel.duration = kMaxMediaTime;
  EXPECT_EQ(Presence(panel, kMaxMediaTime), 0);
  panel.at = 0;
  EXPECT_EQ(Presence(panel, kMaxMediaTime - 240'000), 1'000);
}

TEST(Panels, RiseFadeInAndGrow) {
  Panels panels;
  ASSERT_TRUE(panels.Add(kPanel).ok());
  EXPECT_TRUE(ShownAt(panels, 1'000'000).empty());
  const Commands half = ShownAt(panels, 1'160'000);
  ASSERT_EQ(half.size(), 1U);
  EXPECT_EQ(half[0].op, Op::kPanel);
  EXPECT_EQ(half[0].a, 5);
  EXPECT_EQ(half[0].b, 40);
  EXPECT_EQ(half[0].c, 602);  // an eighth of a quarter of 80 below its place, rounded down
  EXPECT_EQ(half[0].d, 300);
  EXPECT_EQ(half[0].e, 80);
  EXPECT_EQ(half[0].f, 875);
  EXPECT_EQ(half[0].g, 992);
  const Commands rest = ShownAt(panels, 3'000'000);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].c, 600);
  EXPECT_EQ(rest[0].f, 1'000);
  EXPECT_EQ(rest[0].g, 1'000);
  EXPECT_TRUE(ShownAt(panels, 5'000'000).empty());
}

TEST(Panels, DropFromAboveOrSlideFromTheLeft) {
  Panels panels;
  Panel panel = kPanel;
  panel.entrance = Entrance::kDrop;
  ASSERT_TRUE(panels.Add(panel).ok());
  Commands half = ShownAt(panels, 1'160'000);
  ASSERT_EQ(half.size(), 1U);
  EXPECT_EQ(half[0].c, 595);  // an eighth of a half of 80 above its place
  EXPECT_EQ(half[0].g, 1'000);
  panel.entrance = Entrance::kSlide;
  ASSERT_TRUE(panels.Add(panel).ok());
  half = ShownAt(panels, 1'160'000);
  ASSERT_EQ(half.size(), 1U);
  EXPECT_EQ(half[0].b, 3);  // an eighth of 300 to the left
  EXPECT_EQ(half[0].c, 600);
}

TEST(Panels, AreShownInTheOrderOfTheirAddition) {
  Panels panels;
  Panel other = kPanel;
  other.id = 3;
  other.at = 0;
  ASSERT_TRUE(panels.Add(kPanel).ok());
  ASSERT_TRUE(panels.Add(other).ok());
  const Commands commands = ShownAt(panels, 2'000'000);
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].a, 5);
  EXPECT_EQ(commands[1].a, 3);
}

TEST(Panels, OfTheSameIdReplaceEachOther) {
  Panels panels;
  Panel moved = kPanel;
  moved.x = 77;
  ASSERT_TRUE(panels.Add(kPanel).ok());
  ASSERT_TRUE(panels.Add(moved).ok());
  const Commands commands = ShownAt(panels, 2'000'000);
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].b, 77);
}

TEST(Panels, AreGoneOnceRemoved) {
  Panels panels;
  ASSERT_TRUE(panels.Add(kPanel).ok());
  panels.Remove(4);
  EXPECT_EQ(ShownAt(panels, 2'000'000).size(), 1U);
  panels.Remove(5);
  EXPECT_TRUE(ShownAt(panels, 2'000'000).empty());
}

TEST(Panels, RefuseAFieldOutOfRangeByName) {
  const auto refused = [](const char* field, auto change) {
    Panel panel = kPanel;
    change(panel);
    const Status status = Panels().Add(panel);
    ASSERT_FALSE(status.ok()) << field;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().message.find(std::string("panel 5's ") + field + " is "), std::string::npos)
        << status.error().message;
  };
  refused("at", [](Panel& panel) { panel.at = -1; });
  refused("at", [](Panel& panel) { panel.at = kMaxMediaTime + 1; });
  refused("duration", [](Panel& panel) { panel.duration = 0; });
  refused("duration", [](Panel& panel) { panel.duration = kMaxMediaTime + 1; });
  refused("x", [](Panel& panel) { panel.x = -16'385; });
  refused("y", [](Panel& panel) { panel.y = 16'385; });
  refused("width", [](Panel& panel) { panel.width = 0; });
  refused("entrance", [](Panel& panel) { panel.entrance = static_cast<Entrance>(3); });
  refused("height", [](Panel& panel) { panel.height = 16'385; });
}

TEST(Panels, AreAThousandAtMost) {
  Panels panels;
  Panel panel = kPanel;
  for (panel.id = 0; panel.id < 1'000; ++panel.id) ASSERT_TRUE(panels.Add(panel).ok());
  const Status status = panels.Add(panel);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kResourceExhausted);
  panel.id = 0;
  EXPECT_TRUE(panels.Add(panel).ok());  // replaces one
}

}  // namespace
}  // namespace sotto::overlay
