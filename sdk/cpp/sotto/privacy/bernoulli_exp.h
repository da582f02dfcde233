// Coins of probability exp(-numerator / denominator), exact: algorithm 1 of Canonne-Kamath-Steinke 2020. Internal to
// this folder.
#pragma once

#include <cstdint>

#include "sotto/base/random.h"
#include "sotto/base/result.h"

namespace sotto::privacy {

__extension__ using Uint128 = unsigned __int128;

// How often a loop that a fair source leaves at once may repeat before the source counts as stuck.
inline constexpr uint32_t kMaxRepeats = uint32_t{1} << 20;
// The largest denominator: times kMaxRepeats it still fits 128 bits.
inline constexpr Uint128 kMaxDenominator = Uint128{1} << 100;

// kUnavailable: what a loop returns after kMaxRepeats.
Error StuckSource();

// Uniform over {0, ..., bound - 1}: as many random bits as bound - 1 has, drawn again while they are not below bound.
// Precondition: bound > 0.
Result<Uint128> UniformBelow(Uint128 bound, RandomSource& random);

// True with probability exp(-numerator / denominator). Precondition: 0 < denominator <= kMaxDenominator.
Result<bool> BernoulliExp(Uint128 numerator, Uint128 denominator, RandomSource& random);

}  // namespace sotto::privacy
