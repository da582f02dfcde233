#include "sotto/recommend/ranking/personal_head.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sotto::recommend {
namespace {

std::vector<HeadExample> ExamplesOf(std::vector<Event> events, uint32_t items) {
  ChaCha20Source random(1);
  return HeadExamples(events, items, random).value();
}

size_t Count(const std::vector<HeadExample>& examples, bool engaged) {
  return static_cast<size_t>(std::ranges::count(examples, engaged, &HeadExample::engaged));
}

TEST(HeadExamples, AreNoneWithoutAnEngagement) {
  EXPECT_TRUE(ExamplesOf({}, 5).empty());
  EXPECT_TRUE(
      ExamplesOf({{.product = 1, .kind = EventKind::kShown}, {.product = 1, .kind = EventKind::kLess}}, 5).empty());
}

TEST(HeadExamples, KnowTheHistoryBeforeEachEngagement) {
  const auto examples =
      ExamplesOf({{.product = 1, .kind = EventKind::kClick}, {.product = 2, .kind = EventKind::kBuy}}, 20);
  ASSERT_EQ(Count(examples, true), 2U);
  EXPECT_TRUE(examples[0].history.empty());
  ASSERT_EQ(examples[1].history.size(), 1U);
  EXPECT_EQ(examples[1].history[0].item, 1U);
  EXPECT_EQ(examples[1].item, 2U);
  EXPECT_EQ(examples[1].weight, 3);
}

TEST(HeadExamples, TakeShowingsInVainAndLessAsTheOppositeAndDrawTheRest) {
  const auto examples = ExamplesOf({{.product = 3, .kind = EventKind::kShown},
                                    {.product = 4, .kind = EventKind::kShown},
                                    {.product = 4, .kind = EventKind::kClick},
                                    {.product = 5, .kind = EventKind::kLess}},
                                   50);
  EXPECT_EQ(Count(examples, true), 1U);
  EXPECT_EQ(Count(examples, false), size_t{kNegativesOfOne});
  const auto passed = [&](uint32_t item) {
    return std::ranges::any_of(examples, [&](const HeadExample& one) { return !one.engaged && one.item == item; });
  };
  EXPECT_TRUE(passed(3));
  EXPECT_FALSE(passed(4));
  EXPECT_TRUE(passed(5));
}

TEST(HeadExamples, DrawNothingWhereEverythingWasTouched) {
  const auto examples =
      ExamplesOf({{.product = 0, .kind = EventKind::kClick}, {.product = 1, .kind = EventKind::kClick}}, 2);
  EXPECT_EQ(Count(examples, false), 0U);
}

TEST(HeadExamples, RefuseAProductOutsideTheModel) {
  ChaCha20Source random(1);
  const std::vector<Event> events = {{.product = 2, .kind = EventKind::kClick}};
  EXPECT_EQ(HeadExamples(events, 2, random).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::recommend
