// Lanes of one direction: how far each has moved, and which one is free.
#pragma once

#include <cstdint>
#include <tuple>
#include <vector>

#include "sotto/overlay/geometry.h"
#include "sotto/overlay/selection/free_times.h"

namespace sotto::overlay {

// A place on a lane: columns count from 0, and column c is at screen x = c - distance, mirrored in a lane that flows to
// the right. Unless comments may overlap, places of a lane that are on screen together are at least a gap apart.
struct Place {
  int64_t start = 0;
  int32_t width = 0;
  uint32_t id = 0;

  int64_t end() const { return start + width; }
  bool operator==(const Place&) const = default;
};

// The order in which places of a lane are drawn, so that overlapping ones look the same whichever came first: the later
// start is on top.
inline bool DrawnBefore(const Place& a, const Place& b) {
  return std::tie(a.start, a.id, a.width) < std::tie(b.start, b.id, b.width);
}

class Lanes {
 public:
  // Those of the geometry that flow to the left, or to the right. Lanes go by their number among all.
  Lanes(const Geometry& geometry, bool reversed);

  int32_t first() const { return first_; }
  int32_t end() const { return first_ + static_cast<int32_t>(crossing_.size()); }

  // Pixels that the lane has moved by time t >= 0. Less than 2^37 for t <= kMaxMediaTime.
  int64_t Distance(int32_t lane, MediaTime t) const;
  // The first time at which Distance(lane, time) >= distance >= 0.
  MediaTime TimeOf(int32_t lane, int64_t distance) const;
  // Where a comment that enters at time t has its place.
  Place EnteringAt(int32_t lane, MediaTime t, const Comment& comment) const;

  // When a comment can enter that waits from `now` on: now, unless it has to wait for a free lane.
  MediaTime Ready(MediaTime now) const;
  // The lane that a comment takes which enters at time t, Ready(t) == t: the topmost that is free; where comments may
  // overlap and none is, the one that will be free first; the next one in turn where they always may. O(log lanes).
  int32_t Choose(MediaTime t);

  // The lane is taken until this place, and a gap, are clear of the edge at which comments enter. O(log lanes).
  void Occupy(int32_t lane, const Place& place);
  void Release(int32_t lane) { free_.Set(lane - first_, 0); }

 private:
  Geometry geometry_;
  int32_t first_;
  std::vector<MediaTime> crossing_;  // by lane
  FreeTimes free_;
  uint32_t turn_ = 0;
};

}  // namespace sotto::overlay
