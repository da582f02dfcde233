#include "sotto/overlay/layers/scroll/row.h"

#include <algorithm>
#include <utility>

namespace sotto::overlay {
namespace {

const Place& PlaceOf(const Place& place) {
  return place;
}
const Place& PlaceOf(const LiveComment& live) {
  return live.place;
}

// Index of the first that starts at or after `column`. They are in order of their starts.
template <class T>
size_t FirstFrom(const T& places, int64_t column) {
  const auto first =
      std::ranges::partition_point(places, [column](const auto& p) { return PlaceOf(p).start < column; });
  return static_cast<size_t>(first - places.begin());
}

template <class T>
void EraseFront(std::vector<T>& items, size_t count) {
  items.erase(items.begin(), items.begin() + static_cast<ptrdiff_t>(count));
}

bool TooClose(const Place& a, const Place& b, int32_t gap) {
  return a.start < b.end() + gap && b.start < a.end() + gap;
}

}  // namespace

void Row::MoveTo(int64_t distance, Lanes& lanes, Brush& brush, Commands& out) {
  jumped_ = distance - distance_ > geometry_.width / 8;
  distance_ = distance;
  if (strip_.Holds(distance)) {
    strip_.Advance(distance, out);
    EraseFront(shown_, FirstFrom(shown_, strip_.from() - geometry_.max_comment_width));
  } else {
    strip_.Restart(distance, out);
    jumped_ = true;
    shown_.clear();
    undrawn_.clear();
    changed_.clear();
    shown_to_ = 0;
    widest_ = 0;
    lanes.Release(lane_);
    // Some of them have left the screen, but see Show.
    next_live_ = FirstFrom(live_, strip_.from() - reach());
    next_recorded_ = FirstFrom(recorded_, strip_.from() - reach());
  }
  while (next_live_ < live_.size() && live_[next_live_].place.start <= right_edge()) {
    Show(live_[next_live_++].place, lanes, brush, out);
  }
}

void Row::Admit(const Comment& comment, Lanes& lanes, Brush& brush, Commands& out, std::vector<Comment>& displaced,
                std::vector<uint32_t>& forgotten) {
  const Place place{right_edge(), geometry_.WidthOf(comment), comment.id};
  const auto next = live_.begin() + static_cast<ptrdiff_t>(next_live_);
  auto clear_of = next;
  while (!geometry_.Overlaps() && clear_of != live_.end() && clear_of->place.start < place.end() + geometry_.gap) {
    displaced.push_back((clear_of++)->comment);
  }
  const auto rest = live_.erase(next, clear_of);
  // Where comments overlap, one may enter before others that were seen before the clock stepped back.
  const auto after = std::upper_bound(live_.begin(), rest, place.start, [](int64_t start, const LiveComment& other) {
    return start < other.place.start;
  });
  live_.insert(after, {comment, place});
  ++next_live_;
  Show(place, lanes, brush, out);

  const size_t left_the_screen = FirstFrom(live_, strip_.from() - geometry_.max_comment_width);
  if (left_the_screen > kLiveHistory) {
    const size_t count = left_the_screen - kLiveHistory;
    for (size_t i = 0; i < count; ++i) forgotten.push_back(live_[i].comment.id);
    EraseFront(live_, count);
    next_live_ -= count;
  }
}

void Row::ShowRecorded(Lanes& lanes, Brush& brush, Commands& out) {
  while (next_recorded_ < recorded_.size() && recorded_[next_recorded_].start <= right_edge()) {
    const Place& place = recorded_[next_recorded_++];
    if (!HiddenByLive(place)) Show(place, lanes, brush, out);
  }
}

void Row::Show(const Place& place, Lanes& lanes, Brush& brush, Commands& out) {
  // One that has left the screen meanwhile is not drawn, but its gap may still reach to the edge of a narrow screen.
  lanes.Occupy(lane_, place);
  if (place.end() <= strip_.from()) return;
  const auto after = std::ranges::upper_bound(shown_, place, DrawnBefore);
  const bool covered = after != shown_.end() && after->start < place.end();
  shown_.insert(after, place);
  shown_to_ = std::max(shown_to_, place.end());
  widest_ = std::max(widest_, place.width);
  if (covered) {
    MarkPlace(place);
  } else if (!undrawn_.empty() || (jumped_ && brush.paint <= 0)) {
    undrawn_.push_back(place);
  } else if (hidden_ != place.id) {
    strip_.Raster(place, out);
    --brush.paint;
  }
}

void Row::MarkPlace(const Place& place) {
  changed_.push_back(place);
  // Without frames the same may be named any number of times.
  if (changed_.size() < 2 * shown_.size() + 64) return;
  std::ranges::sort(changed_, DrawnBefore);
  const auto repeated = std::ranges::unique(changed_);
  changed_.erase(repeated.begin(), repeated.end());
}

void Row::MarkChanged(uint32_t id) {
  MarkAllChanged([id](uint32_t other) { return other == id; });
}

void Row::Hide(std::optional<uint32_t> id) {
  if (hidden_ == id) return;
  const auto before = std::exchange(hidden_, id);
  if (before) MarkChanged(*before);
  if (hidden_) MarkChanged(*hidden_);
}

void Row::Refresh(Brush& brush, Commands& out) {
  size_t drawn = 0;
  for (; drawn < undrawn_.size() && brush.paint > 0; ++drawn) {
    if (hidden_ == undrawn_[drawn].id || undrawn_[drawn].end() <= strip_.from()) continue;
    strip_.Raster(undrawn_[drawn], out);
    --brush.paint;
  }
  EraseFront(undrawn_, drawn);
  if (changed_.empty()) return;
  std::ranges::sort(changed_, DrawnBefore);
  size_t i = 0;
  while (i < changed_.size() && brush.paint > 0) {
    // Those that overlap are cleared together, so that all that is drawn anew is drawn once.
    const int64_t left = std::max(changed_[i].start, strip_.from());
    int64_t right = changed_[i].end();
    for (++i; i < changed_.size() && changed_[i].start < right; ++i) right = std::max(right, changed_[i].end());
    if (left >= right) continue;
    strip_.Clear(left, right, out);
    for (size_t j = FirstFrom(shown_, left - widest_); j < shown_.size(); ++j) {
      if (shown_[j].start >= right) break;
      if (hidden_ == shown_[j].id || shown_[j].end() <= left) continue;
      if (std::ranges::find(undrawn_, shown_[j]) != undrawn_.end()) continue;  // its turn comes
      strip_.Raster(shown_[j], left, right, out);
      --brush.paint;
    }
  }
  EraseFront(changed_, i);
}

void Row::Invalidate() {
  strip_.Invalidate();
  undrawn_.clear();
  changed_.clear();
}

std::optional<Place> Row::Insert(LiveComment live) {
  const auto clear = [&] {
    return geometry_.Overlaps() || std::ranges::none_of(live_, [&](const LiveComment& other) {
             return TooClose(live.place, other.place, geometry_.gap);
           });
  };
  for (int32_t nudged = 0; !clear(); ++nudged, ++live.place.start) {
    if (nudged == kNudge) return std::nullopt;
  }
  const auto after =
      std::ranges::upper_bound(live_, live.place.start, {}, [](const LiveComment& other) { return other.place.start; });
  live_.insert(after, live);
  return live.place;
}

void Row::SetRecorded(std::span<const Place> recorded) {
  recorded_ = recorded;
  next_recorded_ = 0;
  shown_.clear();
  Invalidate();
}

std::vector<Place> Row::EnteredRecorded() const {
  std::vector<Place> entered;
  for (size_t i = FirstFrom(recorded_, distance_ - geometry_.max_comment_width); i < next_recorded_; ++i) {
    if (recorded_[i].end() > distance_ && !HiddenByLive(recorded_[i])) entered.push_back(recorded_[i]);
  }
  return entered;
}

bool Row::HiddenByLive(const Place& recorded) const {
  if (geometry_.Overlaps()) return false;
  for (size_t i = FirstFrom(live_, recorded.start - reach()); i < live_.size(); ++i) {
    if (live_[i].place.start >= recorded.end() + geometry_.gap) return false;
    if (TooClose(live_[i].place, recorded, geometry_.gap)) return true;
  }
  return false;
}

std::span<const Place> Row::OnScreen() const {
  const size_t first = FirstFrom(shown_, distance_ - widest_);
  size_t last = shown_.size();
  while (last > first && shown_[last - 1].start >= right_edge()) --last;
  return std::span(shown_).subspan(first, last - first);
}

void Row::Blit(Commands& out) const {
  const auto on_screen = OnScreen();
  const auto first = std::ranges::find_if(on_screen, [this](const Place& place) { return place.end() > distance_; });
  if (first == on_screen.end()) return;
  strip_.Blit(std::max(first->start, distance_), std::min(shown_to_, right_edge()), distance_, out);
}

int32_t Row::ScreenX(const Place& place) const {
  const auto x = static_cast<int32_t>(place.start - distance_);
  return geometry_.Reversed(lane_) ? geometry_.width - x - place.width : x;
}

std::optional<Place> Row::Find(uint32_t id) const {
  const auto found = std::ranges::find(shown_, id, &Place::id);
  return found == shown_.end() ? std::nullopt : std::optional(*found);
}

std::optional<uint32_t> Row::Pick(int32_t x) const {
  const int64_t column = distance_ + (geometry_.Reversed(lane_) ? geometry_.width - 1 - x : x);
  const auto on_screen = OnScreen();
  for (size_t i = on_screen.size(); i > 0; --i) {
    const Place& place = on_screen[i - 1];
    if (place.start <= column && column < place.end() && place.id != hidden_) return place.id;
  }
  return std::nullopt;
}

size_t Row::visible() const {
  size_t count = 0;
  ForEachInView([&count](const Place&) { ++count; });
  return count;
}

size_t Row::present() const {
  const auto from = shown_.begin() + static_cast<ptrdiff_t>(FirstFrom(shown_, distance_ - widest_));
  return static_cast<size_t>(
      std::count_if(from, shown_.end(), [this](const Place& place) { return place.end() > distance_; }));
}

}  // namespace sotto::overlay
