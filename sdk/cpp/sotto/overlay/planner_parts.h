// What a planner holds: the layers, and what selects comments for them. planner.cc checks what comes from outside and
// passes it on; planner_frame.cc makes frames of it, planner_resize.cc keeps it in its place on another screen.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "sotto/overlay/layers/effects/bursts.h"
#include "sotto/overlay/layers/panels/panels.h"
#include "sotto/overlay/layers/scroll/row.h"
#include "sotto/overlay/layers/still/still.h"
#include "sotto/overlay/selection/entry_limit.h"
#include "sotto/overlay/selection/held.h"
#include "sotto/overlay/selection/recording.h"
#include "sotto/overlay/selection/waiting.h"

namespace sotto::overlay {

struct Rectangle {
  int32_t x = 0, y = 0, width = 0, height = 0;
};

struct Planner::Parts {
  explicit Parts(const Geometry& sizes)
      : geometry(sizes),
        lanes{Lanes(sizes, false), Lanes(sizes, true)},
        rows(MakeRows()),
        still{StillLayer(sizes, Mode::kFree), StillLayer(sizes, Mode::kTop), StillLayer(sizes, Mode::kBottom)} {}

  static constexpr std::array kStillModes{Mode::kFree, Mode::kTop, Mode::kBottom};  // from the lowest to the highest

  std::vector<Row> MakeRows() const;
  // Starts over with nothing on screen.
  void MakeLayers();

  Lanes& LanesOf(int32_t lane) { return lanes[geometry.Reversed(lane) ? 1 : 0]; }
  StillLayer& StillOf(Mode mode);
  int32_t LaneY(int32_t lane) const { return geometry.top + lane * geometry.lane_height; }

  void ConnectRecording();

  // Live comments that lost their place: own ones wait for another.
  void Displace(std::span<const Comment> comments);

  // ---- Resizing (planner_resize.cc)

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

  std::vector<Moving> FindMoving(std::span<const Row> before, const Geometry& old) const;

  // Its place on a lane of the new geometry. What is in view stays there, in proportion to the screen, and of one that
  // has partly left the same part; others keep the time at which they enter, and what had left stays away.
  Place PlaceAfterResize(const Moving& moving, int32_t lane, MediaTime now, int32_t old_width);

  // Puts it on that lane, if there is room. `fitting` has all that was put so far; live ones are put on `rows`, too.
  bool Put(Moving& moving, int32_t lane, MediaTime now, int32_t old_width, std::vector<Row>& fitting,
           KeptRecording& kept);

  // What is in view has its own lane first, then what is in view has any other; live comments before recorded ones.
  void KeepMoving(std::vector<Moving>& all, MediaTime now, int32_t old_width, KeptRecording& kept);

  void KeepStanding(std::span<const StillLayer> before, MediaTime now, KeptRecording& kept);

  // A live comment that had a place and finds none. One that was seen to its end need not be shown again.
  void Lose(const Comment& comment, bool seen);

  void Resize(const Geometry& sizes);

  void Invalidate();

  // ---- A frame (planner_frame.cc)

  // A recording that goes on from what a resize kept has no past; a jump arranges it anew.
  void ArrangeAfterJump(MediaTime now);

  // What looks different at `now` from what it did at the last frame is to be drawn anew.
  void PassChanges(MediaTime now);

  static std::tuple<uint32_t, MediaTime> IdAndTime(const Change& change) { return {change.id, change.at}; }

  void MarkChanged(uint32_t id);

  size_t CountVisible() const;

  // Those that take room already, also where none of it is in view yet.
  size_t CountPresent() const;

  size_t CountWaiting() const;

  MediaTime Ready(Mode mode, MediaTime now);

  void Enter(Comment comment, Mode mode, MediaTime now);

  void DropImpatient(MediaTime now);

  // What keeps the next of that mode from entering now.
  std::optional<DropReason> Obstacle(size_t mode, MediaTime now, size_t present, int32_t entries);

  void Admit(MediaTime now);

  // Everything that scrolls or stands is where it is at that time; what waits enters if `admits`.
  void MoveTo(MediaTime now, bool admits);

  void HideHeld();

  // Where a comment is now, if it has a place.
  std::optional<std::pair<Visible, int32_t>> PlaceOf(uint32_t id) const;

  bool IsLive(uint32_t id) const;

  // Ends the hold of a comment that is back in its place, or has none any more.
  void MoveHeld(MediaTime now);

  // Where the held comment is drawn. Precondition: there is one.
  Spot HeldSpot(MediaTime now) const;

  void ShowHeld(MediaTime now);

  void Plan(MediaTime now);

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
  int32_t still_top = 0;
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

}  // namespace sotto::overlay
