#include "sotto/overlay/row.h"

#include <algorithm>

namespace sotto::overlay {
namespace {

// Index of the first place that ends after `column`. Places are in order and do not overlap, so their ends are in
// order.
size_t FirstEndingAfter(std::span<const Place> places, int64_t column) {
  const auto first = std::ranges::partition_point(places, [column](const Place& p) { return p.end() <= column; });
  return static_cast<size_t>(first - places.begin());
}

size_t FirstEndingAfter(std::span<const LiveComment> live, int64_t column) {
  const auto first =
      std::ranges::partition_point(live, [column](const LiveComment& l) { return l.place.end() <= column; });
  return static_cast<size_t>(first - live.begin());
}

template <class T>
void EraseFront(std::vector<T>& items, size_t count) {
  items.erase(items.begin(), items.begin() + static_cast<ptrdiff_t>(count));
}

}  // namespace

void Row::MoveTo(int64_t distance, Lanes& lanes, Commands& out) {
  distance_ = distance;
  if (strip_.Holds(distance)) {
    strip_.Advance(distance, out);
    EraseFront(shown_, FirstEndingAfter(shown_, strip_.from()));
  } else {
    strip_.Restart(distance, out);
    shown_.clear();
    lanes.Release(lane_);
    next_live_ = FirstEndingAfter(live_, strip_.from());
    next_recorded_ = FirstEndingAfter(recorded_, strip_.from());
    if (next_live_ > 0) --next_live_;  // it has left the screen, but see Show
  }
  while (next_live_ < live_.size() && live_[next_live_].place.start <= right_edge()) {
    Show(live_[next_live_++].place, lanes, out);
  }
}

void Row::Admit(const Comment& comment, Lanes& lanes, Commands& out, std::vector<Comment>& displaced,
                std::vector<uint32_t>& forgotten) {
  const Place place{right_edge(), std::min(comment.width, geometry_.max_comment_width), comment.id};
  const auto next = live_.begin() + static_cast<ptrdiff_t>(next_live_);
  auto clear_of = next;
  while (clear_of != live_.end() && clear_of->place.start < place.end() + geometry_.gap) {
    displaced.push_back((clear_of++)->comment);
  }
  live_.insert(live_.erase(next, clear_of), {comment, place});
  ++next_live_;
  Show(place, lanes, out);

  const size_t left_the_screen = FirstEndingAfter(live_, strip_.from());
  if (left_the_screen > kLiveHistory) {
    const size_t count = left_the_screen - kLiveHistory;
    for (size_t i = 0; i < count; ++i) forgotten.push_back(live_[i].comment.id);
    EraseFront(live_, count);
    next_live_ -= count;
  }
}

void Row::ShowRecorded(Lanes& lanes, Commands& out) {
  while (next_recorded_ < recorded_.size() && recorded_[next_recorded_].start <= right_edge()) {
    const Place& place = recorded_[next_recorded_++];
    if (!HiddenByLive(place)) Show(place, lanes, out);
  }
}

void Row::Show(const Place& place, Lanes& lanes, Commands& out) {
  // One that has left the screen meanwhile is not drawn, but its gap may still reach to the edge of a narrow screen.
  lanes.Occupy(lane_, place);
  if (place.end() <= strip_.from()) return;
  const auto after = static_cast<ptrdiff_t>(FirstEndingAfter(shown_, place.start));
  shown_.insert(shown_.begin() + after, place);
  strip_.Raster(place, out);
}

bool Row::HiddenByLive(const Place& recorded) const {
  const size_t nearest = FirstEndingAfter(live_, recorded.start - geometry_.gap);
  return nearest < live_.size() && live_[nearest].place.start < recorded.end() + geometry_.gap;
}

std::span<const Place> Row::InView() const {
  const size_t first = FirstEndingAfter(shown_, distance_);
  size_t last = shown_.size();
  while (last > first && shown_[last - 1].start >= right_edge()) --last;
  return std::span(shown_).subspan(first, last - first);
}

void Row::Blit(Commands& out) const {
  const auto in_view = InView();
  if (in_view.empty()) return;
  strip_.Blit(std::max(in_view.front().start, distance_), std::min(in_view.back().end(), right_edge()), distance_, out);
}

void Row::SetRecorded(std::span<const Place> recorded) {
  recorded_ = recorded;
  strip_.Invalidate();
  shown_.clear();
}

std::optional<uint32_t> Row::Pick(int32_t x) const {
  for (const Place& place : InView()) {
    if (place.start <= distance_ + x && distance_ + x < place.end()) return place.id;
  }
  return std::nullopt;
}

}  // namespace sotto::overlay
