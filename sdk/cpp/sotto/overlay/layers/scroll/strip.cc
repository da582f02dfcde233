#include "sotto/overlay/layers/scroll/strip.h"

#include <algorithm>

namespace sotto::overlay {

template <class Piece>
void Strip::Split(int64_t left, int64_t right, Piece piece) const {
  const auto emit = [&](int32_t x, int32_t width, int32_t offset) {
    piece(reversed_ ? geometry_.strip_width - x - width : x, width, offset);
  };
  const auto x = static_cast<int32_t>(left % geometry_.strip_width);
  const auto width = static_cast<int32_t>(right - left);
  const int32_t first = std::min(width, geometry_.strip_width - x);
  emit(x, first, 0);
  if (first < width) emit(0, width - first, first);
}

void Strip::Clear(int64_t left, int64_t right, Commands& out) const {
  Split(left, right, [&](int32_t x, int32_t width, int32_t) {
    out.push_back({Op::kClear, lane_, x, y(), width, geometry_.lane_height, 0, 0});
  });
}

void Strip::Restart(int64_t distance, Commands& out) {
  from_ = std::max<int64_t>(distance - geometry_.behind, 0);
  out.push_back({Op::kClear, lane_, 0, y(), geometry_.strip_width, geometry_.lane_height, 0, 0});
}

void Strip::Advance(int64_t distance, Commands& out) {
  if (distance + geometry_.width + geometry_.max_comment_width <= to()) return;
  // The pixels of what is far enough behind become those of the columns ahead.
  const int64_t held_to = to();
  from_ = distance - geometry_.behind;
  Clear(held_to, to(), out);
}

void Strip::Raster(const Place& place, int64_t left, int64_t right, Commands& out) const {
  left = std::max(left, place.start);
  right = std::min(right, place.end());
  if (left >= right) return;
  const auto clip = static_cast<int32_t>(left - place.start);
  Split(left, right, [&](int32_t x, int32_t width, int32_t offset) {
    const int32_t from = clip + offset;
    out.push_back({Op::kRaster, static_cast<int32_t>(place.id), lane_, x, y(), width, geometry_.lane_height,
                   reversed_ ? place.width - from - width : from});
  });
}

void Strip::Blit(int64_t left, int64_t right, int64_t distance, Commands& out) const {
  const auto screen_x = static_cast<int32_t>(left - distance);
  Split(left, right, [&](int32_t x, int32_t width, int32_t offset) {
    const int32_t from = screen_x + offset;
    out.push_back({Op::kBlit, lane_, x, y(), width, geometry_.lane_height,
                   reversed_ ? geometry_.width - from - width : from, geometry_.top + y()});
  });
}

}  // namespace sotto::overlay
