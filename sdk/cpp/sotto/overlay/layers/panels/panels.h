// Panels: a panel's look is a function of the media time alone.
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/overlay/geometry.h"

namespace sotto::overlay {

inline constexpr MediaTime kPanelEntrance = 320'000;
inline constexpr MediaTime kPanelExit = 240'000;

// How present a panel is at time t, in per mille: eased from 0 to 1000 over the entrance and back over the exit (the
// lesser of both for a panel too short for them); 0 before and after its time.
int32_t Presence(const Panel& panel, MediaTime t);

class Panels {
 public:
  // Errors as Planner::AddPanel.
  Status Add(const Panel& panel);
  void Remove(uint32_t id);
  void Clear() { panels_.clear(); }

  // One kPanel for each panel present. It fades in while it moves into place: by a quarter of its height from below,
  // growing from 940 per mille (kRise), by half of its height from above (kDrop), or by its width from the left
  // (kSlide).
  void Show(MediaTime now, Commands& out) const;

 private:
  std::vector<Panel> panels_;  // in order of addition
};

}  // namespace sotto::overlay
