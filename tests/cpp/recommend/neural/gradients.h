// Gradients against central finite differences: what every layer has to stand.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "sotto/recommend/matrix.h"

namespace sotto::recommend::neural {

// Fails unless `gradient` is that of loss() by the numbers of `at`, within `tolerance` of the larger of 1 and the
// number itself.
inline void ExpectGradient(Matrix& at, const Matrix& gradient, const std::function<double()>& loss,
                           double tolerance = 2e-3) {
  ASSERT_EQ(at.rows(), gradient.rows());
  ASSERT_EQ(at.cols(), gradient.cols());
  constexpr float kStep = 1.0F / 128;
  for (Eigen::Index i = 0; i < at.size(); ++i) {
    const float value = at.data()[i];
    at.data()[i] = value + kStep;
    const double above = loss();
    at.data()[i] = value - kStep;
    const double below = loss();
    at.data()[i] = value;
    const double difference = (above - below) / (2 * static_cast<double>(kStep));
    ASSERT_NEAR(gradient.data()[i], difference, tolerance * std::max(1.0, std::abs(difference))) << "number " << i;
  }
}

// A loss that tells every number of a matrix from the others: the sum of number x weight. Its gradient is the weights.
inline double WeightedSum(const Matrix& m, const Matrix& weights) {
  return (m.cast<double>().array() * weights.cast<double>().array()).sum();
}

}  // namespace sotto::recommend::neural
