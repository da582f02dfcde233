#include "sotto/recommend/metrics.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace sotto::recommend {
namespace {

TEST(RankOf, CountsTheItemsWithAHigherScore) {
  const std::array<float, 4> scores = {0.1F, 0.9F, 0.5F, -1};
  EXPECT_EQ(RankOf(1, scores, {}), 0U);
  EXPECT_EQ(RankOf(2, scores, {}), 1U);
  EXPECT_EQ(RankOf(0, scores, {}), 2U);
  EXPECT_EQ(RankOf(3, scores, {}), 3U);
}

TEST(RankOf, GivesAConstantScorerTheMiddle) {
  const std::array<float, 5> scores = {1, 1, 1, 1, 1};
  EXPECT_EQ(RankOf(0, scores, {}), 2U);
  EXPECT_EQ(RankOf(4, scores, {}), 2U);
  const std::array<float, 4> even = {1, 1, 1, 1};
  EXPECT_EQ(RankOf(0, even, {}), 2U);  // of three rivals one and a half, rounded up
}

TEST(RankOf, LeavesExcludedItemsOut) {
  const std::array<float, 4> scores = {3, 2, 2, 1};
  const std::array<bool, 4> exclude = {true, true, false, false};
  EXPECT_EQ(RankOf(3, scores, exclude), 1U);
  EXPECT_EQ(RankOf(2, scores, exclude), 0U);
}

TEST(RankOf, GivesNothingToAScoreThatIsNoNumber) {
  const float nan = std::nanf("");
  const std::array<float, 3> own = {nan, 1, 2};
  EXPECT_EQ(RankOf(0, own, {}), 2U);
  const std::array<float, 3> rival = {5, nan, 2};
  EXPECT_EQ(RankOf(0, rival, {}), 1U);
}

TEST(Metrics, HaveTheValuesOfTheirDefinitions) {
  EXPECT_EQ(HitRateAt(9, 10), 1);
  EXPECT_EQ(HitRateAt(10, 10), 0);
  EXPECT_EQ(NdcgAt(0, 10), 1);
  EXPECT_EQ(NdcgAt(2, 10), 0.5);
  EXPECT_EQ(NdcgAt(10, 10), 0);
  EXPECT_EQ(ReciprocalRank(0), 1);
  EXPECT_EQ(ReciprocalRank(3), 0.25);
}

}  // namespace
}  // namespace sotto::recommend
