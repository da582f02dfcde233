#include "sotto/privacy/discrete_gaussian.h"

#include <numeric>
#include <string>

#include "sotto/privacy/bernoulli_exp.h"

namespace sotto::privacy {
namespace {

// floor(sqrt(value)), by one bit after the other.
uint64_t FloorSqrt(uint64_t value) {
  uint64_t root = 0;
  for (uint64_t bit = uint64_t{1} << 31; bit != 0; bit >>= 1) {
    const uint64_t tried = root + bit;
    if (tried * tried <= value) root = tried;
  }
  return root;
}

struct SignedMagnitude {
  bool negative;
  uint64_t magnitude;
};

// Algorithm 2: P(y) proportional to exp(-|y| / scale). magnitude < scale * kMaxRepeats.
Result<SignedMagnitude> DiscreteLaplace(uint64_t scale, RandomSource& random) {
  for (uint32_t attempt = 0; attempt < kMaxRepeats; ++attempt) {
    SOTTO_ASSIGN_OR_RETURN(const Uint128 remainder, UniformBelow(scale, random));
    SOTTO_ASSIGN_OR_RETURN(const bool keep, BernoulliExp(remainder, scale, random));
    if (!keep) continue;

    uint64_t quotient = 0;
    while (true) {
      SOTTO_ASSIGN_OR_RETURN(const bool more, BernoulliExp(1, 1, random));
      if (!more) break;
      if (++quotient == kMaxRepeats) return StuckSource();
    }
    const uint64_t magnitude = static_cast<uint64_t>(remainder) + scale * quotient;

    SOTTO_ASSIGN_OR_RETURN(const Uint128 sign, UniformBelow(2, random));
    if (sign == 1 && magnitude == 0) continue;  // or zero would be counted twice
    return SignedMagnitude{sign == 1, magnitude};
  }
  return StuckSource();
}

}  // namespace

Rational Rational::Reduced() const {
  const uint64_t divisor = std::gcd(numerator, denominator);
  return {numerator / divisor, denominator / divisor};
}

Result<DiscreteGaussian> DiscreteGaussian::Create(Rational sigma_squared) {
  for (const uint64_t part : {sigma_squared.numerator, sigma_squared.denominator}) {
    if (part == 0 || part > kMaxRationalPart) {
      return Error{ErrorCode::kInvalidArgument,
                   "sigma_squared is " + std::to_string(sigma_squared.numerator) + "/" +
                       std::to_string(sigma_squared.denominator) + ".",
                   "Numerator and denominator must be from 1 to 4294967295."};
    }
  }
  DiscreteGaussian gaussian;
  gaussian.sigma_squared_ = sigma_squared.Reduced();
  // floor(sqrt(n / d)) = floor(sqrt(floor(n / d))).
  gaussian.scale_ = FloorSqrt(gaussian.sigma_squared_.numerator / gaussian.sigma_squared_.denominator) + 1;
  return gaussian;
}

// Algorithm 3: a discrete Laplace y is accepted with probability exp(-(|y| - sigma^2 / t)^2 / (2 sigma^2)), which with
// sigma^2 = n / d is exp(-(|y| d t - n)^2 / (2 n d t^2)).
//
// What fits: t <= sqrt(n / d) + 1, so d t^2 <= n + 2 sqrt(n d) + d < 2^34. The denominator is below 2 * 2^32 * 2^34 =
// 2^67 (kMaxDenominator is 2^100). |y| < 2^20 t, so |y| d t < 2^54 and the numerator is below 2^108.
Result<int64_t> DiscreteGaussian::Sample(RandomSource& random) const {
  const Uint128 n = sigma_squared_.numerator;
  const Uint128 d = sigma_squared_.denominator;
  const Uint128 t = scale_;
  const Uint128 denominator = 2 * n * d * t * t;
  for (uint32_t attempt = 0; attempt < kMaxRepeats; ++attempt) {
    SOTTO_ASSIGN_OR_RETURN(const SignedMagnitude candidate, DiscreteLaplace(scale_, random));
    const Uint128 place = candidate.magnitude * d * t;
    const Uint128 distance = place > n ? place - n : n - place;
    SOTTO_ASSIGN_OR_RETURN(const bool accepted, BernoulliExp(distance * distance, denominator, random));
    if (!accepted) continue;
    const auto magnitude = static_cast<int64_t>(candidate.magnitude);
    return candidate.negative ? -magnitude : magnitude;
  }
  return StuckSource();
}

}  // namespace sotto::privacy
