// One lane with its comments: those that have a place on it, and those that are on its strip.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sotto/overlay/layers/scroll/lanes.h"
#include "sotto/overlay/layers/scroll/strip.h"

namespace sotto::overlay {

// A live comment and its place. `comment.at` is the time at which it entered.
struct LiveComment {
  Comment comment;
  Place place;
};

// Pixels that a comment may move so that it stays in its lane when the screen's size changes: two places that were a
// gap apart are so no more once both are rounded.
inline constexpr int32_t kNudge = 4;

// How many comments may still be drawn in this frame. What enters while time passes is drawn in any case.
struct Brush {
  int32_t paint = INT32_MAX;
};

class Row {
 public:
  Row(const Geometry& geometry, int32_t lane) : geometry_(geometry), lane_(lane), strip_(geometry, lane) {}

  // A frame, at which the lane has moved to `distance`, is: MoveTo, Admit for each live comment that enters now,
  // ShowRecorded, Refresh, Blit. Admit comes before ShowRecorded because live comments have the right of way.

  // Clears what is ahead of the screen, and draws the live comments that enter again after a jump back. A jump that the
  // strip does not cover draws them all anew.
  void MoveTo(int64_t distance, Lanes& lanes, Brush& brush, Commands& out);
  // Draws a live comment at the edge at which comments enter. Adds to `displaced` the live comments that were to enter
  // again where it is now, and to `forgotten` the ids of those that left the screen before the last kLiveHistory did.
  void Admit(const Comment& comment, Lanes& lanes, Brush& brush, Commands& out, std::vector<Comment>& displaced,
             std::vector<uint32_t>& forgotten);
  // Draws the recorded comments that entered.
  void ShowRecorded(Lanes& lanes, Brush& brush, Commands& out);
  // Draws what the brush had no paint left for, anew what MarkChanged named, and what was drawn on top of something
  // that starts later; as far as there is paint.
  void Refresh(Brush& brush, Commands& out);
  // Whether all is drawn.
  bool settled() const { return changed_.empty() && undrawn_.empty(); }
  void Blit(Commands& out) const;

  // The comment's pixels, if it is on the strip, are to be drawn anew. A hidden one is cleared.
  void MarkChanged(uint32_t id);
  // The same for all comments on the strip for whose id `changed` is true.
  template <class Changed>
  void MarkAllChanged(Changed changed) {
    for (const Place& place : shown_) {
      if (changed(place.id)) MarkPlace(place);
    }
  }
  // At most one comment is hidden, so that it can be shown elsewhere.
  void Hide(std::optional<uint32_t> id);
  void Invalidate();

  // Gives a live comment a place: this one, or one up to kNudge pixels later that is clear of all others, unless
  // comments may overlap. Nothing if there is none.
  std::optional<Place> Insert(LiveComment live);
  std::span<const LiveComment> live() const { return live_; }
  // The recording's places on this lane; they must stay valid. All is drawn anew.
  void SetRecorded(std::span<const Place> recorded);
  // Those of them that entered and have not left the screen.
  std::vector<Place> EnteredRecorded() const;

  int64_t distance() const { return distance_; }
  // Where a place is on the screen.
  int32_t ScreenX(const Place& place) const;
  // Calls visit(place) for each comment in view, from the first that entered on.
  template <class Visit>
  void ForEachInView(Visit visit) const {
    for (const Place& place : OnScreen()) {
      if (place.end() > distance_) visit(place);
    }
  }
  std::optional<Place> Find(uint32_t id) const;
  std::optional<uint32_t> Pick(int32_t x) const;
  size_t visible() const;
  // Those that entered and have not left, also where none of it is in view yet.
  size_t present() const;

 private:
  void Show(const Place& place, Lanes& lanes, Brush& brush, Commands& out);
  void MarkPlace(const Place& place);
  bool HiddenByLive(const Place& recorded) const;
  // All in view and maybe some that have left it.
  std::span<const Place> OnScreen() const;
  int64_t right_edge() const { return distance_ + geometry_.width; }
  // Where comments overlap, one that starts later may end earlier. So what reaches a column is looked for among those
  // that start less than this before it.
  int64_t reach() const { return int64_t{geometry_.max_comment_width} + geometry_.gap; }

  Geometry geometry_;
  int32_t lane_;
  Strip strip_;
  int64_t distance_ = 0;
  bool jumped_ = false;  // at this frame: an eighth of the screen or more, or back
  // Of what was drawn since the strip was restarted: the greatest end, and the greatest width.
  int64_t shown_to_ = 0;
  int32_t widest_ = 0;

  // All three in order of their starts, places of one start as DrawnBefore says.
  std::vector<LiveComment> live_;
  std::span<const Place> recorded_;
  std::vector<Place> shown_;  // what is on the strip, or was when it was last valid

  // The first of each that has not entered.
  size_t next_live_ = 0;
  size_t next_recorded_ = 0;

  std::vector<Place> undrawn_;  // those of shown_ that wait for paint, in the order in which they are drawn
  std::vector<Place> changed_;
  std::optional<uint32_t> hidden_;
};

}  // namespace sotto::overlay
