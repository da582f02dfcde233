// Easing in integers.
#pragma once

#include <cstdint>

namespace sotto::overlay {

// Cubic ease-out in per mille: 1000 - (1000 - x)^3 / 10^6 for x in 0..1000, rounded up.
constexpr int32_t EaseOutCubic(int32_t x) {
  const int64_t rest = 1'000 - x;
  return static_cast<int32_t>(1'000 - rest * rest * rest / 1'000'000);
}

}  // namespace sotto::overlay
