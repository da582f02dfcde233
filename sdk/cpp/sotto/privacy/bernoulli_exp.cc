#include "sotto/privacy/bernoulli_exp.h"

#include <array>
#include <bit>
#include <span>

namespace sotto::privacy {
namespace {

int BitWidth(Uint128 value) {
  const auto high = static_cast<uint64_t>(value >> 64);
  return high != 0 ? 128 - std::countl_zero(high) : 64 - std::countl_zero(static_cast<uint64_t>(value));
}

// Algorithm 1 for numerator <= denominator: the first k whose coin of probability numerator / (denominator k) shows
// tails is odd with probability exp(-numerator / denominator), by the exponential's series.
Result<bool> BernoulliExpBelowOne(Uint128 numerator, Uint128 denominator, RandomSource& random) {
  for (uint32_t k = 1; k <= kMaxRepeats; ++k) {
    SOTTO_ASSIGN_OR_RETURN(const Uint128 drawn, UniformBelow(denominator * k, random));
    if (drawn >= numerator) return k % 2 == 1;
  }
  return StuckSource();
}

}  // namespace

Error StuckSource() {
  return {ErrorCode::kUnavailable, "the random source repeats itself.",
          "Check the source of random bytes; no noise was drawn from it."};
}

Result<Uint128> UniformBelow(Uint128 bound, RandomSource& random) {
  const int bits = BitWidth(bound - 1);
  const Uint128 mask = (Uint128{1} << bits) - 1;
  std::array<uint8_t, 16> raw{};
  const auto bytes = std::span(raw).first(static_cast<size_t>((bits + 7) / 8));
  for (uint32_t repeat = 0; repeat < kMaxRepeats; ++repeat) {
    SOTTO_RETURN_IF_ERROR(random.Fill(bytes));
    Uint128 value = 0;
    for (size_t i = 0; i < bytes.size(); ++i) value |= Uint128{bytes[i]} << (8 * i);
    value &= mask;
    if (value < bound) return value;
  }
  return StuckSource();
}

Result<bool> BernoulliExp(Uint128 numerator, Uint128 denominator, RandomSource& random) {
  // exp(-(n + r)) = exp(-1)^n exp(-r): the whole part first, which ends at the first tails.
  for (uint32_t repeat = 0; numerator > denominator; ++repeat) {
    if (repeat == kMaxRepeats) return StuckSource();
    SOTTO_ASSIGN_OR_RETURN(const bool heads, BernoulliExpBelowOne(1, 1, random));
    if (!heads) return false;
    numerator -= denominator;
  }
  return BernoulliExpBelowOne(numerator, denominator, random);
}

}  // namespace sotto::privacy
