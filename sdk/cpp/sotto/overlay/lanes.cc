#include "sotto/overlay/lanes.h"

#include <algorithm>
#include <bit>

namespace sotto::overlay {
namespace {

constexpr MediaTime kNever = INT64_MAX;

// Lanes take from 94 % to 106 % of the crossing. Steps of the golden ratio keep neighbours, and all first n lanes, well
// apart.
MediaTime CrossingOf(int32_t lane, MediaTime crossing) {
  const int64_t spread = int64_t{lane} * 618 % 1'000;  // 0 to 999
  return crossing * (94'000 + 12 * spread) / 100'000;
}

}  // namespace

Lanes::Lanes(const Geometry& geometry)
    : geometry_(geometry), leaves_(std::bit_ceil(static_cast<size_t>(std::max(geometry.lanes, 1)))) {
  crossing_.reserve(static_cast<size_t>(geometry.lanes));
  for (int32_t lane = 0; lane < geometry.lanes; ++lane) crossing_.push_back(CrossingOf(lane, geometry.crossing));
  free_at_.assign(2 * leaves_, kNever);
  for (int32_t lane = 0; lane < geometry.lanes; ++lane) Release(lane);
}

int64_t Lanes::Distance(int32_t lane, MediaTime t) const {
  return geometry_.width * t / crossing_[static_cast<size_t>(lane)];
}

MediaTime Lanes::TimeOf(int32_t lane, int64_t distance) const {
  return (distance * crossing_[static_cast<size_t>(lane)] + geometry_.width - 1) / geometry_.width;
}

std::optional<int32_t> Lanes::FirstFree(MediaTime t) const {
  if (free_at_[1] > t) return std::nullopt;
  return Topmost(t);
}

int32_t Lanes::Topmost(MediaTime t) const {
  size_t node = 1;
  while (node < leaves_) {
    node *= 2;
    if (free_at_[node] > t) ++node;
  }
  return static_cast<int32_t>(node - leaves_);
}

void Lanes::Occupy(int32_t lane, const Place& place) {
  // A comment that enters at distance d starts at column d + width.
  const int64_t distance = place.end() + geometry_.gap - geometry_.width;
  const MediaTime until = TimeOf(lane, std::max<int64_t>(distance, 0));
  SetFreeAt(lane, std::max(until, free_at_[leaves_ + static_cast<size_t>(lane)]));
}

void Lanes::Release(int32_t lane) {
  SetFreeAt(lane, 0);
}

void Lanes::SetFreeAt(int32_t lane, MediaTime time) {
  size_t node = leaves_ + static_cast<size_t>(lane);
  free_at_[node] = time;
  while (node > 1) {
    node /= 2;
    free_at_[node] = std::min(free_at_[2 * node], free_at_[2 * node + 1]);
  }
}

std::optional<Lanes::Slot> Lanes::Reserve(const Comment& comment) {
  const MediaTime enters = std::max(comment.at, free_at_[1]);
  if (enters > kMaxMediaTime) return std::nullopt;
  if (!comment.own && enters - comment.at > geometry_.patience) return std::nullopt;
  const int32_t lane = Topmost(enters);
  const Place place{Distance(lane, enters) + geometry_.width, std::min(comment.width, geometry_.max_comment_width),
                    comment.id};
  Occupy(lane, place);
  return Slot{lane, enters, place};
}

}  // namespace sotto::overlay
