// A dot product with a fixed order of summation: eight running sums, then those pairwise. Compilers turn it into SIMD
// without being allowed to reorder anything, so native code and WASM agree to the last bit. Internal to this folder.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace sotto::recommend {

// Precondition: equal sizes.
inline float Dot(std::span<const float> a, std::span<const float> b) {
  constexpr size_t kLanes = 8;
  std::array<float, kLanes> sums{};
  size_t i = 0;
  for (; i + kLanes <= a.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  }
  for (size_t lane = 0; i < a.size(); ++i, ++lane) sums[lane] += a[i] * b[i];
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

}  // namespace sotto::recommend
