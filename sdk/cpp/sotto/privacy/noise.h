// One aggregator's noise on its aggregate share: an exact discrete Gaussian on every entry, drawn from the system's
// source (a ChaCha20Source in tests and simulations).
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/privacy/discrete_gaussian.h"

namespace sotto::privacy {

// `count` independent samples: those that DiscreteGaussian::Sample gives one after the other. Reads `random` ahead in
// pieces of 256 bytes, since a call of the system's source costs more than a sample, so that up to 255 bytes are drawn
// that no sample uses.
// Errors: those of DiscreteGaussian::Create and Sample; kResourceExhausted above 2^24.
Result<std::vector<int64_t>> NoiseVector(Rational sigma_squared, size_t count, RandomSource& random);

}  // namespace sotto::privacy
