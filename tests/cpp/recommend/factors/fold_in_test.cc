#include "sotto/recommend/factors/fold_in.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "sotto/base/random.h"

namespace sotto::recommend {
namespace {

Matrix RandomFactors(Eigen::Index items, Eigen::Index rank, uint64_t seed) {
  ChaCha20Source random(seed);
  Matrix factors(items, rank);
  for (float& value : factors.reshaped()) value = static_cast<float>(random.Below(2001).value()) / 1000 - 1;
  return factors;
}

// Two items of factors 1 and 2. With these options the squares of all items add 1 + 4 to the equation.
FoldIn OneDimension(float exponent = 0) {
  Matrix factors(2, 1);
  factors << 1, 2;
  return {factors, {.unobserved_weight = 1, .regularisation = 0.5F, .regularisation_exponent = exponent}};
}

double Solved(const FoldIn& fold_in, const std::vector<Engagement>& history) {
  return fold_in.UserFactors(history)[0];
}

TEST(FoldIn, SolvesOneDimensionWorkedByHand) {
  EXPECT_DOUBLE_EQ(Solved(OneDimension(), {}), 0);
  EXPECT_DOUBLE_EQ(Solved(OneDimension(), {{0, 1}}), 1 / (5 + 0.5 + 1));
  EXPECT_DOUBLE_EQ(Solved(OneDimension(), {{0, 1}, {1, 3}}), (1 + 3 * 2) / (5 + 0.5 + 1 + 3 * 4));
}

TEST(FoldIn, RegularisesByTheNumberOfDifferentItems) {
  // lambda = 0.5 (n + 1 * 2 items)
  EXPECT_DOUBLE_EQ(Solved(OneDimension(1), {{0, 1}}), 1 / (5 + 0.5 * 3 + 1));
  EXPECT_DOUBLE_EQ(Solved(OneDimension(1), {{0, 0.5F}, {0, 0.5F}}), 1 / (5 + 0.5 * 3 + 1));
  EXPECT_NEAR(Solved(OneDimension(0.5F), {{0, 1}}), 1 / (5 + 0.5 * std::sqrt(3.0) + 1), 1e-15);
}

TEST(FoldIn, AddsUpEngagementsWithOneItem) {
  EXPECT_DOUBLE_EQ(Solved(OneDimension(), {{0, 1}, {1, 1}, {0, 2}}), Solved(OneDimension(), {{0, 3}, {1, 1}}));
}

TEST(FoldIn, DrawsTheScoreOfWhatIsUnwantedTowardsZero) {
  // The target is 0: the weight counts in the matrix alone.
  EXPECT_DOUBLE_EQ(Solved(OneDimension(), {{0, 1}, {1, -3}}), 1 / (5 + 0.5 + 1 + 3 * 4));
}

TEST(FoldIn, ScoresByTheProductWithEachItem) {
  std::vector<float> scores(2);
  const std::vector<double> user = {0.25};
  OneDimension().Score(user, scores);
  EXPECT_EQ(scores, (std::vector<float>{0.25F, 0.5F}));
}

TEST(FoldIn, NamesTheEngagementWithTheLargestTerm) {
  Matrix factors(3, 2);
  factors << 1, 0, 0, 1, 1, 0.1F;
  const FoldIn fold_in(factors, {});
  const std::vector<Engagement> history = {{1, 1}, {0, 1}};
  EXPECT_EQ(fold_in.Because(history, 2), 1U);
  EXPECT_EQ(fold_in.Because(history, 1), 0U);
  EXPECT_EQ(fold_in.Because({}, 1), std::nullopt);
  EXPECT_EQ(fold_in.Because(std::vector<Engagement>{{1, -1}}, 1), std::nullopt);
}

// What the terms of the explanation rest on: the score of a history is the sum over its items of what each would add.
RC_GTEST_PROP(FoldIn, IsLinearInTheTargets, (uint64_t seed)) {
  const FoldIn fold_in(RandomFactors(12, 5, seed), {});
  const auto with = [&](float first, float second) {
    return std::vector<Engagement>{{0, first}, {3, second}, {7, -1}};
  };
  const auto both = fold_in.UserFactors(with(1, 1));
  // A negative weight has the same part in the matrix and none on the right.
  const auto first = fold_in.UserFactors(with(1, -1));
  const auto second = fold_in.UserFactors(with(-1, 1));
  for (size_t i = 0; i < both.size(); ++i) RC_ASSERT(std::fabs(first[i] + second[i] - both[i]) < 1e-12);
}

RC_GTEST_PROP(FoldIn, DoesNotDependOnTheOrderOfItemsNorOfTheHistory, (uint64_t seed)) {
  constexpr Eigen::Index kItems = 11;
  const Matrix factors = RandomFactors(kItems, 4, seed);
  const std::vector<Engagement> history = {{2, 1}, {5, 3}, {8, -2}};
  const std::vector<Engagement> reversed = {{kItems - 1 - 8, -2}, {kItems - 1 - 5, 3}, {kItems - 1 - 2, 1}};
  std::vector<float> scores(kItems);
  std::vector<float> other(kItems);
  const FoldIn one(factors, {});
  const FoldIn two(factors.colwise().reverse(), {});
  one.Score(one.UserFactors(history), scores);
  two.Score(two.UserFactors(reversed), other);
  for (size_t i = 0; i < scores.size(); ++i) RC_ASSERT(std::fabs(scores[i] - other[other.size() - 1 - i]) < 1e-5F);
}

TEST(FoldIn, StaysFiniteForTheMostExtremeHistoryAndFactors) {
  constexpr float kMost = std::numeric_limits<float>::max();
  const std::vector<Engagement> history = {{0, kMost}, {1, kMost}, {2, -kMost}, {0, kMost}, {3, 1e-38F}};
  for (const float size : {1e-30F, 1.0F, 1e6F}) {
    for (const bool alike : {false, true}) {
      Matrix factors = RandomFactors(6, 40, 1) * size;
      if (alike) factors.rowwise() = factors.row(0).eval();
      const FoldIn fold_in(factors, {.unobserved_weight = 1e-4F, .regularisation = 1e-6F});
      std::vector<float> scores(6);
      fold_in.Score(fold_in.UserFactors(history), scores);
      for (const float score : scores) EXPECT_TRUE(std::isfinite(score)) << size;
      for (uint32_t item = 0; item < 6; ++item) {
        const auto because = fold_in.Because(history, item);
        EXPECT_TRUE(!because || *because < history.size());
      }
    }
  }
}

}  // namespace
}  // namespace sotto::recommend
