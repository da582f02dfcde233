// Bursts of particles: where each is follows from the burst's seed and the media time alone.
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/overlay/geometry.h"

namespace sotto::overlay {

// Particles live this long, a different time each, and the last starts after kBurstSpread.
inline constexpr MediaTime kShortestParticle = 1'400'000;
inline constexpr MediaTime kLongestParticle = 2'400'000;
inline constexpr MediaTime kBurstSpread = 600'000;

class Bursts {
 public:
  // Errors as Planner::AddBurst.
  Status Add(const Burst& burst);
  void Clear() { bursts_.clear(); }

  // One kEffect for each particle present, as far as it is on the screen.
  void Show(MediaTime now, const Geometry& geometry, Commands& out) const;

 private:
  std::vector<Burst> bursts_;  // in order of addition
};

}  // namespace sotto::overlay
