#include "sotto/overlay/planner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sotto/overlay/planner_parts.h"

namespace sotto::overlay {
namespace {

constexpr size_t kMaxWaiting = 10'000;
constexpr size_t kMaxRecorded = 1'000'000;
constexpr size_t kMaxChanges = 1'000'000;
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

}  // namespace

std::vector<Row> Planner::Parts::MakeRows() const {
  std::vector<Row> made;
  made.reserve(static_cast<size_t>(geometry.lanes));
  for (int32_t lane = 0; lane < geometry.lanes; ++lane) made.emplace_back(geometry, lane);
  return made;
}

void Planner::Parts::MakeLayers() {
  lanes = {Lanes(geometry, false), Lanes(geometry, true)};
  rows = MakeRows();
  for (size_t i = 0; i < still.size(); ++i) still[i] = StillLayer(geometry, kStillModes[i]);
  StillOf(Mode::kTop).SetTop(still_top);
  held.reset();
}

StillLayer& Planner::Parts::StillOf(Mode mode) {
  return still[static_cast<size_t>(std::ranges::find(kStillModes, mode) - kStillModes.begin())];
}

void Planner::Parts::ConnectRecording() {
  for (int32_t lane = 0; lane < geometry.lanes; ++lane) {
    rows[static_cast<size_t>(lane)].SetRecorded(recording.lane(lane));
  }
  for (size_t i = 0; i < still.size(); ++i) still[i].SetRecorded(recording.still(kStillModes[i]));
}

void Planner::Parts::Displace(std::span<const Comment> comments) {
  for (const Comment& comment : comments) {
    if (comment.own) {
      waiting[static_cast<size_t>(comment.mode)].Push(comment);
    } else {
      finished.push_back(comment.id);
    }
  }
}

void Planner::Parts::Invalidate() {
  for (Row& row : rows) row.Invalidate();
}

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
  if (parts_->held && !parts_->IsLive(parts_->held->at.id)) parts_->held.reset();
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

Status Planner::SetStillTop(int32_t y) {
  SOTTO_RETURN_IF_ERROR(CheckRange("the top of still comments", y, 0, kMaxCoordinate));
  parts_->still_top = y;
  parts_->StillOf(Mode::kTop).SetTop(y);
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
