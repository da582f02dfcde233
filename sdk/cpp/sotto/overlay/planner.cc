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
  // Names are made for errors only: a recording has a million comments.
  const struct {
    const char* field;
    int64_t value, least, most;
  } fields[] = {{"mode", static_cast<int64_t>(comment.mode), 0, 4}, {"priority", comment.priority, 0, kMaxPriority},
                {"duration", comment.duration, 0, 60'000'000},      {"x", comment.x, -kMaxCoordinate, kMaxCoordinate},
                {"y", comment.y, -kMaxCoordinate, kMaxCoordinate},  {"height", comment.height, 0, kMaxCoordinate}};
  for (const auto& [field, value, least, most] : fields) {
    if (value < least || value > most) return CheckRange(name(field), value, least, most);
  }
  return {};
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

  // A comment that has a place on a lane, and how it was seen before the resize. `x` is where it was, as seen from the
  // edge at which those of its lane leave; its lane is counted among those of its direction.
  struct Moving {
    LiveComment comment;
    int32_t lane = 0;
    bool reversed = false;
    bool recorded = false;
    bool in_view = false;
    int64_t x = 0;
    bool kept = false;
  };

  std::vector<Moving> FindMoving(std::span<const Row> before, const Geometry& old) const {
    std::vector<Moving> all;
    for (int32_t i = 0; i < old.lanes; ++i) {
      const Row& row = before[static_cast<size_t>(i)];
      const bool reversed = old.Reversed(i);
      const int32_t lane = reversed ? i - (old.lanes - old.reverse_lanes) : i;
      const auto add = [&](const LiveComment& comment, bool recorded) {
        const int64_t x = comment.place.start - row.distance();
        const bool in_view = x <= old.width && comment.place.end() > row.distance();
        all.push_back({comment, lane, reversed, recorded, in_view, x});
      };
      for (const LiveComment& live : row.live()) add(live, false);
      for (const Place& place : row.EnteredRecorded()) {
        if (const Comment* comment = recording.Find(place.id)) add({*comment, place}, true);
      }
    }
    return all;
  }

  // Its place on a lane of the new geometry. What is in view stays there, in proportion to the screen, and of one that
  // has partly left the same part; others keep the time at which they enter, and what had left stays away.
  Place PlaceAfterResize(const Moving& moving, int32_t lane, MediaTime now, int32_t old_width) {
    const Lanes& all = LanesOf(lane);
    const int64_t distance = all.Distance(lane, now);
    const int32_t width = geometry.WidthOf(moving.comment.comment);
    if (moving.in_view) {
      const int64_t x =
          moving.x < 0 ? moving.x * width / moving.comment.place.width : moving.x * geometry.width / old_width;
      return {distance + x, width, moving.comment.comment.id};
    }
    Place place = all.EnteringAt(lane, moving.comment.comment.at, moving.comment.comment);
    if (moving.x < 0) place.start = std::min(place.start, distance - width);
    return place;
  }

  // Puts it on that lane, if there is room. `fitting` has all that was put so far; live ones are put on `rows`, too.
  bool Put(Moving& moving, int32_t lane, MediaTime now, int32_t old_width, std::vector<Row>& fitting,
           KeptRecording& kept) {
    LiveComment moved = moving.comment;
    moved.place = PlaceAfterResize(moving, lane, now, old_width);
    if (moved.place.start < 0) return false;
    const auto place = fitting[static_cast<size_t>(lane)].Insert(moved);
    if (!place) return false;
    moved.place = *place;
    const int64_t entered = std::max<int64_t>(0, place->start - geometry.width);
    if (moving.in_view) moved.comment.at = LanesOf(lane).TimeOf(lane, entered);
    if (moving.recorded) {
      kept.slots.push_back({lane, moved.comment.at, moved.place});
    } else {
      rows[static_cast<size_t>(lane)].Insert(moved);
    }
    moving.kept = true;
    return true;
  }

  // What is in view has its own lane first, then what is in view has any other; live comments before recorded ones.
  void KeepMoving(std::vector<Moving>& all, MediaTime now, int32_t old_width, KeptRecording& kept) {
    std::vector<Row> fitting = MakeRows();
    const auto each = [&](bool in_view, bool recorded, bool own_lane) {
      for (Moving& moving : all) {
        if (moving.kept || moving.in_view != in_view || moving.recorded != recorded) continue;
        const Lanes& candidates = lanes[moving.reversed ? 1 : 0];
        const int32_t own = candidates.first() + moving.lane;
        const int32_t first = own_lane ? own : candidates.first();
        const int32_t end = own_lane ? std::min(own + 1, candidates.end()) : candidates.end();
        for (int32_t lane = first; lane < end; ++lane) {
          if (Put(moving, lane, now, old_width, fitting, kept)) break;
        }
      }
    };
    for (const bool in_view : {true, false}) {
      for (const bool own_lane : {true, false}) {
        each(in_view, false, own_lane);
        if (in_view) each(in_view, true, own_lane);
      }
    }
  }

  void KeepStanding(std::span<const StillLayer> before, MediaTime now, KeptRecording& kept) {
    for (size_t i = 0; i < before.size(); ++i) {
      StillLayer fitting(geometry, kStillModes[i]);
      std::vector<Stand> live(before[i].live().begin(), before[i].live().end());
      std::vector<Stand> recorded;
      if (recording_planned) recorded = before[i].RecordedInView();
      const auto keep = [&](std::vector<Stand>& stands, bool is_live, bool in_view, bool any_row) {
        std::erase_if(stands, [&](const Stand& stand) {
          if (stand.At(now) != in_view) return false;
          const auto put = fitting.Insert(stand, any_row);
          if (!put) return false;
          if (is_live) {
            still[i].Insert(*put, false);
          } else {
            kept.stands.push_back(*put);
          }
          return true;
        });
      };
      for (const bool in_view : {true, false}) {
        for (const bool any_row : {false, true}) {
          keep(live, true, in_view, any_row);
          keep(recorded, false, in_view, any_row);
        }
      }
      for (const Stand& lost : live) Lose(lost.comment, lost.until <= now);
    }
  }

  // A live comment that had a place and finds none. One that was seen to its end need not be shown again.
  void Lose(const Comment& comment, bool seen) {
    if (seen) {
      finished.push_back(comment.id);
    } else {
      Displace({&comment, 1});
    }
  }

  void Resize(const Geometry& sizes) {
    const Geometry old = std::exchange(geometry, sizes);
    const std::vector<Row> before = std::exchange(rows, MakeRows());
    const auto still_before = still;
    MakeLayers();
    if (last) {
      const MediaTime now = *last;
      KeptRecording kept;
      kept.now = now;
      std::vector<Moving> moving = FindMoving(before, old);
      KeepMoving(moving, now, old.width, kept);
      for (const Moving& each : moving) {
        if (!each.kept && !each.recorded) Lose(each.comment.comment, each.x + each.comment.place.width <= 0);
      }
      KeepStanding(still_before, now, kept);
      if (recording_planned) {
        recording.ArrangeFrom(kept, geometry);
        kept_at = now;
      }
    }
    if (!recording_planned) recording.Arrange(geometry);
    ConnectRecording();
    if (!last) return;
    // Another resize may come before the next frame: it has to know what is on screen.
    MoveTo(*last, false);
    Invalidate();
    commands.clear();
  }

  void Invalidate() {
    for (Row& row : rows) row.Invalidate();
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

  // What looks different at `now` from what it did at the last frame is to be drawn anew.
  void PassChanges(MediaTime now) {
    if (changes.empty() || !last) return;
    const auto [from, to] = std::minmax(*last, now);
    const auto first = std::ranges::upper_bound(changes, from, {}, &Change::at);
    const auto end = std::ranges::upper_bound(first, changes.end(), to, {}, &Change::at);
    if (end - first < 16) {
      for (auto change = first; change != end; ++change) MarkChanged(change->id);
      return;
    }
    const auto changed = [this, from, to](uint32_t id) {
      const auto later = std::ranges::upper_bound(changes_by_id, std::tuple(id, from), {}, IdAndTime);
      return later != changes_by_id.end() && later->id == id && later->at <= to;
    };
    for (Row& row : rows) row.MarkAllChanged(changed);
  }

  static std::tuple<uint32_t, MediaTime> IdAndTime(const Change& change) { return {change.id, change.at}; }

  void MarkChanged(uint32_t id) {
    for (Row& row : rows) row.MarkChanged(id);
  }

  size_t CountVisible() const {
    size_t count = 0;
    for (const Row& row : rows) count += row.visible();
    for (const StillLayer& layer : still) count += layer.in_view().size();
    return count;
  }

  // Those that take room already, also where none of it is in view yet.
  size_t CountPresent() const {
    size_t count = 0;
    for (const Row& row : rows) count += row.present();
    for (const StillLayer& layer : still) count += layer.present();
    return count;
  }

  size_t CountWaiting() const {
    size_t count = 0;
    for (const Waiting& each : waiting) count += each.size();
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
      rows[static_cast<size_t>(lane)].Admit(comment, all, brush, commands, displaced, finished);
    } else {
      StillOf(mode).Admit(comment, displaced, finished);
    }
    Displace(displaced);
    ++admitted;
  }

  void DropImpatient(MediaTime now) {
    const size_t before = dropped.size();
    for (size_t i = 0; i < waiting.size(); ++i) {
      waiting[i].DropBefore(now - std::max(geometry.patience, kFirstChance), obstacle[i], dropped);
    }
    dropped_in_all += dropped.size() - before;
  }

  // What keeps the next of that mode from entering now.
  std::optional<DropReason> Obstacle(size_t mode, MediaTime now, size_t present, int32_t entries) {
    const bool own = waiting[mode].Next(now)->own;
    if (Ready(geometry.Route(static_cast<Mode>(mode)), now) > now) return DropReason::kNoLane;
    if (!own && present >= geometry.max_visible) return DropReason::kFull;
    if (entries == kEntriesPerPlan || (!own && !limit.allows())) return DropReason::kLimit;
    return std::nullopt;
  }

  void Admit(MediaTime now) {
    if (std::ranges::all_of(waiting, &Waiting::empty)) return;
    DropImpatient(now);
    size_t present = CountPresent();
    int32_t entries = 0;
    uint32_t blocked = 0;
    while (const auto mode = NextMode(waiting, now, blocked)) {
      if (const auto reason = Obstacle(*mode, now, present, entries)) {
        obstacle[*mode] = *reason;
        blocked |= 1U << *mode;
        continue;
      }
      const Comment comment = *waiting[*mode].Next(now);
      waiting[*mode].Pop(now);
      if (!comment.own) limit.Take();
      Enter(comment, geometry.Route(static_cast<Mode>(*mode)), now);
      ++entries;
      ++present;
    }
  }

  // Everything that scrolls or stands is where it is at that time; what waits enters if `admits`.
  void MoveTo(MediaTime now, bool admits) {
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      Lanes& all = LanesOf(lane);
      rows[static_cast<size_t>(lane)].MoveTo(all.Distance(lane, now), all, brush, commands);
    }
    for (StillLayer& layer : still) layer.MoveTo(now);
    if (admits) Admit(now);
    for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
      rows[static_cast<size_t>(lane)].ShowRecorded(LanesOf(lane), brush, commands);
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

  bool Knows(uint32_t id) const {
    const auto is_row_with = [id](const Row& row) {
      return std::ranges::any_of(row.live(), [id](const LiveComment& live) { return live.comment.id == id; });
    };
    const auto is_layer_with = [id](const StillLayer& layer) {
      return std::ranges::any_of(layer.live(), [id](const Stand& stand) { return stand.comment.id == id; });
    };
    return recording.Find(id) != nullptr || std::ranges::any_of(rows, is_row_with) ||
           std::ranges::any_of(still, is_layer_with);
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

  // Where the held comment is drawn. Precondition: there is one.
  Spot HeldSpot(MediaTime now) const {
    const auto own = PlaceOf(held->at.id);
    const auto& [id, x, y, width, height] = held->at;
    return {own ? held->X(own->first.x, now) : x, y, width, height, held->scale};
  }

  void ShowHeld(MediaTime now) {
    if (!held) return;
    const Spot at = HeldSpot(now);
    commands.push_back(
        {Op::kSprite, static_cast<int32_t>(held->at.id), at.x, at.y, at.width, at.height, 1'000, at.scale});
  }

  void Plan(MediaTime now) {
    commands.clear();
    brush.paint = raster_limit == 0 ? INT32_MAX : raster_limit;
    ArrangeAfterJump(now);
    PassChanges(now);
    limit.MoveTo(now);
    MoveTo(now, true);
    MoveHeld(now);
    for (Row& row : rows) row.Refresh(brush, commands);

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
    recording_planned = true;
  }

  Geometry geometry;
  std::array<Lanes, 2> lanes;  // those of kScroll, kReverse
  std::vector<Row> rows;       // by lane
  std::array<StillLayer, 3> still;
  Recording recording;
  std::vector<Change> changes;        // by time
  std::vector<Change> changes_by_id;  // the same, by id and then time
  WaitingByMode waiting;
  std::array<DropReason, 5> obstacle = {DropReason::kNoLane, DropReason::kNoLane, DropReason::kNoLane,
                                        DropReason::kNoLane, DropReason::kNoLane};  // what kept them waiting last
  EntryLimit limit;
  Panels panels;
  Bursts bursts;
  Rectangle host;
  bool mask = false;
  std::optional<Held> held;
  std::optional<MediaTime> last;     // planned
  bool recording_planned = false;    // since it was loaded
  std::optional<MediaTime> kept_at;  // since when the recording goes on from what a resize kept

  Commands commands;
  std::vector<Comment> displaced;  // kept for its memory
  std::vector<Dropped> dropped, dropped_taken;
  std::vector<uint32_t> finished, finished_taken;
  std::vector<Visible> visible;
  int32_t raster_limit = 0;
  Brush brush;
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
  if (parts_->CountWaiting() >= kMaxWaiting) {
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
  parts_->changes_by_id.clear();
  parts_->kept_at.reset();
  parts_->recording_planned = false;
  parts_->ConnectRecording();
  if (parts_->held && !parts_->Knows(parts_->held->at.id)) parts_->held.reset();
  parts_->HideHeld();
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
  std::ranges::sort(parts_->changes, {}, [](const Change& change) { return std::tuple(change.at, change.id); });
  parts_->changes_by_id = parts_->changes;
  std::ranges::sort(parts_->changes_by_id, {}, Parts::IdAndTime);
  return {};
}

Status Planner::SetRasterLimit(int32_t per_plan) {
  SOTTO_RETURN_IF_ERROR(CheckRange("the raster limit", per_plan, 0, 1'000'000));
  parts_->raster_limit = per_plan;
  return {};
}

bool Planner::settled() const {
  return std::ranges::all_of(parts_->rows, &Row::settled);
}

void Planner::Redraw(uint32_t id) {
  parts_->MarkChanged(id);
}

void Planner::Invalidate() {
  parts_->Invalidate();
}

Status Planner::SetEntryLimit(int32_t per_second) {
  SOTTO_RETURN_IF_ERROR(CheckRange("the entry limit", per_second, 0, 1'000'000));
  parts_->limit.Set(per_second);
  return {};
}

Status Planner::Hold(uint32_t id) {
  if (parts_->held && parts_->held->at.id == id) {
    // One that is on its way back is taken where it is.
    parts_->held->at.x = parts_->HeldSpot(*parts_->last).x;
    parts_->held->released = false;
    return {};
  }
  const auto place = parts_->PlaceOf(id);
  if (!place) {
    return Error{ErrorCode::kNotFound, "comment " + std::to_string(id) + " is not on screen.", ""};
  }
  parts_->held = Held{place->first, place->second, false, 0};
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
  parts_->changes_by_id.clear();
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
    hidden = parts_->held->at.id;
    if (parts_->HeldSpot(*parts_->last).Holds(x, y)) return *hidden;
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
  const std::optional<Held>& held = parts_->held;
  const auto add = [&](const Visible& comment) {
    if (!held || held->at.id != comment.id) visible.push_back(comment);
  };
  for (int32_t lane = 0; lane < parts_->geometry.lanes; ++lane) {
    const auto before = static_cast<ptrdiff_t>(visible.size());
    const Row& row = parts_->rows[static_cast<size_t>(lane)];
    row.ForEachInView([&](const Place& place) {
      add({place.id, row.ScreenX(place), parts_->LaneY(lane), place.width, parts_->geometry.lane_height});
    });
    if (parts_->geometry.Reversed(lane)) std::reverse(visible.begin() + before, visible.end());
  }
  for (const StillLayer& layer : parts_->still) {
    for (const Stand& stand : layer.in_view()) add(layer.SpotOf(stand).Drawn(stand.comment.id));
  }
  if (held) visible.push_back(parts_->HeldSpot(*parts_->last).Drawn(held->at.id));
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
  stats.waiting = parts_->CountWaiting();
  stats.visible = parts_->CountVisible();
  if (parts_->held && !parts_->PlaceOf(parts_->held->at.id)) ++stats.visible;
  return stats;
}

}  // namespace sotto::overlay
