#include "sotto/overlay/layers/still/rows.h"

#include <algorithm>

namespace sotto::overlay {
namespace {

// That many ten-thousandths of a side.
int32_t Share(int32_t parts, int32_t side) {
  return static_cast<int32_t>(int64_t{parts} * side / 10'000);
}

// Per mille at which `size` fits into `room`, at least 1.
int32_t Fitting(int32_t size, int32_t room) {
  return static_cast<int32_t>(std::clamp<int64_t>(int64_t{room} * 1'000 / size, 1, 1'000));
}

// Pixels of a side at that scale, rounded up.
int32_t Scaled(int32_t size, int32_t scale) {
  return static_cast<int32_t>((int64_t{size} * scale + 999) / 1'000);
}

}  // namespace

Visible Spot::Drawn(uint32_t id) const {
  const int32_t w = Scaled(width, scale);
  const int32_t h = Scaled(height, scale);
  return {id, x + (width - w) / 2, y + (height - h) / 2, w, h};
}

bool Spot::Holds(int32_t at_x, int32_t at_y) const {
  const auto [id, left, upper, w, h] = Drawn(0);
  return left <= at_x && at_x < left + w && upper <= at_y && at_y < upper + h;
}

StillRows::StillRows(const Geometry& geometry, Mode mode)
    : geometry_(geometry),
      mode_(mode),
      count_(mode == Mode::kFree ? 0 : geometry.still_rows),
      top_(geometry.top),
      free_(count_) {}

MediaTime StillRows::Ready(MediaTime now) const {
  if (mode_ == Mode::kFree) return now;
  if (count_ == 0) return FreeTimes::kNever;
  return overlaps() ? now : std::max(now, free_.earliest());
}

Stand StillRows::Choose(MediaTime t, const Comment& comment) const {
  const int32_t row = mode_ == Mode::kFree ? 0 : free_.FirstFree(std::max(t, free_.earliest()));
  return {comment, row, t, t + (comment.duration == 0 ? geometry_.still : comment.duration)};
}

void StillRows::Occupy(const Stand& stand) {
  if (stand.row < count_) free_.Set(stand.row, std::max(stand.until, free_.at(stand.row)));
}

void StillRows::SetTop(int32_t y) {
  top_ = std::max(geometry_.top, y);
}

void StillRows::Reset() {
  for (int32_t row = 0; row < count_; ++row) free_.Set(row, 0);
}

Spot StillRows::SpotOf(const Stand& stand) const {
  const Comment& comment = stand.comment;
  Spot spot;
  spot.width = geometry_.WidthOf(comment);
  spot.height = mode_ == Mode::kFree && comment.height > 0 ? geometry_.HeightOf(comment) : geometry_.lane_height;
  spot.scale = std::min(Fitting(spot.width, geometry_.width), Fitting(spot.height, geometry_.height));
  // The rectangle at full scale shares its centre with the one that is drawn.
  const auto [id, left, upper, w, h] = spot.Drawn(comment.id);
  if (mode_ == Mode::kFree) {
    spot.x = std::clamp(Share(comment.x, geometry_.width), 0, std::max(0, geometry_.width - w)) - (spot.width - w) / 2;
    spot.y =
        std::clamp(Share(comment.y, geometry_.height), 0, std::max(0, geometry_.height - h)) - (spot.height - h) / 2;
    return spot;
  }
  spot.x = (geometry_.width - w) / 2 - (spot.width - w) / 2;
  const int32_t offset = stand.row * geometry_.lane_height;
  const int32_t lowest = geometry_.height - geometry_.lane_height;
  spot.y = mode_ == Mode::kTop ? std::min(top_ + offset, lowest) : lowest - offset;
  return spot;
}

}  // namespace sotto::overlay
