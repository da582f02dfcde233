// A layer of comments that stand still: those at the top, at the bottom, or where they say.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sotto/overlay/layers/still/rows.h"

namespace sotto::overlay {

class StillLayer {
 public:
  StillLayer(const Geometry& geometry, Mode mode) : mode_(mode), rows_(geometry, mode) {}

  // A frame is: MoveTo, Admit for each live comment that enters now, Settle, then Show.
  void MoveTo(MediaTime now);
  MediaTime Ready(MediaTime now) const { return rows_.Ready(now); }
  // Adds to `displaced` the live comments that were to enter again where it is now, and to `forgotten` the ids of those
  // that ended before the last kLiveHistory did. Precondition: Ready(now) == now.
  void Admit(const Comment& comment, std::vector<Comment>& displaced, std::vector<uint32_t>& forgotten);
  // Finds what is in view. Live comments have the right of way over recorded ones.
  void Settle();
  // Sprites of all in view but `hidden`, the first that entered lowest.
  void Show(std::optional<uint32_t> hidden, Commands& out) const;

  // By the time at which they enter; they must stay valid.
  void SetRecorded(std::span<const Stand> recorded);
  std::span<const Stand> live() const { return live_; }
  // Keeps a live comment in its row, if that exists and has room, or in another if `any_row`. Nothing if there is none.
  std::optional<Stand> Insert(Stand stand, bool any_row);

  std::span<const Stand> in_view() const { return in_view_; }
  // Those of them that the recording has.
  std::vector<Stand> RecordedInView() const;
  // As many as stand now.
  size_t present() const { return present_; }
  Spot SpotOf(const Stand& stand) const { return rows_.SpotOf(stand); }
  std::optional<uint32_t> Pick(int32_t x, int32_t y, std::optional<uint32_t> hidden) const;
  // See Planner::SetStillTop.
  void SetTop(int32_t y) { rows_.SetTop(y); }
  int32_t rows() const { return rows_.count(); }

 private:
  bool HiddenByLive(const Stand& recorded) const;
  // Calls visit(stand) for each recorded one that is to be seen now.
  template <class Visit>
  void ForEachRecorded(Visit visit) const;

  Mode mode_;
  StillRows rows_;
  MediaTime now_ = 0;
  std::vector<Stand> live_;  // by the time at which they entered
  std::span<const Stand> recorded_;
  MediaTime longest_ = 0;  // that a recorded one stands
  std::vector<Stand> in_view_;
  size_t present_ = 0;
};

}  // namespace sotto::overlay
