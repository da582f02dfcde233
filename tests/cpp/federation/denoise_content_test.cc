#include "sotto/federation/denoise_content.h"

#include <gtest/gtest.h>

#include <cmath>

#include "federation/noisy_gram.h"

namespace sotto::federation {
namespace {

using recommend::Matrix;

constexpr Eigen::Index kItems = 48;

// Items of four kinds, differently popular: pairs of one kind are half as frequent again.
Matrix TrueGram() {
  Matrix gram(kItems, kItems);
  for (Eigen::Index i = 0; i < kItems; ++i) {
    for (Eigen::Index j = 0; j < kItems; ++j) {
      const auto popular = [](Eigen::Index item) { return 10 + static_cast<float>(item % 7); };
      gram(i, j) = popular(i) * popular(j) * (i % 4 == j % 4 ? 1.5F : 1);
    }
  }
  return gram;
}

Matrix Kinds() {
  Matrix memberships = Matrix::Zero(kItems, 4);
  for (Eigen::Index i = 0; i < kItems; ++i) memberships(i, i % 4) = 1;
  return memberships;
}

// Root mean square off the diagonal.
double Distance(const Matrix& a, const Matrix& b) {
  Matrix difference = a - b;
  difference.diagonal().setZero();
  return std::sqrt(difference.cast<double>().squaredNorm() / static_cast<double>(kItems * (kItems - 1)));
}

TEST(DenoiseWithContent, IsNearerToTheTruthThanTheNoisyMatrixAndThanPopularity) {
  for (const uint64_t variance : {400U, 10'000U}) {
    const Matrix noisy = WithNoise(TrueGram(), variance, 3);
    const DenoisedGram denoised = DenoiseWithContent(noisy, static_cast<double>(variance), Likeness(Kinds()));
    EXPECT_LT(Distance(denoised.gram, TrueGram()), 0.5 * Distance(noisy, TrueGram())) << variance;
    EXPECT_LT(Distance(denoised.gram, TrueGram()), 0.7 * Distance(denoised.rank_one, TrueGram())) << variance;
  }
}

TEST(DenoiseWithContent, LearnsLessWhereContentSaysNothing) {
  const Matrix noisy = WithNoise(TrueGram(), 10'000, 4);
  const auto with = DenoiseWithContent(noisy, 10'000, Likeness(Kinds()));
  const auto without = DenoiseWithContent(noisy, 10'000, Matrix::Identity(kItems, kItems));
  EXPECT_LT(Distance(with.gram, TrueGram()), 0.8 * Distance(without.gram, TrueGram()));
}

TEST(DenoiseWithContent, KeepsAMatrixWithoutNoise) {
  const auto denoised = DenoiseWithContent(TrueGram(), 0, Likeness(Kinds()));
  EXPECT_LT(Distance(denoised.gram, TrueGram()), 1e-2);
}

TEST(DenoiseWithContent, DoesNotLookAtTheDiagonal) {
  Matrix noisy = WithNoise(TrueGram(), 400, 5);
  const auto before = DenoiseWithContent(noisy, 400, Likeness(Kinds()));
  noisy.diagonal().setConstant(1e6F);
  const auto after = DenoiseWithContent(noisy, 400, Likeness(Kinds()));
  EXPECT_EQ(before.gram, after.gram);
}

TEST(DenoiseWithContent, MakesNothingOfPureNoise) {
  const auto denoised =
      DenoiseWithContent(WithNoise(Matrix::Zero(kItems, kItems), 10'000, 6), 10'000, Likeness(Kinds()));
  EXPECT_LT(Distance(denoised.gram, Matrix::Zero(kItems, kItems)), 40);  // of the noise's 100
}

TEST(DenoiseWithContent, TakesAMatrixOfZeros) {
  const Matrix zeros = Matrix::Zero(3, 3);
  EXPECT_EQ(DenoiseWithContent(zeros, 4, Matrix::Identity(3, 3)).gram, zeros);
}

TEST(Likeness, IsTheSharedPartOfMemberships) {
  Matrix memberships = Matrix::Zero(3, 4);
  memberships(0, 0) = memberships(0, 2) = 1;                            // two blocks of two columns
  memberships(1, 0) = memberships(1, 1) = 0.5F, memberships(1, 3) = 1;  // half of the first block
  const Matrix likeness = Likeness(memberships);
  EXPECT_FLOAT_EQ(likeness(0, 0), 1);
  EXPECT_FLOAT_EQ(likeness(0, 1), std::sqrt(0.5F) / 2);
  EXPECT_FLOAT_EQ(likeness(0, 1), likeness(1, 0));
  EXPECT_EQ(likeness(2, 2), 0);  // of which nothing is known
}

}  // namespace
}  // namespace sotto::federation
