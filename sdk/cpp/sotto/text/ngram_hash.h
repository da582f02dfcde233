// How n-grams are hashed, symbol by symbol: state = 0 or another start; Extend for each symbol; Finish. Models depend
// on it.
#pragma once

#include <cstdint>

namespace sotto::text {

// Stands before the first and after the last symbol. Neither a code point nor a token (tokens.h).
inline constexpr uint32_t kNgramBoundary = 0x110000;

inline constexpr uint64_t kNgramMultiplier = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio, odd

constexpr uint64_t ExtendNgram(uint64_t state, uint32_t symbol) {
  state = (state + symbol + 1) * kNgramMultiplier;
  return state ^ state >> 32;
}

// The upper half of a product depends on all bits of its factor.
constexpr uint32_t FinishNgram(uint64_t state) {
  return static_cast<uint32_t>(state * kNgramMultiplier >> 32);
}

}  // namespace sotto::text
