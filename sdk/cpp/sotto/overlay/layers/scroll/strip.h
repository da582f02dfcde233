// A strip: the pixels of one lane, kept in a ring. Column c of the lane is pixel c mod strip_width of the strip,
// counted from its right end where the lane flows to the right.
#pragma once

#include <cstdint>

#include "sotto/overlay/layers/scroll/lanes.h"

namespace sotto::overlay {

class Strip {
 public:
  Strip(const Geometry& geometry, int32_t lane)
      : geometry_(geometry), lane_(lane), reversed_(geometry.Reversed(lane)) {}

  // The strip holds strip_width columns from here on: those that were drawn, and clear pixels between and ahead of
  // them.
  int64_t from() const { return from_; }

  // Whether, once the lane has moved that far, the strip still holds what the screen shows.
  bool Holds(int64_t distance) const { return from_ <= distance && distance < to(); }

  // Clears all of the strip, for a lane that has moved to `distance`.
  void Restart(int64_t distance, Commands& out);

  // Clears ahead, where needed, so that the widest comment can be drawn at the right edge. Precondition:
  // Holds(distance).
  void Advance(int64_t distance, Commands& out);

  // Clears columns [left, right), which it holds.
  void Clear(int64_t left, int64_t right, Commands& out) const;
  // Draws the part of a comment that is in columns [left, right), which it holds.
  void Raster(const Place& place, int64_t left, int64_t right, Commands& out) const;
  // Draws a comment that ends after from() and starts no later than the right edge.
  void Raster(const Place& place, Commands& out) const { Raster(place, from_, place.end(), out); }

  // Copies columns [left, right), which are on the screen, to it.
  void Blit(int64_t left, int64_t right, int64_t distance, Commands& out) const;

  // What was drawn is to be forgotten: it holds nothing.
  void Invalidate() { from_ = kNowhere; }

 private:
  static constexpr int64_t kNowhere = INT64_MIN / 2;

  int64_t to() const { return from_ + geometry_.strip_width; }
  int32_t y() const { return lane_ * geometry_.lane_height; }
  // Calls piece(x, width, offset) for the one or two runs of strip pixels that are columns [left, right); `offset` is
  // the run's first column less `left`.
  template <class Piece>
  void Split(int64_t left, int64_t right, Piece piece) const;

  Geometry geometry_;
  int32_t lane_;
  bool reversed_;
  int64_t from_ = kNowhere;
};

}  // namespace sotto::overlay
