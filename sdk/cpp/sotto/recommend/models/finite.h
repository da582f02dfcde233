// Sums that cannot leave the range of a float: finite floats multiplied in double precision never overflow, and what is
// too large for a score afterwards becomes the largest one. Internal to this folder.
#pragma once

#include <algorithm>
#include <limits>

namespace sotto::recommend {

// Precondition: not NaN.
inline float ToFiniteFloat(double value) {
  constexpr double kMost = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(value, -kMost, kMost));
}

}  // namespace sotto::recommend
