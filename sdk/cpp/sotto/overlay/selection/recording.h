// A recording: its comments in order of time, and the place that each has on a lane or in a row.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "sotto/overlay/layers/scroll/lanes.h"
#include "sotto/overlay/layers/still/rows.h"

namespace sotto::overlay {

// A scrolling comment of a lane.
struct Slot {
  int32_t lane = 0;
  MediaTime enters = 0;
  Place place;
};

// What of a recording stays where it is.
struct KeptRecording {
  MediaTime now = 0;
  std::vector<Slot> slots;    // of the lanes of the geometry to arrange for
  std::vector<Stand> stands;  // likewise
};

class Recording {
 public:
  // Takes the comments, in any order, and arranges them. Precondition: they are valid.
  void Load(std::span<const Comment> comments, const Geometry& geometry);

  // Gives places anew, for another geometry: the comments enter in order of time, own ones first and then those of
  // higher priority among those that wait; a pure function of the comments and the geometry.
  void Arrange(const Geometry& geometry);
  // The same from `kept.now` on, with `kept` in its places. Of what had entered before, nothing else is shown.
  void ArrangeFrom(const KeptRecording& kept, const Geometry& geometry);

  // The places of one lane, by their starts. Valid until the next Load or Arrange.
  std::span<const Place> lane(int32_t lane) const;
  // Still comments by the time at which they enter, then by id. Precondition: mode is kTop, kBottom or kFree.
  std::span<const Stand> still(Mode mode) const;

  // Nothing if the recording has no such comment.
  const Comment* Find(uint32_t id) const;

  size_t admitted() const { return admitted_; }
  std::span<const Dropped> dropped() const { return dropped_; }

 private:
  class Arranger;

  void Take(Arranger& arranger, int32_t lanes);

  std::vector<Comment> comments_;  // by time, then id
  std::vector<Place> places_;      // by lane, then start
  std::vector<size_t> first_;      // where each lane's places begin in places_; one more for the end
  std::array<std::vector<Stand>, 3> still_;
  std::vector<Dropped> dropped_;
  size_t admitted_ = 0;
  // When each comment of comments_ entered, or will; kNever for one that has no place.
  std::vector<MediaTime> enters_;
  std::unordered_map<uint32_t, size_t> index_;  // of comments_, by id; the first of equal ids
};

}  // namespace sotto::overlay
