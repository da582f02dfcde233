#include "sotto/overlay/cards.h"

#include <gtest/gtest.h>

#include <string>

namespace sotto::overlay {
namespace {

constexpr Card kCard{.id = 5, .at = 1'000'000, .duration = 4'000'000, .x = 40, .y = 600, .width = 300, .height = 80};

Commands ShownAt(const Cards& cards, MediaTime now) {
  Commands commands;
  cards.Show(now, commands);
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
  EXPECT_EQ(Presence(kCard, 999'999), 0);
  EXPECT_EQ(Presence(kCard, 1'000'000), 0);
  EXPECT_EQ(Presence(kCard, 1'160'000), 875);
  EXPECT_EQ(Presence(kCard, 1'320'000), 1'000);
  EXPECT_EQ(Presence(kCard, 4'760'000), 1'000);
  EXPECT_EQ(Presence(kCard, 4'880'000), 875);
  EXPECT_EQ(Presence(kCard, 4'999'999), 0);
  EXPECT_EQ(Presence(kCard, 5'000'000), 0);
}

TEST(Presence, OfACardTooShortForBothTurnsHalfWay) {
  Card card = kCard;
  card.duration = 280'000;
  // After 160 ms it is half in, and half out with 120 ms left.
  EXPECT_EQ(Presence(card, 1'160'000), 875);
  EXPECT_LT(Presence(card, 1'120'000), 875);
  EXPECT_LT(Presence(card, 1'200'000), 875);
}

TEST(Presence, HoldsForTheLongestCardAtTheLastTime) {
  Card card = kCard;
  card.at = kMaxMediaTime;
  card.duration = kMaxMediaTime;
  EXPECT_EQ(Presence(card, kMaxMediaTime), 0);
  card.at = 0;
  EXPECT_EQ(Presence(card, kMaxMediaTime - 240'000), 1'000);
}

TEST(Cards, RiseFadeInAndGrow) {
  Cards cards;
  ASSERT_TRUE(cards.Add(kCard).ok());
  EXPECT_TRUE(ShownAt(cards, 1'000'000).empty());
  const Commands half = ShownAt(cards, 1'160'000);
  ASSERT_EQ(half.size(), 1U);
  EXPECT_EQ(half[0].op, Op::kCard);
  EXPECT_EQ(half[0].a, 5);
  EXPECT_EQ(half[0].b, 40);
  EXPECT_EQ(half[0].c, 602);  // an eighth of a quarter of 80 below its place, rounded down
  EXPECT_EQ(half[0].d, 300);
  EXPECT_EQ(half[0].e, 80);
  EXPECT_EQ(half[0].f, 875);
  EXPECT_EQ(half[0].g, 992);
  const Commands rest = ShownAt(cards, 3'000'000);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].c, 600);
  EXPECT_EQ(rest[0].f, 1'000);
  EXPECT_EQ(rest[0].g, 1'000);
  EXPECT_TRUE(ShownAt(cards, 5'000'000).empty());
}

TEST(Cards, AreShownInTheOrderOfTheirAddition) {
  Cards cards;
  Card other = kCard;
  other.id = 3;
  other.at = 0;
  ASSERT_TRUE(cards.Add(kCard).ok());
  ASSERT_TRUE(cards.Add(other).ok());
  const Commands commands = ShownAt(cards, 2'000'000);
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].a, 5);
  EXPECT_EQ(commands[1].a, 3);
}

TEST(Cards, OfTheSameIdReplaceEachOther) {
  Cards cards;
  Card moved = kCard;
  moved.x = 77;
  ASSERT_TRUE(cards.Add(kCard).ok());
  ASSERT_TRUE(cards.Add(moved).ok());
  const Commands commands = ShownAt(cards, 2'000'000);
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].b, 77);
}

TEST(Cards, AreGoneOnceRemoved) {
  Cards cards;
  ASSERT_TRUE(cards.Add(kCard).ok());
  cards.Remove(4);
  EXPECT_EQ(ShownAt(cards, 2'000'000).size(), 1U);
  cards.Remove(5);
  EXPECT_TRUE(ShownAt(cards, 2'000'000).empty());
}

TEST(Cards, RefuseAFieldOutOfRangeByName) {
  const auto refused = [](const char* field, auto change) {
    Card card = kCard;
    change(card);
    const Status status = Cards().Add(card);
    ASSERT_FALSE(status.ok()) << field;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().message.find(std::string("card 5 has ") + field + " "), std::string::npos)
        << status.error().message;
  };
  refused("at", [](Card& card) { card.at = -1; });
  refused("at", [](Card& card) { card.at = kMaxMediaTime + 1; });
  refused("duration", [](Card& card) { card.duration = 0; });
  refused("duration", [](Card& card) { card.duration = kMaxMediaTime + 1; });
  refused("x", [](Card& card) { card.x = -16'385; });
  refused("y", [](Card& card) { card.y = 16'385; });
  refused("width", [](Card& card) { card.width = 0; });
  refused("height", [](Card& card) { card.height = 16'385; });
}

TEST(Cards, AreAThousandAtMost) {
  Cards cards;
  Card card = kCard;
  for (card.id = 0; card.id < 1'000; ++card.id) ASSERT_TRUE(cards.Add(card).ok());
  const Status status = cards.Add(card);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kResourceExhausted);
  card.id = 0;
  EXPECT_TRUE(cards.Add(card).ok());  // replaces one
}

}  // namespace
}  // namespace sotto::overlay
