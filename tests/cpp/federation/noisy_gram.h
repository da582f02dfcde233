// A Gram matrix as a round releases it.
#pragma once

#include <cstdint>

#include "sotto/base/random.h"
#include "sotto/privacy/discrete_gaussian.h"
#include "sotto/recommend/matrix.h"

namespace sotto::federation {

// Symmetric noise of the variance on every entry.
inline recommend::Matrix WithNoise(recommend::Matrix gram, uint64_t variance, uint64_t seed) {
  const auto noise = privacy::DiscreteGaussian::Create({variance, 1}).value();
  ChaCha20Source random(seed);
  for (Eigen::Index i = 0; i < gram.rows(); ++i) {
    for (Eigen::Index j = i; j < gram.cols(); ++j) {
      gram(i, j) += static_cast<float>(noise.Sample(random).value());
      gram(j, i) = gram(i, j);
    }
  }
  return gram;
}

}  // namespace sotto::federation
