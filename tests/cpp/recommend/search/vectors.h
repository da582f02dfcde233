// Vectors to search in: pseudo-random, the same for a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sotto::recommend {

// From -1 to 1.
inline std::vector<float> Numbers(size_t count, uint64_t seed) {
  std::vector<float> numbers;
  for (size_t i = 0; i < count; ++i) {
    seed = seed * 6364136223846793005 + 1442695040888963407;
    numbers.push_back(static_cast<float>(static_cast<int32_t>(seed >> 33) - (1 << 30)) * 0x1p-30F);
  }
  return numbers;
}

}  // namespace sotto::recommend
