#include "sotto/overlay/layers/scroll/lanes.h"

#include <algorithm>

namespace sotto::overlay {
namespace {

// Steps of the golden ratio keep neighbours, and all first n lanes, well apart.
MediaTime CrossingOf(int32_t lane, const Geometry& geometry) {
  const int64_t step = int64_t{lane} * 618 % 1'000;  // 0 to 999
  return geometry.crossing * (1'000'000 + geometry.spread * (2 * step - 1'000)) / 1'000'000;
}

}  // namespace

Lanes::Lanes(const Geometry& geometry, bool reversed)
    : geometry_(geometry),
      first_(reversed ? geometry.lanes - geometry.reverse_lanes : 0),
      free_(reversed ? geometry.reverse_lanes : geometry.lanes - geometry.reverse_lanes) {
  const int32_t end = reversed ? geometry.lanes : geometry.lanes - geometry.reverse_lanes;
  for (int32_t lane = first_; lane < end; ++lane) crossing_.push_back(CrossingOf(lane, geometry));
}

int64_t Lanes::Distance(int32_t lane, MediaTime t) const {
  return geometry_.width * t / crossing_[static_cast<size_t>(lane - first_)];
}

MediaTime Lanes::TimeOf(int32_t lane, int64_t distance) const {
  return (distance * crossing_[static_cast<size_t>(lane - first_)] + geometry_.width - 1) / geometry_.width;
}

Place Lanes::EnteringAt(int32_t lane, MediaTime t, const Comment& comment) const {
  return {Distance(lane, t) + geometry_.width, geometry_.WidthOf(comment), comment.id};
}

MediaTime Lanes::Ready(MediaTime now) const {
  if (crossing_.empty()) return FreeTimes::kNever;
  return geometry_.Overlaps() ? now : std::max(now, free_.earliest());
}

int32_t Lanes::Choose(MediaTime t) {
  if (geometry_.overlap == Overlap::kAlways) {
    return first_ + static_cast<int32_t>(turn_++ % static_cast<uint32_t>(crossing_.size()));
  }
  return first_ + free_.FirstFree(std::max(t, free_.earliest()));
}

void Lanes::Occupy(int32_t lane, const Place& place) {
  // A comment that enters at distance d starts at column d + width.
  const int64_t distance = place.end() + geometry_.gap - geometry_.width;
  const MediaTime until = TimeOf(lane, std::max<int64_t>(distance, 0));
  free_.Set(lane - first_, std::max(until, free_.at(lane - first_)));
}

}  // namespace sotto::overlay
