// The exact discrete Gaussian: P(x) proportional to exp(-x^2 / (2 sigma^2)) over all integers. C. Canonne, G. Kamath,
// T. Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020, algorithms 1 to 3. Only integers between
// the random bits and the sample: no floating point, so no rounding that leaks.
#pragma once

#include <cstdint>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::privacy {

// A non-negative rational number; in lowest terms after Create.
struct Rational {
  uint64_t numerator = 0;
  uint64_t denominator = 1;
};

class DiscreteGaussian {
 public:
  // sigma_squared = numerator / denominator, > 0, both at most 2^32 - 1, and at most 2^40 as a value.
  // kInvalidArgument otherwise.
  static Result<DiscreteGaussian> Create(Rational sigma_squared);

  // One sample. Errors are those of the random source. Not constant time: the number of random bytes read depends on
  // the sample, which the device's own observer could time.
  Result<int64_t> Sample(RandomSource& random) const;

  Rational sigma_squared() const { return sigma_squared_; }

 private:
  DiscreteGaussian() = default;
  Rational sigma_squared_;
  uint64_t scale_ = 1;  // t = floor(sigma) + 1 of the discrete Laplace that it rejects from
};

}  // namespace sotto::privacy
