// One lane with its comments: those that have a place on it, and those that are on its strip.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sotto/overlay/lanes.h"
#include "sotto/overlay/strip.h"

namespace sotto::overlay {

// A live comment and its place. `comment.at` is the time at which it entered.
struct LiveComment {
  Comment comment;
  Place place;
};

class Row {
 public:
  Row(const Geometry& geometry, int32_t lane) : geometry_(geometry), lane_(lane), strip_(geometry, lane) {}

  // A frame, at which the lane has moved to `distance`, is: MoveTo, Admit for each live comment that enters now,
  // ShowRecorded, Blit. Admit comes before ShowRecorded because live comments have the right of way.

  // Clears what is ahead of the screen, and draws the live comments that enter again after a jump back. A jump that the
  // strip does not cover draws them all anew.
  void MoveTo(int64_t distance, Lanes& lanes, Commands& out);
  // Draws a live comment at the right edge. Adds to `displaced` the live comments that were to enter again where it is
  // now, and to `forgotten` the ids of those that left the screen before the last kLiveHistory did.
  void Admit(const Comment& comment, Lanes& lanes, Commands& out, std::vector<Comment>& displaced,
             std::vector<uint32_t>& forgotten);
  // Draws the recorded comments that entered.
  void ShowRecorded(Lanes& lanes, Commands& out);
  void Blit(Commands& out) const;

  // Gives a live comment a place to the right of all others.
  void Append(const LiveComment& live) { live_.push_back(live); }
  std::span<const LiveComment> live() const { return live_; }
  // The recording's places on this lane; they must stay valid. All is drawn anew.
  void SetRecorded(std::span<const Place> recorded);

  std::optional<uint32_t> Pick(int32_t x) const;
  // How many comments are in view.
  size_t visible() const { return InView().size(); }

 private:
  void Show(const Place& place, Lanes& lanes, Commands& out);
  bool HiddenByLive(const Place& recorded) const;
  std::span<const Place> InView() const;
  int64_t right_edge() const { return distance_ + geometry_.width; }

  Geometry geometry_;
  int32_t lane_;
  Strip strip_;
  int64_t distance_ = 0;

  // All three from left to right, not overlapping.
  std::vector<LiveComment> live_;
  std::span<const Place> recorded_;
  std::vector<Place> shown_;  // what is on the strip

  // The first of each that has not entered.
  size_t next_live_ = 0;
  size_t next_recorded_ = 0;
};

}  // namespace sotto::overlay
