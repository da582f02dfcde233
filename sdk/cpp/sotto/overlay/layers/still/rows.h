// Rows of still comments, from the top down or from the bottom up; and free places, which need none.
#pragma once

#include <cstdint>

#include "sotto/overlay/geometry.h"
#include "sotto/overlay/selection/free_times.h"

namespace sotto::overlay {

// Where and how long a still comment stands: from `from` on, before `until`.
struct Stand {
  Comment comment;
  int32_t row = 0;  // 0 for a free one
  MediaTime from = 0;
  MediaTime until = 0;

  bool At(MediaTime t) const { return from <= t && t < until; }
  bool Meets(const Stand& other) const { return row == other.row && from < other.until && other.from < until; }
};

// On screen: at full scale, and the scale (per mille) at which one wider or taller than the screen fits.
struct Spot {
  int32_t x = 0, y = 0, width = 0, height = 0, scale = 1'000;

  // The rectangle that is drawn, which is the only one that a point is in.
  Visible Drawn(uint32_t id) const;
  bool Holds(int32_t at_x, int32_t at_y) const;
};

class StillRows {
 public:
  // Precondition: mode is kTop, kBottom or kFree.
  StillRows(const Geometry& geometry, Mode mode);

  bool overlaps() const { return geometry_.Overlaps() || mode_ == Mode::kFree; }
  int32_t count() const { return count_; }

  // When a comment can enter that waits from `now` on.
  MediaTime Ready(MediaTime now) const;
  // Where it stands if it enters at time t, Ready(t) == t. O(log rows).
  Stand Choose(MediaTime t, const Comment& comment) const;
  void Occupy(const Stand& stand);
  // All rows are free from 0 on.
  void Reset();
  // The first row of top comments begins there, if that is below the geometry's top.
  void SetTop(int32_t y);

  Spot SpotOf(const Stand& stand) const;

 private:
  Geometry geometry_;
  Mode mode_;
  int32_t count_;
  int32_t top_;
  FreeTimes free_;
};

}  // namespace sotto::overlay
