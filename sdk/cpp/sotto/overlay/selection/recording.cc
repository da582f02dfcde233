#include "sotto/overlay/selection/recording.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

#include "sotto/overlay/selection/waiting.h"

namespace sotto::overlay {
namespace {

constexpr MediaTime kNever = FreeTimes::kNever;

size_t StillIndex(Mode mode) {
  return static_cast<size_t>(mode) - static_cast<size_t>(Mode::kTop);
}

}  // namespace

// Plays a recording from event to event: a comment's time, or the time at which one that waits can enter.
class Recording::Arranger {
 public:
  explicit Arranger(const Geometry& geometry)
      : geometry_(geometry),
        lanes_{Lanes(geometry, false), Lanes(geometry, true)},
        rows_{StillRows(geometry, Mode::kTop), StillRows(geometry, Mode::kBottom), StillRows(geometry, Mode::kFree)} {}

  void Keep(const Slot& slot) {
    Lanes& lanes = lanes_[geometry_.Reversed(slot.lane) ? 1 : 0];
    lanes.Occupy(slot.lane, slot.place);
    on_screen_.push(lanes.TimeOf(slot.lane, slot.place.end()));
    slots.push_back(slot);
  }

  void Keep(const Stand& stand) {
    const size_t index = StillIndex(stand.comment.mode);
    rows_[index].Occupy(stand);
    on_screen_.push(stand.until);
    stands[index].push_back(stand);
  }

  // By time. `from` is where the recording is played from.
  void Run(std::span<const Comment> comments, MediaTime from) {
    MediaTime now = from;
    size_t next = 0;
    while (true) {
      const MediaTime arrival = next < comments.size() ? std::max(now, comments[next].at) : kNever;
      now = std::min(arrival, NextEntry(now));
      if (now > kMaxMediaTime) break;
      for (; next < comments.size() && comments[next].at <= now; ++next) {
        waiting_[static_cast<size_t>(comments[next].mode)].Push(comments[next]);
      }
      while (!on_screen_.empty() && on_screen_.top() <= now) on_screen_.pop();
      Admit(now);
    }
    for (size_t mode = 0; mode < waiting_.size(); ++mode) waiting_[mode].DropAll(obstacle_[mode], dropped);
    for (; next < comments.size(); ++next) dropped.push_back({comments[next].id, DropReason::kNoLane});
  }

  std::vector<Slot> slots;  // by the time at which they enter
  std::array<std::vector<Stand>, 3> stands;
  std::vector<Dropped> dropped;

 private:
  bool full() const { return on_screen_.size() >= geometry_.max_visible; }

  // Precondition: a mode that the geometry routes to itself.
  MediaTime Ready(Mode mode, MediaTime now) const {
    if (mode == Mode::kScroll || mode == Mode::kReverse) return lanes_[static_cast<size_t>(mode)].Ready(now);
    return rows_[StillIndex(mode)].Ready(now);
  }

  // When the next of those that wait can enter.
  MediaTime NextEntry(MediaTime now) const {
    MediaTime entry = kNever;
    for (size_t mode = 0; mode < waiting_.size(); ++mode) {
      const Comment* comment = waiting_[mode].Next(now);
      if (comment == nullptr) continue;
      MediaTime ready = Ready(geometry_.Route(static_cast<Mode>(mode)), now);
      if (!comment->own && full()) ready = std::max(ready, on_screen_.empty() ? kNever : on_screen_.top());
      entry = std::min(entry, ready);
    }
    return entry;
  }

  void Admit(MediaTime now) {
    for (size_t mode = 0; mode < waiting_.size(); ++mode) {
      waiting_[mode].DropBefore(now - geometry_.patience, obstacle_[mode], dropped);
    }
    uint32_t blocked = 0;
    while (const auto mode = NextMode(waiting_, now, blocked)) {
      Waiting& waiting = waiting_[*mode];
      const Comment& next = *waiting.Next(now);
      const bool no_lane = Ready(geometry_.Route(static_cast<Mode>(*mode)), now) > now;
      if (no_lane || (!next.own && full())) {
        obstacle_[*mode] = no_lane ? DropReason::kNoLane : DropReason::kFull;
        blocked |= 1U << *mode;
        continue;
      }
      Place(next, now);
      waiting.Pop(now);
    }
  }

  void Place(const Comment& comment, MediaTime now) {
    const Mode mode = geometry_.Route(comment.mode);
    if (mode == Mode::kScroll || mode == Mode::kReverse) {
      Lanes& lanes = lanes_[static_cast<size_t>(mode)];
      const int32_t lane = lanes.Choose(now);
      Keep(Slot{lane, now, lanes.EnteringAt(lane, now, comment)});
    } else {
      Keep(rows_[StillIndex(mode)].Choose(now, comment));
    }
  }

  const Geometry& geometry_;
  std::array<Lanes, 2> lanes_;  // those of kScroll, kReverse
  std::array<StillRows, 3> rows_;
  WaitingByMode waiting_;
  // What kept those of each mode waiting last.
  std::array<DropReason, 5> obstacle_ = {DropReason::kNoLane, DropReason::kNoLane, DropReason::kNoLane,
                                         DropReason::kNoLane, DropReason::kNoLane};
  // When each comment on screen leaves it, the earliest on top.
  std::priority_queue<MediaTime, std::vector<MediaTime>, std::greater<>> on_screen_;
};

void Recording::Load(std::span<const Comment> comments, const Geometry& geometry) {
  comments_.assign(comments.begin(), comments.end());
  // The order is total, so that the picture does not depend on the order in which comments were given.
  std::ranges::sort(comments_, [](const Comment& a, const Comment& b) {
    return std::tie(a.at, a.id, a.width, a.own, a.mode, a.priority, a.duration, a.x, a.y, a.height) <
           std::tie(b.at, b.id, b.width, b.own, b.mode, b.priority, b.duration, b.x, b.y, b.height);
  });
  index_.clear();
  index_.reserve(comments_.size());
  for (size_t i = 0; i < comments_.size(); ++i) index_.emplace(comments_[i].id, i);
  Arrange(geometry);
}

void Recording::Arrange(const Geometry& geometry) {
  Arranger arranger(geometry);
  arranger.Run(comments_, 0);
  Take(arranger, geometry.lanes);
}

void Recording::ArrangeFrom(const KeptRecording& kept, const Geometry& geometry) {
  Arranger arranger(geometry);
  for (const Slot& slot : kept.slots) arranger.Keep(slot);
  for (const Stand& stand : kept.stands) arranger.Keep(stand);
  std::vector<bool> stays(comments_.size(), false);
  const auto stay = [&](uint32_t id) {
    if (const auto found = index_.find(id); found != index_.end()) stays[found->second] = true;
  };
  for (const Slot& slot : kept.slots) stay(slot.place.id);
  for (const Stand& stand : kept.stands) stay(stand.comment.id);
  std::vector<Comment> coming;
  for (size_t i = 0; i < comments_.size(); ++i) {
    const bool entered = stays[i] || (comments_[i].at <= kept.now && (enters_[i] <= kept.now || enters_[i] == kNever));
    if (!entered) coming.push_back(comments_[i]);
  }
  arranger.Run(coming, kept.now);
  Take(arranger, geometry.lanes);
}

void Recording::Take(Arranger& arranger, int32_t lanes) {
  std::vector<Slot>& slots = arranger.slots;
  dropped_ = std::move(arranger.dropped);
  still_ = std::move(arranger.stands);
  admitted_ = slots.size();
  enters_.assign(comments_.size(), kNever);
  const auto note = [this](uint32_t id, MediaTime enters) {
    if (const auto found = index_.find(id); found != index_.end()) enters_[found->second] = enters;
  };

  for (std::vector<Stand>& stands : still_) {
    std::ranges::sort(stands, [](const Stand& a, const Stand& b) {
      return std::tie(a.from, a.comment.id) < std::tie(b.from, b.comment.id);
    });
    admitted_ += stands.size();
    for (const Stand& stand : stands) note(stand.comment.id, stand.from);
  }

  first_.assign(static_cast<size_t>(lanes) + 1, 0);
  for (const Slot& slot : slots) {
    ++first_[static_cast<size_t>(slot.lane) + 1];
    note(slot.place.id, slot.enters);
  }
  for (size_t lane = 1; lane < first_.size(); ++lane) first_[lane] += first_[lane - 1];
  places_.resize(slots.size());
  std::vector<size_t> next(first_.begin(), first_.end());
  for (const Slot& slot : slots) places_[next[static_cast<size_t>(slot.lane)]++] = slot.place;
  // Slots are in order of time, and in a lane that is the order of starts; but for those of one time, and for what was
  // kept from other lanes.
  for (int32_t lane = 0; lane < lanes; ++lane) {
    const auto begin = places_.begin();
    std::sort(begin + static_cast<ptrdiff_t>(first_[static_cast<size_t>(lane)]),
              begin + static_cast<ptrdiff_t>(first_[static_cast<size_t>(lane) + 1]), DrawnBefore);
  }
}

std::span<const Place> Recording::lane(int32_t lane) const {
  if (places_.empty()) return {};
  const auto index = static_cast<size_t>(lane);
  return std::span(places_).subspan(first_[index], first_[index + 1] - first_[index]);
}

std::span<const Stand> Recording::still(Mode mode) const {
  return still_[StillIndex(mode)];
}

const Comment* Recording::Find(uint32_t id) const {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : &comments_[found->second];
}

}  // namespace sotto::overlay
