// What all parts of the planner share: its sizes, from checked options, and the list of commands that a frame becomes.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {

using Commands = std::vector<Command>;

inline constexpr MediaTime kSlack = 100'000;  // of a clock that steps back

struct Geometry {
  int32_t width = 0;  // of the screen
  int32_t height = 0;
  int32_t top = 0;
  int32_t lanes = 0;
  int32_t reverse_lanes = 0;  // the last of them
  int32_t still_rows = 0;     // from the top, and again from the bottom
  int32_t lane_height = 0;
  int32_t max_comment_width = 0;
  int32_t gap = 0;
  int32_t text_scale = 0;
  int32_t spread = 0;
  size_t max_visible = 0;
  Overlap overlap = Overlap::kNever;
  MediaTime crossing = 0;
  MediaTime patience = 0;
  MediaTime still = 0;

  // A strip holds the screen, the widest comment that has just entered, `behind` columns that have left the screen,
  // kept for clocks that step back, and as many again, so that it is cleared in pieces and not at every frame.
  int32_t behind = 0;
  int32_t strip_width = 0;

  bool Reversed(int32_t lane) const { return lane >= lanes - reverse_lanes; }
  // A comment's width on this screen, and the height of a free one that has one.
  int32_t WidthOf(const Comment& comment) const {
    return static_cast<int32_t>(std::min<int64_t>(Scaled(comment.width), max_comment_width));
  }
  int32_t HeightOf(const Comment& comment) const {
    return static_cast<int32_t>(std::min<int64_t>(Scaled(comment.height), 16'384));
  }
  // The mode in which it is shown: what has neither lanes nor rows of its own scrolls as others do.
  Mode Route(Mode mode) const;

  bool Overlaps() const { return overlap != Overlap::kNever; }

  // kInvalidArgument, naming the option and its range.
  static Result<Geometry> From(const PlannerOptions& options);

 private:
  int64_t Scaled(int32_t size) const { return (int64_t{size} * text_scale + 999'999) / 1'000'000; }
};

// kInvalidArgument "WHAT is VALUE." if it is not from `least` to `most`.
Status CheckRange(const std::string& what, int64_t value, int64_t least, int64_t most);

}  // namespace sotto::overlay
