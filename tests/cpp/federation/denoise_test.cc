#include "sotto/federation/denoise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <Eigen/Eigenvalues>
#include <cmath>

#include "federation/noisy_gram.h"

namespace sotto::federation {
namespace {

using recommend::Matrix;

constexpr Eigen::Index kItems = 24;

// Four groups of six items: `strength` where two items are of one group, on a floor of 20 everywhere.
Matrix GroupedGram(float strength) {
  Matrix gram = Matrix::Constant(kItems, kItems, 20);
  for (Eigen::Index i = 0; i < kItems; ++i) {
    for (Eigen::Index j = 0; j < kItems; ++j) {
      if (i / 6 == j / 6) gram(i, j) += strength;
    }
  }
  return gram;
}

double Error(const Matrix& estimate, const Matrix& truth) {
  return (estimate - truth).norm();
}

TEST(Denoise, IsAlwaysNearerToTheTruthThanTheNoisySumsAre) {
  for (const float strength : {0.0F, 50.0F, 200.0F, 1000.0F}) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      const Matrix truth = GroupedGram(strength);
      const Matrix noisy = WithNoise(truth, 10'000, seed);
      EXPECT_LT(Error(Denoise(noisy, 10'000), truth), 0.9 * Error(noisy, truth)) << strength << ' ' << seed;
    }
  }
}

TEST(Denoise, KeepsAGramThatHasNoNoise) {
  const Matrix truth = GroupedGram(50);
  EXPECT_TRUE(Denoise(truth, 0).isApprox(truth, 1e-5F));
  EXPECT_TRUE(Denoise(Matrix::Zero(5, 5), 0).isZero());
}

TEST(Denoise, ShrinksEigenvaluesAsWorkedByHand) {
  // Three items without overlap; noise variance 27, so u^2 = 81 and the edge is 18. 30 becomes sqrt(900 - 324) = 24,
  // 18.2 is above the edge by so little that its quarter is more, and 12 is below it.
  Matrix gram = Matrix::Zero(3, 3);
  gram.diagonal() << 30, 18.2F, 12;
  const Matrix denoised = Denoise(gram, 27);
  EXPECT_NEAR(denoised(0, 0), 24, 1e-4);
  EXPECT_NEAR(denoised(1, 1), 4.55, 1e-4);
  EXPECT_NEAR(denoised(2, 2), 3, 1e-4);
  EXPECT_NEAR(denoised(0, 1), 0, 1e-4);
}

TEST(Denoise, DropsNegativeEigenvalues) {
  Matrix gram = Matrix::Zero(2, 2);
  gram.diagonal() << 100, -100;
  const Matrix denoised = Denoise(gram, 2);
  EXPECT_NEAR(denoised(0, 0), std::sqrt(10'000 - 16), 1e-3);
  EXPECT_NEAR(denoised(1, 1), 0, 1e-4);
}

RC_GTEST_PROP(Denoise, GivesASymmetricMatrixWithoutNegativeEigenvalues, (uint64_t seed)) {
  const Matrix denoised = Denoise(WithNoise(Matrix::Zero(8, 8), 500, seed), 500);
  RC_ASSERT(denoised == Matrix(denoised.transpose()));
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> spectrum(denoised.cast<double>());
  RC_ASSERT(spectrum.eigenvalues().minCoeff() > -1e-3);
}

}  // namespace
}  // namespace sotto::federation
