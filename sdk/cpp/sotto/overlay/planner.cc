#include "sotto/overlay/planner.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sotto/overlay/geometry.h"
#include "sotto/overlay/layers/effects/bursts.h"
#include "sotto/overlay/layers/panels/panels.h"
#include "sotto/overlay/layers/scroll/row.h"
#include "sotto/overlay/layers/still/still.h"
#include "sotto/overlay/selection/entry_limit.h"
#include "sotto/overlay/selection/held.h"
#include "sotto/overlay/selection/recording.h"
#include "sotto/overlay/selection/waiting.h"

namespace sotto::overlay {
namespace {

constexpr size_t kMaxWaiting = 10'000;
constexpr size_t kMaxRecorded = 1'000'000;
constexpr size_t kMaxChanges = 1'000'000;
constexpr MediaTime kFirstChance = 100'000;
constexpr MediaTime kSlack = 100'000;  // of a clock that steps back
constexpr int32_t kMaxCoordinate = 16'384;

bool IsMediaTime(MediaTime time) {
  return 0 <= time && time <= kMaxMediaTime;
}

Error NotAMediaTime(const std::string& what, MediaTime time) {
  return {ErrorCode::kInvalidArgument, what + " is " + std::to_string(time) + " microseconds.",
          "Give media time from 0 to 30 days."};
}

Status CheckComment(const Comment& comment) {
  const auto name = [&comment](const char* field) { return "comment " + std::to_string(comment.id) + "'s " + field; };
  if (comment.width < 1 || comment.width > 1'000'000) {
    return Error{ErrorCode::kInvalidArgument, name("width") + " is " + std::to_string(comment.width) + ".",
                 "Measure its drawing; it is 1 to 1,000,000 pixels wide."};
  }
  if (!IsMediaTime(comment.at)) return NotAMediaTime(name("time"), comment.at);
  SOTTO_RETURN_IF_ERROR(CheckRange(name("mode"), static_cast<int64_t>(comment.mode), 0, 4));
  SOTTO_RETURN_IF_ERROR(CheckRange(name("priority"), comment.priority, 0, kMaxPriority));
  SOTTO_RETURN_IF_ERROR(CheckRange(name("duration"), comment.duration, 0, 60'000'000));
  SOTTO_RETURN_IF_ERROR(CheckRange(name("x"), comment.x, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(CheckRange(name("y"), comment.y, -kMaxCoordinate, kMaxCoordinate));
  return CheckRange(name("height"), comment.height, 0, kMaxCoordinate);
}

template <class T>
std::span<const T> Take(std::vector<T>& pending, std::vector<T>& taken) {
  taken.clear();
  std::swap(pending, taken);
  return taken;
}

struct Rectangle {
  int32_t x = 0, y = 0, width = 0, height = 0;
};

}  // namespace

struct Planner::Parts {
  explicit Parts(const Geometry& sizes)
      : geometry(sizes),
        lanes{Lanes(sizes, false), Lanes(sizes, true)},
        rows(MakeRows()),
        still{StillLayer(sizes, Mode::kFree), StillLayer(sizes, Mode::kTop), StillLayer(sizes, Mode::kBottom)} {}

  static constexpr std::array kStillModes{Mode::kFree, Mode::kTop, Mode::kBottom};  // from the lowest to the highest

  std::vector<Row> MakeRows() const {
    std::vector<Row> made;
    made.reserve(static_cast<size_t>(geometry.lanes));
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) made.emplace_back(geometry, lane);
    return made;
  }

  // Starts over with nothing on screen.
  void MakeLayers() {
    lanes = {Lanes(geometry, false), Lanes(geometry, true)};
    rows = MakeRows();
    for (size_t i = 0; i < still.size(); ++i) still[i] = StillLayer(geometry, kStillModes[i]);
    held.reset();
  }

  Lanes& LanesOf(int32_t lane) { return lanes[geometry.Reversed(lane) ? 1 : 0]; }
  StillLayer& StillOf(Mode mode) {
    return still[static_cast<size_t>(std::ranges::find(kStillModes, mode) - kStillModes.begin())];
  }
  int32_t LaneY(int32_t lane) const { return geometry.top + lane * geometry.lane_height; }

  void ConnectRecording() {
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      rows[static_cast<size_t>(lane)].SetRecorded(recording.lane(lane));
    }
    for (size_t i = 0; i < still.size(); ++i) still[i].SetRecorded(recording.still(kStillModes[i]));
  }

  // Live comments that lost their place: own ones wait for another.
  void Displace(std::span<const Comment> comments) {
    for (const Comment& comment : comments) {
      if (comment.own) {
        waiting[static_cast<size_t>(comment.mode)].Push(comment);
      } else {
        finished.push_back(comment.id);
      }
    }
  }

  // ------------------------------------------------------------------------------------------------------- resizing

  // Where a place on a lane of the old geometry is on a lane of the new, in proportion to the screen.
  Place Moved(const Row& before, const Place& place, int32_t width, int32_t lane, MediaTime now, int32_t old_width) {
    const int64_t x = (place.start - before.distance()) * geometry.width / old_width;
    return {LanesOf(lane).Distance(lane, now) + x, width, place.id};
  }

  // Calls put(lane) for the comment's own lane and then for the others of its direction until one takes it.
  template <class Put>
  bool PutOnLane(int32_t own_lane, bool reversed, Put put) {
    if (own_lane < geometry.lanes && geometry.Reversed(own_lane) == reversed && put(own_lane)) return true;
    const Lanes& all = lanes[reversed ? 1 : 0];
    for (int32_t lane = all.first(); lane < all.end(); ++lane) {
      if (lane != own_lane && put(lane)) return true;
    }
    return false;
  }

  void KeepLive(std::span<const Row> before, std::span<const StillLayer> still_before, const Geometry& old,
                MediaTime now) {
    for (size_t i = 0; i < before.size(); ++i) {
      const bool reversed = old.Reversed(static_cast<int32_t>(i));
      for (const LiveComment& live : before[i].live()) {
        const bool kept = PutOnLane(static_cast<int32_t>(i), reversed, [&](int32_t lane) {
          LiveComment moved = live;
          moved.place = Moved(before[i], live.place, geometry.WidthOf(live.comment), lane, now, old.width);
          if (moved.place.start < 0) return false;
          moved.comment.at = LanesOf(lane).TimeOf(lane, std::max<int64_t>(0, moved.place.start - geometry.width));
          return rows[static_cast<size_t>(lane)].Insert(moved);
        });
        if (kept) continue;
        if (live.place.end() <= before[i].distance()) {
          finished.push_back(live.comment.id);  // it was seen to its end
        } else {
          Displace({&live.comment, 1});
        }
      }
    }
    for (size_t i = 0; i < still_before.size(); ++i) {
      for (const Stand& stand : still_before[i].live()) {
        if (still[i].Insert(stand)) continue;
        if (stand.until <= now) {
          finished.push_back(stand.comment.id);
        } else {
          Displace({&stand.comment, 1});
        }
      }
    }
  }

  KeptRecording KeepRecorded(std::span<const Row> before, std::span<const StillLayer> still_before,
                             const Geometry& old, MediaTime now) {
    KeptRecording kept;
    kept.now = now;
    std::vector<Row> kept_rows = MakeRows();  // only to see what fits
    for (size_t i = 0; i < before.size(); ++i) {
      const bool reversed = old.Reversed(static_cast<int32_t>(i));
      for (const Place& place : before[i].EnteredRecorded()) {
        const Comment* comment = recording.Find(place.id);
        if (comment == nullptr) continue;
        PutOnLane(static_cast<int32_t>(i), reversed, [&](int32_t lane) {
          const Place moved = Moved(before[i], place, geometry.WidthOf(*comment), lane, now, old.width);
          Row& row = kept_rows[static_cast<size_t>(lane)];
          if (moved.start < 0 || !row.Insert({*comment, moved})) return false;
          return true;
        });
      }
    }
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      for (const LiveComment& each : kept_rows[static_cast<size_t>(lane)].live()) {
        const int64_t entered = std::max<int64_t>(0, each.place.start - geometry.width);
        kept.slots.push_back({lane, LanesOf(lane).TimeOf(lane, entered), each.place});
      }
    }
    for (size_t i = 0; i < still_before.size(); ++i) {
      StillLayer fitting(geometry, kStillModes[i]);
      for (const Stand& stand : still_before[i].in_view()) {
        if (recording.Find(stand.comment.id) != nullptr) fitting.Insert(stand);
      }
      for (const Stand& stand : fitting.live()) kept.stands.push_back(stand);
    }
    return kept;
  }

  void Resize(const Geometry& sizes) {
    const Geometry old = std::exchange(geometry, sizes);
    const std::vector<Row> before = std::exchange(rows, MakeRows());
    const auto still_before = still;
    MakeLayers();
    const MediaTime now = last.value_or(0);
    if (last) {
      recording.ArrangeFrom(KeepRecorded(before, still_before, old, now), geometry);
      kept_at = now;
    } else {
      recording.Arrange(geometry);
    }
    KeepLive(before, still_before, old, now);
    ConnectRecording();
    if (!last) return;
    // Another resize may come before the next frame: it has to know what is on screen.
    MoveTo(now, false);
    for (Row& row : rows) row.Invalidate();
    commands.clear();
  }

  // --------------------------------------------------------------------------------------------------------- a frame

  // A recording that goes on from what a resize kept has no past; a jump arranges it anew.
  void ArrangeAfterJump(MediaTime now) {
    if (!kept_at) return;
    const MediaTime moved = now - *last;
    if (now >= *kept_at - kSlack && -geometry.crossing <= moved && moved <= geometry.crossing) return;
    kept_at.reset();
    recording.Arrange(geometry);
    ConnectRecording();
  }

  void PassChanges(MediaTime now) {
    if (changes.empty() || !last) return;
    const auto [from, to] = std::minmax(*last, now);
    // Further apart, every strip is drawn anew.
    if (to - from > 4 * geometry.crossing) return;
    const auto first = std::ranges::upper_bound(changes, from, {}, &Change::at);
    for (auto change = first; change != changes.end() && change->at <= to; ++change) MarkChanged(change->id);
  }

  void MarkChanged(uint32_t id) {
    for (Row& row : rows) row.MarkChanged(id);
  }

  size_t CountVisible() const {
    size_t count = 0;
    for (const Row& row : rows) count += row.visible();
    for (const StillLayer& layer : still) count += layer.in_view().size();
    return count;
  }

  MediaTime Ready(Mode mode, MediaTime now) {
    if (mode == Mode::kScroll || mode == Mode::kReverse) return lanes[static_cast<size_t>(mode)].Ready(now);
    return StillOf(mode).Ready(now);
  }

  void Enter(Comment comment, Mode mode, MediaTime now) {
    comment.at = now;
    displaced.clear();
    if (mode == Mode::kScroll || mode == Mode::kReverse) {
      Lanes& all = lanes[static_cast<size_t>(mode)];
      const int32_t lane = all.Choose(now);
      rows[static_cast<size_t>(lane)].Admit(comment, all, commands, displaced, finished);
    } else {
      StillOf(mode).Admit(comment, displaced, finished);
    }
    Displace(displaced);
    ++admitted;
  }

  void Admit(MediaTime now) {
    if (std::ranges::all_of(waiting, &Waiting::empty)) return;
    int32_t entries = 0;
    size_t on_screen = CountVisible();
    for (size_t i = 0; i < waiting.size(); ++i) {
      const size_t dropped_before = dropped.size();
      waiting[i].DropBefore(now - std::max(geometry.patience, kFirstChance), obstacle[i], dropped);
      dropped_in_all += dropped.size() - dropped_before;
      const Mode mode = geometry.Route(static_cast<Mode>(i));
      while (const Comment* next = waiting[i].Next(now)) {
        if (entries == kEntriesPerPlan) return;
        obstacle[i] = DropReason::kNoLane;
        if (Ready(mode, now) > now) break;
        obstacle[i] = DropReason::kFull;
        if (!next->own && on_screen >= geometry.max_visible) break;
        obstacle[i] = DropReason::kLimit;
        if (!next->own && !limit.allows()) break;
        const Comment comment = *next;
        waiting[i].Pop(now);
        if (!comment.own) limit.Take();
        Enter(comment, mode, now);
        ++entries;
        ++on_screen;
      }
    }
  }

  // Everything that scrolls or stands is where it is at that time; what waits enters if `admits`.
  void MoveTo(MediaTime now, bool admits) {
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      Lanes& all = LanesOf(lane);
      rows[static_cast<size_t>(lane)].MoveTo(all.Distance(lane, now), all, commands);
    }
    for (StillLayer& layer : still) layer.MoveTo(now);
    if (admits) Admit(now);
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      rows[static_cast<size_t>(lane)].ShowRecorded(LanesOf(lane), commands);
    }
    for (StillLayer& layer : still) layer.Settle();
  }

  void HideHeld() {
    const std::optional<uint32_t> id = held ? std::optional(held->at.id) : std::nullopt;
    for (Row& row : rows) row.Hide(id);
  }

  // Where a comment is now, if it has a place.
  std::optional<std::pair<Visible, int32_t>> PlaceOf(uint32_t id) const {
    for (const StillLayer& layer : still) {
      for (const Stand& stand : layer.in_view()) {
        if (stand.comment.id != id) continue;
        const Spot spot = layer.SpotOf(stand);
        return std::pair(Visible{id, spot.x, spot.y, spot.width, spot.height}, spot.scale);
      }
    }
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      const Row& row = rows[static_cast<size_t>(lane)];
      const auto place = row.Find(id);
      if (!place) continue;
      const int32_t x = row.ScreenX(*place);
      if (x >= geometry.width || x + place->width <= 0) continue;
      return std::pair(Visible{id, x, LaneY(lane), place->width, geometry.lane_height}, 1'000);
    }
    return std::nullopt;
  }

  // Ends the hold of a comment that is back in its place, or has none any more.
  void MoveHeld(MediaTime now) {
    if (!held) return;
    const bool over = std::ranges::find(finished, held->at.id) != finished.end() ||
                      (held->released && (held->Returned(now) == 1'000 || !PlaceOf(held->at.id)));
    if (!over) return;
    held.reset();
    HideHeld();
  }

  void ShowHeld(MediaTime now) {
    if (!held) return;
    const auto own = PlaceOf(held->at.id);
    const int32_t x = own ? held->X(own->first.x, now) : held->at.x;
    const auto& [id, _, y, width, height] = held->at;
    commands.push_back({Op::kSprite, static_cast<int32_t>(id), x, y, width, height, 1'000, held->scale});
  }

  void Plan(MediaTime now) {
    commands.clear();
    ArrangeAfterJump(now);
    PassChanges(now);
    limit.MoveTo(now);
    MoveTo(now, true);
    MoveHeld(now);
    for (Row& row : rows) row.Refresh(commands);

    for (const Row& row : rows) row.Blit(commands);
    const std::optional<uint32_t> hidden = held ? std::optional(held->at.id) : std::nullopt;
    for (const StillLayer& layer : still) layer.Show(hidden, commands);
    if (mask) commands.push_back({Op::kMask, 0, 0, 0, 0, 0, 0, 0});
    if (host.width > 0 && host.height > 0) {
      commands.push_back({Op::kHost, 0, host.x, host.y, host.width, host.height, 1'000, 1'000});
    }
    panels.Show(now, commands);
    bursts.Show(now, geometry, commands);
    ShowHeld(now);
    last = now;
  }

  Geometry geometry;
  std::array<Lanes, 2> lanes;  // those of kScroll, kReverse
  std::vector<Row> rows;       // by lane
  std::array<StillLayer, 3> still;
  Recording recording;
  std::vector<Change> changes;  // by time
  std::array<Waiting, 5> waiting;  // by mode
  std::array<DropReason, 5> obstacle = {DropReason::kNoLane, DropReason::kNoLane, DropReason::kNoLane,
                                        DropReason::kNoLane, DropReason::kNoLane};  // what kept them waiting last
  EntryLimit limit;
  Panels panels;
  Bursts bursts;
  Rectangle host;
  bool mask = false;
  std::optional<Held> held;
  std::optional<MediaTime> last;     // planned
  std::optional<MediaTime> kept_at;  // since when the recording goes on from what a resize kept

  Commands commands;
  std::vector<Comment> displaced;  // kept for its memory
  std::vector<Dropped> dropped, dropped_taken;
  std::vector<uint32_t> finished, finished_taken;
  std::vector<Visible> visible;
  uint64_t admitted = 0;
  uint64_t dropped_in_all = 0;
};

Planner::Planner(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Planner::Planner(Planner&&) noexcept = default;
Planner& Planner::operator=(Planner&&) noexcept = default;
Planner::~Planner() = default;

Result<Planner> Planner::Create(const PlannerOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(const Geometry geometry, Geometry::From(options));
  return Planner(std::make_unique<Parts>(geometry));
}

Status Planner::Resize(const PlannerOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(const Geometry geometry, Geometry::From(options));
  parts_->Resize(geometry);
  return {};
}

Status Planner::Push(const Comment& comment) {
  SOTTO_RETURN_IF_ERROR(CheckComment(comment));
  if (stats().waiting >= kMaxWaiting) {
    return Error{ErrorCode::kResourceExhausted, "10,000 comments wait for a lane already.",
                 "Choose among the comments before they are pushed, or check that frames are planned."};
  }
  parts_->waiting[static_cast<size_t>(comment.mode)].Push(comment);
  return {};
}

Status Planner::LoadRecording(std::span<const Comment> comments) {
  if (comments.size() > kMaxRecorded) {
    return Error{ErrorCode::kResourceExhausted,
                 "a recording of " + std::to_string(comments.size()) + " comments is larger than 1,000,000.",
                 "Load the part around the media time."};
  }
  for (const Comment& comment : comments) SOTTO_RETURN_IF_ERROR(CheckComment(comment));
  parts_->recording.Load(comments, parts_->geometry);
  parts_->changes.clear();
  parts_->kept_at.reset();
  parts_->ConnectRecording();
  return {};
}

std::span<const Dropped> Planner::recording_dropped() const {
  return parts_->recording.dropped();
}

Status Planner::SetChanges(std::span<const Change> changes) {
  SOTTO_RETURN_IF_ERROR(CheckRange("the number of changes", static_cast<int64_t>(changes.size()), 0, kMaxChanges));
  for (const Change& change : changes) {
    if (!IsMediaTime(change.at)) return NotAMediaTime("the time of a change", change.at);
  }
  parts_->changes.assign(changes.begin(), changes.end());
  std::ranges::stable_sort(parts_->changes, {}, &Change::at);
  return {};
}

void Planner::Redraw(uint32_t id) {
  parts_->MarkChanged(id);
}

void Planner::Invalidate() {
  for (Row& row : parts_->rows) row.Invalidate();
}

Status Planner::SetEntryLimit(int32_t per_second) {
  SOTTO_RETURN_IF_ERROR(CheckRange("the entry limit", per_second, 0, 1'000'000));
  parts_->limit.Set(per_second);
  return {};
}

Status Planner::Hold(uint32_t id) {
  if (parts_->held && parts_->held->at.id == id && !parts_->held->released) return {};
  const auto place = parts_->PlaceOf(id);
  if (!place) {
    return Error{ErrorCode::kNotFound, "comment " + std::to_string(id) + " is not on screen.", ""};
  }
  Held held{place->first, place->second, false, 0};
  // One that is on its way back is taken where it is.
  if (parts_->held && parts_->held->at.id == id) held.at.x = parts_->held->X(held.at.x, *parts_->last);
  parts_->held = held;
  parts_->HideHeld();
  return {};
}

void Planner::Release() {
  if (!parts_->held || parts_->held->released) return;
  parts_->held->released = true;
  parts_->held->released_at = parts_->last.value_or(0);
}

Status Planner::AddPanel(const Panel& panel) {
  return parts_->panels.Add(panel);
}

void Planner::RemovePanel(uint32_t id) {
  parts_->panels.Remove(id);
}

Status Planner::AddBurst(const Burst& burst) {
  return parts_->bursts.Add(burst);
}

Status Planner::SetHost(int32_t x, int32_t y, int32_t width, int32_t height) {
  SOTTO_RETURN_IF_ERROR(CheckRange("the host's x", x, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(CheckRange("the host's y", y, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(CheckRange("the host's width", width, 0, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(CheckRange("the host's height", height, 0, kMaxCoordinate));
  parts_->host = {x, y, width, height};
  return {};
}

void Planner::SetMask(bool present) {
  parts_->mask = present;
}

void Planner::Clear() {
  parts_->MakeLayers();
  parts_->recording.Load({}, parts_->geometry);
  parts_->changes.clear();
  parts_->kept_at.reset();
  for (Waiting& waiting : parts_->waiting) waiting.Clear();
  parts_->panels.Clear();
  parts_->bursts.Clear();
  parts_->dropped.clear();
  parts_->finished.clear();
}

Result<std::span<const Command>> Planner::Plan(MediaTime now) {
  if (!IsMediaTime(now)) return NotAMediaTime("the time to plan", now);
  parts_->Plan(now);
  return std::span<const Command>(parts_->commands);
}

std::span<const Dropped> Planner::TakeDropped() {
  return Take(parts_->dropped, parts_->dropped_taken);
}

std::span<const uint32_t> Planner::TakeFinished() {
  return Take(parts_->finished, parts_->finished_taken);
}

Result<uint32_t> Planner::Pick(int32_t x, int32_t y) const {
  const Geometry& geometry = parts_->geometry;
  std::optional<uint32_t> hidden;
  if (parts_->held) {
    const Visible& at = parts_->held->at;
    hidden = at.id;
    if (!parts_->held->released && Spot{at.x, at.y, at.width, at.height, parts_->held->scale}.Holds(x, y)) return at.id;
  }
  for (size_t i = parts_->still.size(); i > 0; --i) {
    if (const auto id = parts_->still[i - 1].Pick(x, y, hidden)) return *id;
  }
  if (0 <= x && x < geometry.width && geometry.top <= y && y < geometry.top + strip_height()) {
    const auto lane = static_cast<size_t>((y - geometry.top) / geometry.lane_height);
    if (const auto id = parts_->rows[lane].Pick(x)) return *id;
  }
  return Error{ErrorCode::kNotFound,
               "there is no comment at " + std::to_string(x) + ", " + std::to_string(y) + " of the screen.", ""};
}

std::span<const Visible> Planner::VisibleComments() {
  std::vector<Visible>& visible = parts_->visible;
  visible.clear();
  for (int32_t lane = 0; lane < parts_->geometry.lanes; ++lane) {
    const auto before = static_cast<ptrdiff_t>(visible.size());
    const Row& row = parts_->rows[static_cast<size_t>(lane)];
    row.ForEachInView([&](const Place& place) {
      visible.push_back({place.id, row.ScreenX(place), parts_->LaneY(lane), place.width, parts_->geometry.lane_height});
    });
    if (parts_->geometry.Reversed(lane)) std::reverse(visible.begin() + before, visible.end());
  }
  for (const StillLayer& layer : parts_->still) {
    for (const Stand& stand : layer.in_view()) {
      const Spot spot = layer.SpotOf(stand);
      visible.push_back({stand.comment.id, spot.x, spot.y, spot.width, spot.height});
    }
  }
  return visible;
}

int32_t Planner::lanes() const {
  return parts_->geometry.lanes;
}

int32_t Planner::strip_width() const {
  return parts_->geometry.strip_width;
}

int32_t Planner::strip_height() const {
  return parts_->geometry.lanes * parts_->geometry.lane_height;
}

Stats Planner::stats() const {
  Stats stats;
  stats.admitted = parts_->admitted + parts_->recording.admitted();
  stats.dropped = parts_->dropped_in_all + parts_->recording.dropped().size();
  for (const Waiting& waiting : parts_->waiting) stats.waiting += waiting.size();
  stats.visible = parts_->CountVisible();
  return stats;
}

}  // namespace sotto::overlay
