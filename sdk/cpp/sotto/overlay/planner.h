// Plans each frame of the overlay; a host (TypeScript on a canvas) executes the plan. The planner owns time, lanes and
// the product cards; it never sees a pixel.
//
// A lane is a row of the screen with one speed, so no comment can overtake another. Each lane has a strip: a ring
// buffer of pixels a little wider than the screen and the widest comment, into which a comment is drawn once, when it
// enters. A frame copies what is in view of every strip to the screen: its cost is that of the screen's pixels,
// whatever the number of comments.
//
// Time is the media time, in integer microseconds, given by the host with each call: a pause is the same time twice, a
// rate is time that passes faster, a seek is time that jumps. Everything is integer arithmetic: the same calls give the
// same plan on every platform.
//
// By time t lane L has moved d(t) = floor(width * t / c) pixels to the left, where c is `crossing` give or
// take 6 %, different for each lane so that comments form no columns. A comment that enters at time e keeps one place
// on its lane, column d(e) + width, and is seen at x = d(e) + width - d(t), from the right edge on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sotto/base/result.h"

namespace sotto::overlay {

using MediaTime = int64_t;  // microseconds, from 0 to kMaxMediaTime
inline constexpr MediaTime kMaxMediaTime = INT64_C(1'000'000) * 3600 * 24 * 30;

// Sizes are in device pixels.
struct PlannerOptions {
  int32_t width = 1280;              // 1 to 16,384
  int32_t height = 720;              // 1 to 16,384
  int32_t lane_height = 36;          // 8 to 1,024
  int32_t top = 0;                   // first lane's y; 0 to height
  int32_t lanes = 0;                 // 0: as many as fit between top and height; otherwise at most that many, to 2,048
  int32_t max_comment_width = 2048;  // wider comments are clipped; 64 to 8,192
  int32_t gap = 24;                  // least space between two comments of a lane; 0 to 1,024
  MediaTime crossing = 8'000'000;    // time of a comment of no width from the right edge to the left; 1 s to 60 s
  MediaTime patience = 3'000'000;    // how long a comment may wait for a free lane before it is dropped; 0 to 60 s
};

// One operation of a frame: eight int32, so that a frame is one flat array that JavaScript reads without a copy.
enum class Op : int32_t {
  kClear = 1,   // clear strip rectangle:            lane, x, y, width, height, 0, 0
  kRaster = 2,  // draw comment into strip:          comment, lane, x, y, width, height, clip_from   (see below)
  kBlit = 3,    // copy strip to screen:             lane, source_x, source_y, width, height, screen_x, screen_y
  kCard = 4,    // show product card:                card, screen_x, screen_y, width, height, opacity 0..1000, scale
                // 0..1000 per mille
};
// Strip coordinates: lane L has rows L * lane_height to (L + 1) * lane_height of one strip canvas, strip_width wide.
//
// kRaster draws a part of the comment: clip_from is the comment's pixel column at which the rectangle starts. A comment
// across the ring's end comes in two parts; one that is partly off the screen when it is drawn anew lacks its start.
//
// kCard gives the rectangle at full scale; a host scales about its centre.
//
// Comment and card numbers are uint32 in an int32: `>>> 0` in JavaScript.

struct Command {
  Op op;
  int32_t a, b, c, d, e, f, g;

  bool operator==(const Command&) const = default;
};
static_assert(sizeof(Command) == 32);

struct Comment {
  uint32_t id = 0;    // the host's own number, unique among the comments that are not finished
  int32_t width = 0;  // of its drawing, at least 1; clipped to max_comment_width
  MediaTime at = 0;   // recorded: when it enters. Live: when it arrived; it enters then or later
  bool own = false;   // the viewer's own comment: waits for a lane as long as it takes, never dropped
};

struct Card {
  uint32_t id = 0;
  MediaTime at = 0;                             // when it enters
  MediaTime duration = 0;                       // 1 to kMaxMediaTime; it is gone at at + duration
  int32_t x = 0, y = 0, width = 0, height = 0;  // where it rests; within +-16,384, sizes at least 1
};

struct Stats {
  uint64_t admitted = 0;  // comments that got a lane: live ones so far, and those of the recording
  uint64_t dropped = 0;   // comments whose patience ended: live ones so far, and those of the recording
  uint64_t waiting = 0;   // live comments that have no lane yet
  uint64_t visible = 0;   // at the last planned time
};

// Live and recorded comments share the lanes. A comment that has a lane keeps it, so that nothing ever jumps.
//
// A live comment keeps the time and lane in which it first entered, so a jump back shows it again. The planner
// remembers the live comments on screen and, for each lane, the last kLiveHistory that have left it; older ones are
// finished. After a jump back a new comment has the right of way over those that had entered later: they are finished,
// but an own comment waits for a lane again.
//
// Live comments have the right of way over a recording, too: where a live comment is, a recorded one is not shown.
inline constexpr int32_t kLiveHistory = 64;

class Planner {
 public:
  // kInvalidArgument, naming the option and its range. A screen too low for one lane is allowed and shows no comment.
  static Result<Planner> Create(const PlannerOptions& options);

  Planner(Planner&&) noexcept;
  Planner& operator=(Planner&&) noexcept;
  ~Planner();

  // Starts over with another size; comments and cards that were given stay, and what is visible is drawn anew. Lanes
  // are given anew, too; a live comment that finds none within `patience` is finished.
  // Errors as Create; nothing changes then.
  Status Resize(const PlannerOptions& options);

  // Live: a comment that arrived. The topmost lane that is free takes it, at the first Plan at or after `at`; own
  // comments come first, then the oldest. It is dropped once it has waited longer than `patience` (100 ms are always
  // granted, so that what arrives between two frames has its chance).
  // kInvalidArgument (width < 1, time out of range), kResourceExhausted when 10,000 wait.
  Status Push(const Comment& comment);

  // Recorded: all comments of a recording, in any order; replaces what was loaded. Lanes are given once, in order of
  // time and id, so a time always has the same picture, whichever way one got there. A comment enters late, by up to
  // `patience`, if no lane is free at its time; otherwise it is dropped (see Stats; TakeDropped does not list it).
  // kInvalidArgument as Push, kResourceExhausted above 1,000,000; what was loaded stays then.
  Status LoadRecording(std::span<const Comment> comments);

  // A card slides and fades in during its first 320 ms and out during its last 240 ms. Later cards are on top; the same
  // id again replaces the card. kInvalidArgument, naming the field; kResourceExhausted above 1,000 cards.
  Status AddCard(const Card& card);
  // Does nothing if there is no such card.
  void RemoveCard(uint32_t id);

  // Forgets live comments, the recording and cards, and what TakeDropped and TakeFinished would have said.
  void Clear();

  // The commands that turn the last frame into the frame at `now`: clears and rasters of the strips, then, onto a
  // screen that the host has cleared, blits of all that is in view, then cards. The same time again is blits and cards
  // only; so is a step back of up to a sixteenth of the screen, as clocks make them. A jump redraws what is visible
  // there. No memory is allocated once the planner has seen its load.
  // The span is valid until the next call. kInvalidArgument if `now` is out of range.
  Result<std::span<const Command>> Plan(MediaTime now);

  // Live comments that were dropped since the last call, for the host's event; the planner has forgotten them. Valid
  // until the next call.
  std::span<const uint32_t> TakeDropped();
  // Live comments that were shown and are forgotten since the last call: no plan will name them again, and the host may
  // forget them, too. Valid until the next call.
  std::span<const uint32_t> TakeFinished();

  // The comment under a screen point at the last planned time; kNotFound if there is none.
  Result<uint32_t> Pick(int32_t x, int32_t y) const;

  int32_t lanes() const;
  int32_t strip_width() const;   // pixels of one strip: at least width + max_comment_width, a multiple of 64
  int32_t strip_height() const;  // lanes() * lane_height
  Stats stats() const;

 private:
  struct Parts;
  explicit Planner(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace sotto::overlay
