// What all parts of the planner share: its sizes, from checked options, and the list of commands that a frame becomes.
#pragma once

#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {

using Commands = std::vector<Command>;

struct Geometry {
  int32_t width = 0;  // of the screen
  int32_t top = 0;
  int32_t lanes = 0;
  int32_t lane_height = 0;
  int32_t max_comment_width = 0;
  int32_t gap = 0;
  MediaTime crossing = 0;
  MediaTime patience = 0;

  // A strip holds the screen, the widest comment that has just entered, `behind` columns that have left the screen,
  // kept for clocks that step back, and as many again, so that it is cleared in pieces and not at every frame.
  int32_t behind = 0;
  int32_t strip_width = 0;

  // kInvalidArgument, naming the option and its range.
  static Result<Geometry> From(const PlannerOptions& options);
};

}  // namespace sotto::overlay
