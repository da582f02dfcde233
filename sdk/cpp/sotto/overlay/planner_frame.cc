#include "sotto/overlay/planner_parts.h"

#include <algorithm>

namespace sotto::overlay {
namespace {

constexpr MediaTime kFirstChance = 100'000;

}  // namespace

void Planner::Parts::ArrangeAfterJump(MediaTime now) {
  if (!kept_at) return;
  const MediaTime moved = now - *last;
  if (now >= *kept_at - kSlack && -geometry.crossing <= moved && moved <= geometry.crossing) return;
  kept_at.reset();
  recording.Arrange(geometry);
  ConnectRecording();
}

void Planner::Parts::PassChanges(MediaTime now) {
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

void Planner::Parts::MarkChanged(uint32_t id) {
  for (Row& row : rows) row.MarkChanged(id);
}

size_t Planner::Parts::CountVisible() const {
  size_t count = 0;
  for (const Row& row : rows) count += row.visible();
  for (const StillLayer& layer : still) count += layer.in_view().size();
  return count;
}

size_t Planner::Parts::CountPresent() const {
  size_t count = 0;
  for (const Row& row : rows) count += row.present();
  for (const StillLayer& layer : still) count += layer.present();
  return count;
}

size_t Planner::Parts::CountWaiting() const {
  size_t count = 0;
  for (const Waiting& each : waiting) count += each.size();
  return count;
}

MediaTime Planner::Parts::Ready(Mode mode, MediaTime now) {
  if (mode == Mode::kScroll || mode == Mode::kReverse) return lanes[static_cast<size_t>(mode)].Ready(now);
  return StillOf(mode).Ready(now);
}

void Planner::Parts::Enter(Comment comment, Mode mode, MediaTime now) {
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

void Planner::Parts::DropImpatient(MediaTime now) {
  const size_t before = dropped.size();
  for (size_t i = 0; i < waiting.size(); ++i) {
    waiting[i].DropBefore(now - std::max(geometry.patience, kFirstChance), obstacle[i], dropped);
  }
  dropped_in_all += dropped.size() - before;
}

std::optional<DropReason> Planner::Parts::Obstacle(size_t mode, MediaTime now, size_t present, int32_t entries) {
  const bool own = waiting[mode].Next(now)->own;
  if (Ready(geometry.Route(static_cast<Mode>(mode)), now) > now) return DropReason::kNoLane;
  if (!own && present >= geometry.max_visible) return DropReason::kFull;
  if (entries == kEntriesPerPlan || (!own && !limit.allows())) return DropReason::kLimit;
  return std::nullopt;
}

void Planner::Parts::Admit(MediaTime now) {
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

void Planner::Parts::MoveTo(MediaTime now, bool admits) {
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

void Planner::Parts::HideHeld() {
  const std::optional<uint32_t> id = held ? std::optional(held->at.id) : std::nullopt;
  for (Row& row : rows) row.Hide(id);
}

std::optional<std::pair<Visible, int32_t>> Planner::Parts::PlaceOf(uint32_t id) const {
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

bool Planner::Parts::IsLive(uint32_t id) const {
  const auto is_row_with = [id](const Row& row) {
    return std::ranges::any_of(row.live(), [id](const LiveComment& live) { return live.comment.id == id; });
  };
  const auto is_layer_with = [id](const StillLayer& layer) {
    return std::ranges::any_of(layer.live(), [id](const Stand& stand) { return stand.comment.id == id; });
  };
  return std::ranges::any_of(rows, is_row_with) || std::ranges::any_of(still, is_layer_with);
}

void Planner::Parts::MoveHeld(MediaTime now) {
  if (!held) return;
  const bool over = std::ranges::find(finished, held->at.id) != finished.end() ||
                    (held->released && (held->Returned(now) == 1'000 || !PlaceOf(held->at.id)));
  if (!over) return;
  held.reset();
  HideHeld();
}

Spot Planner::Parts::HeldSpot(MediaTime now) const {
  const auto own = PlaceOf(held->at.id);
  const auto& [id, x, y, width, height] = held->at;
  return {own ? held->X(own->first.x, now) : x, y, width, height, held->scale};
}

void Planner::Parts::ShowHeld(MediaTime now) {
  if (!held) return;
  const Spot at = HeldSpot(now);
  commands.push_back(
      {Op::kSprite, static_cast<int32_t>(held->at.id), at.x, at.y, at.width, at.height, 1'000, at.scale});
}

void Planner::Parts::Plan(MediaTime now) {
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
  bursts.Show(now, geometry, commands);
  panels.Show(now, commands);
  ShowHeld(now);
  last = now;
  recording_planned = true;
}

}  // namespace sotto::overlay
