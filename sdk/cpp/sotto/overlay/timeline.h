// A recording: its comments in order of time, and the place that each has on a lane.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/overlay/lanes.h"

namespace sotto::overlay {

class Timeline {
 public:
  // Takes the comments, in any order, and gives them places. Precondition: they are valid.
  void Load(std::span<const Comment> comments, const Geometry& geometry);

  // Gives places anew, for lanes of another geometry.
  void Arrange(const Geometry& geometry);

  // The places of one lane, from left to right, not overlapping. Valid until the next Load or Arrange.
  std::span<const Place> lane(int32_t lane) const;

  uint64_t admitted() const { return places_.size(); }
  uint64_t dropped() const { return comments_.size() - places_.size(); }

 private:
  std::vector<Comment> comments_;  // by time, then id
  std::vector<Place> places_;      // by lane, then column
  std::vector<size_t> first_;      // where each lane's places begin in places_; one more for the end
};

}  // namespace sotto::overlay
