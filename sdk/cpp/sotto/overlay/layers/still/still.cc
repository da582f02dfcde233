#include "sotto/overlay/layers/still/still.h"

#include <algorithm>
#include <tuple>

namespace sotto::overlay {

template <class Visit>
void StillLayer::ForEachRecorded(Visit visit) const {
  auto each = std::ranges::upper_bound(recorded_, now_ - longest_, {}, &Stand::from);
  for (; each != recorded_.end() && each->from <= now_; ++each) {
    if (each->At(now_) && !HiddenByLive(*each)) visit(*each);
  }
}

void StillLayer::MoveTo(MediaTime now) {
  now_ = now;
  present_ = 0;
  rows_.Reset();
  for (const Stand& stand : live_) {
    if (stand.At(now)) ++present_;
    // Where the clock stepped back a little, the row of what has entered already is not free.
    if (stand.from <= now + kSlack && now < stand.until) rows_.Occupy(stand);
  }
  ForEachRecorded([this](const Stand& stand) {
    ++present_;
    rows_.Occupy(stand);
  });
}

void StillLayer::Admit(const Comment& comment, std::vector<Comment>& displaced, std::vector<uint32_t>& forgotten) {
  const Stand stand = rows_.Choose(now_, comment);
  if (!rows_.overlaps()) {
    std::erase_if(live_, [&](const Stand& other) {
      if (!other.Meets(stand)) return false;
      displaced.push_back(other.comment);
      return true;
    });
  }
  rows_.Occupy(stand);
  ++present_;
  live_.insert(std::ranges::upper_bound(live_, stand.from, {}, &Stand::from), stand);

  const auto ended = std::ranges::count_if(live_, [this](const Stand& s) { return s.until <= now_; });
  for (auto excess = ended - kLiveHistory; excess > 0; --excess) {
    const auto first = std::ranges::find_if(live_, [this](const Stand& s) { return s.until <= now_; });
    forgotten.push_back(first->comment.id);
    live_.erase(first);
  }
}

void StillLayer::Settle() {
  in_view_.clear();
  ForEachRecorded([this](const Stand& stand) { in_view_.push_back(stand); });
  for (const Stand& stand : live_) {
    if (stand.At(now_)) in_view_.push_back(stand);
  }
  const auto below = [](const Stand& a, const Stand& b) {
    return std::tie(a.from, a.comment.id) < std::tie(b.from, b.comment.id);
  };
  if (!std::ranges::is_sorted(in_view_, below)) std::ranges::sort(in_view_, below);
}

void StillLayer::Show(std::optional<uint32_t> hidden, Commands& out) const {
  for (const Stand& stand : in_view_) {
    if (stand.comment.id == hidden) continue;
    const Spot spot = rows_.SpotOf(stand);
    out.push_back({Op::kSprite, static_cast<int32_t>(stand.comment.id), spot.x, spot.y, spot.width, spot.height, 1'000,
                   spot.scale});
  }
}

void StillLayer::SetRecorded(std::span<const Stand> recorded) {
  recorded_ = recorded;
  longest_ = 0;
  for (const Stand& stand : recorded) longest_ = std::max(longest_, stand.until - stand.from);
}

std::vector<Stand> StillLayer::RecordedInView() const {
  std::vector<Stand> recorded;
  ForEachRecorded([&recorded](const Stand& stand) { recorded.push_back(stand); });
  return recorded;
}

std::optional<Stand> StillLayer::Insert(Stand stand, bool any_row) {
  const auto clear = [&] {
    return rows_.overlaps() || std::ranges::none_of(live_, [&](const Stand& other) { return other.Meets(stand); });
  };
  if (mode_ != Mode::kFree && (stand.row >= rows_.count() || !clear())) {
    if (!any_row) return std::nullopt;
    for (stand.row = 0; stand.row < rows_.count() && !clear();) ++stand.row;
    if (stand.row >= rows_.count()) return std::nullopt;
  }
  live_.insert(std::ranges::upper_bound(live_, stand.from, {}, &Stand::from), stand);
  return stand;
}

bool StillLayer::HiddenByLive(const Stand& recorded) const {
  return !rows_.overlaps() && std::ranges::any_of(live_, [&](const Stand& live) { return live.Meets(recorded); });
}

std::optional<uint32_t> StillLayer::Pick(int32_t x, int32_t y, std::optional<uint32_t> hidden) const {
  for (size_t i = in_view_.size(); i > 0; --i) {
    const Stand& stand = in_view_[i - 1];
    if (stand.comment.id != hidden && rows_.SpotOf(stand).Holds(x, y)) return stand.comment.id;
  }
  return std::nullopt;
}

}  // namespace sotto::overlay
