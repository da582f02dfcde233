// The comment that the viewer's pointer holds: where it stands, and its way back once it is let go.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sotto/overlay/ease.h"
#include "sotto/overlay/geometry.h"

namespace sotto::overlay {

inline constexpr MediaTime kReturn = 300'000;

struct Held {
  Visible at;  // where it was taken
  int32_t scale = 1'000;
  bool released = false;
  MediaTime released_at = 0;

  // How far it is on its way back at time t, per mille; 1000: it is back. Time that jumps back has it back, too.
  int32_t Returned(MediaTime t) const {
    if (!released) return 0;
    const MediaTime since = t - released_at;
    if (since < -kSlack || since >= kReturn) return 1'000;
    return EaseOutCubic(static_cast<int32_t>(std::max<MediaTime>(since, 0) * 1'000 / kReturn));
  }

  // Where it is if its own place is at x.
  int32_t X(int32_t own_x, MediaTime t) const {
    return at.x + static_cast<int32_t>(int64_t{own_x - at.x} * Returned(t) / 1'000);
  }
};

}  // namespace sotto::overlay
