// Lanes: how far each has moved, and which one is free.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sotto/overlay/geometry.h"

namespace sotto::overlay {

// A place on a lane: columns count from 0, and column c is at screen x = c - distance. Places of a lane that are on
// screen together do not overlap, and are at least a gap apart.
struct Place {
  int64_t start = 0;
  int32_t width = 0;
  uint32_t id = 0;

  int64_t end() const { return start + width; }
};

class Lanes {
 public:
  explicit Lanes(const Geometry& geometry);

  // Pixels that the lane has moved by time t >= 0. At most 2^36 for t <= kMaxMediaTime.
  int64_t Distance(int32_t lane, MediaTime t) const;

  // The topmost lane at whose right edge a comment can enter at time t; nothing if all are taken. O(log lanes).
  std::optional<int32_t> FirstFree(MediaTime t) const;

  // The lane is taken until this place, and a gap, are clear of the right edge. O(log lanes).
  void Occupy(int32_t lane, const Place& place);
  void Release(int32_t lane);

  struct Slot {
    int32_t lane;
    MediaTime enters;
    Place place;
  };
  // Occupies a place for a comment whose time is known beforehand, as early as possible. Nothing if that would be later
  // than its patience (own comments: than kMaxMediaTime).
  std::optional<Slot> Reserve(const Comment& comment);

 private:
  // Precondition: one is free.
  int32_t Topmost(MediaTime t) const;
  void SetFreeAt(int32_t lane, MediaTime time);
  // The first time at which Distance(lane, time) >= distance.
  MediaTime TimeOf(int32_t lane, int64_t distance) const;

  Geometry geometry_;
  std::vector<MediaTime> crossing_;  // by lane
  // A binary tree in an array: node i has children 2i and 2i + 1 and holds the lesser of their times; the leaves are
  // the lanes' times from which on they are free.
  std::vector<MediaTime> free_at_;
  size_t leaves_ = 1;
};

}  // namespace sotto::overlay
