#include "sotto/recommend/models/ease.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "recommend/models/two_groups.h"
#include "sotto/base/random.h"

namespace sotto::recommend {
namespace {

Matrix Rows(std::initializer_list<std::initializer_list<float>> rows) {
  Matrix matrix(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows.begin()->size()));
  Eigen::Index i = 0;
  for (const auto& row : rows) {
    Eigen::Index j = 0;
    for (const float value : row) matrix(i, j++) = value;
    ++i;
  }
  return matrix;
}

// The Gram matrix of `viewers` random 0/1 histories.
Matrix RandomGram(Eigen::Index items, int viewers, uint64_t seed) {
  ChaCha20Source random(seed);
  Matrix histories(viewers, items);
  for (float& value : histories.reshaped()) value = random.Below(4).value() == 0 ? 1.0F : 0.0F;
  return histories.transpose() * histories;
}

TEST(FitEase, MatchesTheClosedFormOnAThreeItemExampleWorkedByHand) {
  // (G + I)^-1 = 1/21 [[8, -3, 1], [-3, 9, -3], [1, -3, 8]].
  const Matrix gram = Rows({{2, 1, 0}, {1, 2, 1}, {0, 1, 2}});
  const Matrix expected = Rows({{0, 1.0F / 3, -1.0F / 8}, {3.0F / 8, 0, 3.0F / 8}, {-1.0F / 8, 1.0F / 3, 0}});
  const Matrix weights = FitEase(gram, {.l2 = 1}).value();
  EXPECT_TRUE(weights.isApprox(expected, 1e-6F)) << weights;
}

TEST(FitEase, ClampsNegativeEigenvalues) {
  // Eigenvalues 1 and -1; without the latter the gram is [[1/2, 1/2], [1/2, 1/2]], and (G + I)^-1 has rows 3/4, -1/4.
  const Matrix weights = FitEase(Rows({{0, 1}, {1, 0}}), {.l2 = 1}).value();
  EXPECT_NEAR(weights(0, 1), 1.0 / 3, 1e-6);
  EXPECT_NEAR(weights(1, 0), 1.0 / 3, 1e-6);
}

TEST(FitEase, MinimisesTheRidgeRegressionOfEachItemOnTheOthers) {
  // The definition, without the inverse: column j of B solves (G + l2 I) restricted to the other items.
  constexpr Eigen::Index kItems = 9;
  const Matrix gram = RandomGram(kItems, 60, 1);
  const Matrix weights = FitEase(gram, {.l2 = 7}).value();
  for (Eigen::Index j = 0; j < kItems; ++j) {
    for (Eigen::Index i = 0; i < kItems; ++i) {
      if (i == j) continue;
      double gradient = 7.0 * weights(i, j) - gram(i, j);
      for (Eigen::Index h = 0; h < kItems; ++h) gradient += static_cast<double>(gram(i, h)) * weights(h, j);
      EXPECT_NEAR(gradient, 0, 1e-4) << i << ' ' << j;
    }
  }
}

RC_GTEST_PROP(FitEase, DoesNotDependOnTheOrderOfItems, (uint64_t seed)) {
  constexpr Eigen::Index kItems = 8;
  const Matrix gram = RandomGram(kItems, 40, seed);
  Eigen::PermutationMatrix<Eigen::Dynamic> permutation(kItems);
  permutation.setIdentity();
  ChaCha20Source random(seed + 1);
  for (Eigen::Index i = kItems - 1; i > 0; --i) {
    const auto j = static_cast<Eigen::Index>(random.Below(static_cast<uint64_t>(i) + 1).value());
    permutation.applyTranspositionOnTheRight(i, j);
  }
  const Matrix permuted = permutation * gram * permutation.transpose();
  const Matrix weights = FitEase(gram, {.l2 = 5}).value();
  const Matrix expected = permutation * weights * permutation.transpose();
  RC_ASSERT(FitEase(permuted, {.l2 = 5}).value().isApprox(expected, 1e-5F));
}

RC_GTEST_PROP(FitEase, IsFiniteWithAZeroDiagonalForEveryNoisyGram, (uint64_t seed)) {
  constexpr Eigen::Index kItems = 12;
  Matrix gram = RandomGram(kItems, 30, seed);
  ChaCha20Source random(seed);
  for (Eigen::Index i = 0; i < kItems; ++i) {
    for (Eigen::Index j = i; j < kItems; ++j) {
      gram(i, j) += static_cast<float>(random.Below(2001).value()) - 1000;
      gram(j, i) = gram(i, j);
    }
  }
  const Matrix weights = FitEase(gram, {.l2 = 0.01F}).value();
  RC_ASSERT(weights.allFinite());
  RC_ASSERT(weights.diagonal().isZero());
}

TEST(FitEase, LearnsNothingFromAnEmptyGram) {
  EXPECT_TRUE(FitEase(Matrix::Zero(4, 4), {.l2 = 1}).value().isZero());
}

TEST(FitEase, RefusesWhatIsNoGram) {
  const float nan = std::nanf("");
  const float infinity = std::numeric_limits<float>::infinity();
  const auto code = [](const Matrix& gram, float l2) { return FitEase(gram, {.l2 = l2}).error().code; };
  EXPECT_EQ(code(Matrix::Ones(2, 3), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Matrix(0, 0), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Rows({{1, 2}, {3, 1}}), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Rows({{1, nan}, {nan, 1}}), 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(Rows({{infinity, 0}, {0, 1}}), 1), ErrorCode::kInvalidArgument);
  for (const float l2 : {0.0F, -1.0F, nan, infinity}) {
    EXPECT_EQ(code(Matrix::Identity(2, 2), l2), ErrorCode::kInvalidArgument) << l2;
  }
  const auto items = static_cast<Eigen::Index>(kMaxEaseItems) + 1;
  EXPECT_EQ(code(Matrix::Zero(items, items), 1), ErrorCode::kResourceExhausted);
}

EaseModel AModel() {
  return EaseModel::Create(Rows({{0, 0.5F, -0.25F}, {1, 0, 0}, {0, 3, 0}})).value();
}

std::vector<float> ScoresOf(const Model& model, const std::vector<Engagement>& history) {
  std::vector<float> scores(model.items(), std::nanf(""));
  EXPECT_TRUE(model.Score(history, scores).ok());
  return scores;
}

TEST(EaseModel, FitsTheGramOfItsInteractions) {
  // Users {0, 1}, {1, 2}, {0}, {2}: the gram of the three-item example above, 2 on the diagonal.
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {1, 1}, {1, 2, 7.0F}, {2, 0}, {3, 2}};
  const auto interactions = Interactions::Create(4, 3, events).value();
  const EaseModel model = EaseModel::Fit(interactions, {.l2 = 1}).value();
  EXPECT_EQ(model.weights(), FitEase(Rows({{2, 1, 0}, {1, 2, 1}, {0, 1, 2}}), {.l2 = 1}).value());
  EXPECT_EQ(model.items(), 3U);
  EXPECT_EQ(model.kind(), "ease");
}

TEST(EaseModel, RanksTheRestOfAGroupAboveEverythingElse) {
  ExpectKnowsTheGroups(EaseModel::Fit(TwoGroups(), {.l2 = 10}).value());
}

TEST(EaseModel, RefusesToFitNothingOrTooMuch) {
  EXPECT_EQ(EaseModel::Fit(Interactions::Create(1, 0, {}).value(), {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(EaseModel::Fit(Interactions::Create(1, kMaxEaseItems + 1, {}).value(), {}).error().code,
            ErrorCode::kResourceExhausted);
}

TEST(EaseModel, ScoresTheWeightedSumOfTheHistorysRows) {
  EXPECT_EQ(ScoresOf(AModel(), {}), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(ScoresOf(AModel(), {{0, 2}, {1, -1}, {0, 2}}), (std::vector<float>{-1, 2, -1}));
}

TEST(EaseModel, ScoresWithFiniteNumbersWhateverTheWeights) {
  constexpr float kMost = std::numeric_limits<float>::max();
  const EaseModel model = EaseModel::Create(Rows({{0, kMost}, {-kMost, 0}})).value();
  EXPECT_EQ(ScoresOf(model, {{0, kMost}, {0, kMost}, {1, kMost}}), (std::vector<float>{-kMost, kMost}));
}

TEST(EaseModel, NamesTheEngagementWithTheLargestTerm) {
  const std::vector<Engagement> history = {{1, 1}, {2, 0.1F}, {0, 1}};
  EXPECT_EQ(AModel().Because(history, 1), 2U);            // 0.3 of item 2, 0.5 of item 0
  EXPECT_EQ(AModel().Because(history, 0), 0U);            // 1 of item 1
  EXPECT_EQ(AModel().Because(history, 2), std::nullopt);  // only -0.25 of item 0
  EXPECT_EQ(AModel().Because({}, 0), std::nullopt);
}

TEST(EaseModel, RefusesAHistoryThatItCannotScore) {
  std::vector<float> scores(3);
  for (const Engagement& bad : {Engagement{3, 1}, Engagement{0, 0}, Engagement{0, std::nanf("")}}) {
    EXPECT_EQ(AModel().Score(std::vector<Engagement>{bad}, scores).error().code, ErrorCode::kInvalidArgument);
  }
  scores.resize(2);
  EXPECT_EQ(AModel().Score({}, scores).error().code, ErrorCode::kInvalidArgument);
}

TEST(EaseModel, ReadsBackWhatItWrote) {
  ByteWriter writer;
  AModel().Write(writer);
  ByteReader reader(writer.bytes());
  const EaseModel read = EaseModel::Read(reader, 3).value();
  EXPECT_TRUE(reader.ExpectEnd().ok());
  EXPECT_EQ(read.weights(), AModel().weights());
}

TEST(EaseModel, HasTheBytesOfItsFormat) {
  ByteWriter writer;
  EaseModel::Create(Rows({{1, 2}, {0, -1}})).value().Write(writer);
  EXPECT_EQ(ToHex(writer.bytes()),
            "0000803f"
            "00000040"
            "00000000"
            "000080bf");
}

TEST(EaseModel, RefusesToReadWhatFitNeverMakes) {
  const auto code = [](const std::vector<float>& weights, uint32_t items) {
    ByteWriter writer;
    for (const float weight : weights) writer.F32(weight);
    ByteReader reader(writer.bytes());
    return EaseModel::Read(reader, items).error().code;
  };
  EXPECT_EQ(code({}, 0), ErrorCode::kMalformed);
  EXPECT_EQ(code({std::nanf("")}, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code({0, 0, 0}, 2), ErrorCode::kTruncated);
  EXPECT_EQ(code({}, kMaxEaseItems), ErrorCode::kTruncated);
  EXPECT_EQ(code({}, kMaxEaseItems + 1), ErrorCode::kResourceExhausted);
  EXPECT_EQ(code({}, UINT32_MAX), ErrorCode::kResourceExhausted);
}

TEST(EaseModel, RefusesWeightsThatAreNone) {
  EXPECT_EQ(EaseModel::Create(Matrix(0, 0)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(EaseModel::Create(Matrix::Zero(2, 3)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(EaseModel::Create(Rows({{0, std::nanf("")}, {0, 0}})).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::recommend
