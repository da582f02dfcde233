// The exact discrete Gaussian: P(x) proportional to exp(-x^2 / (2 sigma^2)) over all integers. C. Canonne, G. Kamath,
// T. Steinke, "The Discrete Gaussian for Differential Privacy", NeurIPS 2020, algorithms 1 to 3. Only integers between
// the random bits and the sample: no floating point, so no rounding that leaks.
#pragma once

#include <cstdint>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::privacy {

inline constexpr uint64_t kMaxRationalPart = 0xFFFFFFFF;  // 2^32 - 1

// A non-negative rational number.
struct Rational {
  uint64_t numerator = 0;
  uint64_t denominator = 1;

  // The same value in lowest terms; 0/1 for zero. Precondition: denominator > 0.
  Rational Reduced() const;

  friend bool operator==(const Rational&,
                         const Rational&) = default;  // of the parts: Reduced() first to compare values
};

class DiscreteGaussian {
 public:
  // sigma_squared = numerator / denominator, both from 1 to kMaxRationalPart, so that every product of the algorithm
  // fits 128 bits (worked out in the implementation). kInvalidArgument otherwise.
  static Result<DiscreteGaussian> Create(Rational sigma_squared);

  // One sample. The bytes drawn, and so the sample, are the same on every platform for the same source.
  // Errors: those of the random source; kUnavailable if the source is stuck on one value (a fair source gets there with
  // a probability below exp(-600,000)). Not constant time: how many random bytes are read depends on the sample,
  // which an observer on the device could time.
  Result<int64_t> Sample(RandomSource& random) const;

  Rational sigma_squared() const { return sigma_squared_; }  // in lowest terms

 private:
  DiscreteGaussian() = default;
  Rational sigma_squared_;
  uint64_t scale_ = 1;  // t = floor(sigma) + 1 of the discrete Laplace that it rejects from
};

}  // namespace sotto::privacy
