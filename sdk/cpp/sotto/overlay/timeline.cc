#include "sotto/overlay/timeline.h"

#include <algorithm>
#include <tuple>

namespace sotto::overlay {

void Timeline::Load(std::span<const Comment> comments, const Geometry& geometry) {
  comments_.assign(comments.begin(), comments.end());
  // The order is total, so that the picture does not depend on the order in which comments were given.
  std::ranges::sort(comments_, [](const Comment& a, const Comment& b) {
    return std::tie(a.at, a.id, a.width, a.own) < std::tie(b.at, b.id, b.width, b.own);
  });
  Arrange(geometry);
}

void Timeline::Arrange(const Geometry& geometry) {
  Lanes lanes(geometry);
  std::vector<Lanes::Slot> slots;
  slots.reserve(comments_.size());
  first_.assign(static_cast<size_t>(geometry.lanes) + 1, 0);
  for (const Comment& comment : comments_) {
    const auto slot = lanes.Reserve(comment);
    if (!slot) continue;
    slots.push_back(*slot);
    ++first_[static_cast<size_t>(slot->lane) + 1];
  }
  for (size_t lane = 1; lane < first_.size(); ++lane) first_[lane] += first_[lane - 1];

  // Slots are in order of time; within a lane that is the order of columns, which a stable distribution keeps.
  places_.resize(slots.size());
  std::vector<size_t> next(first_.begin(), first_.end());
  for (const Lanes::Slot& slot : slots) places_[next[static_cast<size_t>(slot.lane)]++] = slot.place;
}

std::span<const Place> Timeline::lane(int32_t lane) const {
  if (places_.empty()) return {};
  const auto index = static_cast<size_t>(lane);
  return std::span(places_).subspan(first_[index], first_[index + 1] - first_[index]);
}

}  // namespace sotto::overlay
