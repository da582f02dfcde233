#include "sotto/overlay/planner_parts.h"

#include <algorithm>

namespace sotto::overlay {

std::vector<Planner::Parts::Moving> Planner::Parts::FindMoving(std::span<const Row> before, const Geometry& old) const {
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

Place Planner::Parts::PlaceAfterResize(const Moving& moving, int32_t lane, MediaTime now, int32_t old_width) {
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

bool Planner::Parts::Put(Moving& moving, int32_t lane, MediaTime now, int32_t old_width, std::vector<Row>& fitting,
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

void Planner::Parts::KeepMoving(std::vector<Moving>& all, MediaTime now, int32_t old_width, KeptRecording& kept) {
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

void Planner::Parts::KeepStanding(std::span<const StillLayer> before, MediaTime now, KeptRecording& kept) {
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

void Planner::Parts::Lose(const Comment& comment, bool seen) {
  if (seen) {
    finished.push_back(comment.id);
  } else {
    Displace({&comment, 1});
  }
}

void Planner::Parts::Resize(const Geometry& sizes) {
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

}  // namespace sotto::overlay
