// Plans each frame of the overlay; a host (TypeScript on a canvas) executes the plan. The planner owns time, lanes and
// the product cards; it never sees a pixel.
//
// A lane is a row of the screen with one speed, so no comment can overtake another. Each lane has a strip: a ring
// buffer of pixels as wide as the screen and the widest comment, into which a comment is drawn once, when it enters.
// A frame copies one screenful of every strip to the screen: its cost is that of the screen's pixels, whatever the
// number of comments.
//
// Time is the media time, in integer microseconds, given by the host with each call: a pause is the same time twice, a
// rate is time that passes faster, a seek is time that jumps. Everything is integer arithmetic: the same calls give the
// same plan on every platform.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

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
  int32_t lanes = 0;                 // 0: as many as fit between top and height; otherwise at most that many
  int32_t max_comment_width = 2048;  // wider comments are clipped; 64 to 8,192
  int32_t gap = 24;                  // least space between two comments of a lane; 0 to 1,024
  MediaTime crossing = 8'000'000;    // time of a comment of no width from the right edge to the left; 1 s to 60 s
  MediaTime patience = 3'000'000;    // how long a live comment may wait for a free lane before it is dropped; 0 to 60 s
};

// One operation of a frame: eight int32, so that a frame is one flat array that JavaScript reads without a copy.
enum class Op : int32_t {
  kClear = 1,   // clear strip rectangle:            lane, x, y, width, height, 0, 0
  kRaster = 2,  // draw comment into strip:          comment, lane, x, y, width, height, clip_from   (see below)
  kBlit = 3,    // copy strip to screen:             lane, source_x, source_y, width, height, screen_x, screen_y
  kCard = 4,    // show product card:                card, screen_x, screen_y, width, height, opacity 0..1000, scale
                // 0..1000 per mille
};
// kRaster at a ring's end comes twice: clip_from is the comment's pixel column at which the rectangle starts.
// Strip coordinates: lane L occupies rows [L * lane_height, (L + 1) * lane_height) of one strip canvas strip_width
// wide.

struct Command {
  Op op;
  int32_t a, b, c, d, e, f, g;
};
static_assert(sizeof(Command) == 32);

struct Comment {
  uint32_t id = 0;    // the host's own number, unique among the comments on screen
  int32_t width = 0;  // of its drawing, 1 to max_comment_width after clipping
  MediaTime at = 0;   // recorded: when it enters. Live: when it arrived
  bool own = false;   // the viewer's own comment: waits for a lane as long as it takes, never dropped
};

struct Card {
  uint32_t id = 0;
  MediaTime at = 0;                             // when it enters
  MediaTime duration = 0;                       // > 0; it leaves at at + duration
  int32_t x = 0, y = 0, width = 0, height = 0;  // where it rests
};

struct Stats {
  uint64_t admitted = 0;  // comments that got a lane
  uint64_t dropped = 0;   // comments whose patience ended
  uint64_t waiting = 0;
  uint64_t visible = 0;  // at the last planned time
};

class Planner {
 public:
  // kInvalidArgument, naming the option and its range.
  static Result<Planner> Create(const PlannerOptions& options);

  // Starts over with another size; comments and cards that were given stay, and what is visible is drawn anew.
  Status Resize(const PlannerOptions& options);

  // Live: a comment that arrived now. kInvalidArgument (width < 1, time out of range), kResourceExhausted when more
  // than 10,000 wait.
  Status Push(const Comment& comment);

  // Recorded: all comments of a recording, in any order; replaces what was loaded. Lanes are given once, in order of
  // time and id, so a time always has the same picture, whichever way one got there.
  // kInvalidArgument as Push, kResourceExhausted above 1,000,000.
  Status LoadRecording(std::span<const Comment> comments);

  Status AddCard(const Card& card);
  void RemoveCard(uint32_t id);

  // Forgets live comments, the recording and cards.
  void Clear();

  // The commands that turn the last frame into the frame at `now`: clears and rasters first, then blits of the whole
  // screen, then cards. A jump of time, backwards or by more than a crossing, redraws what is visible there.
  // The span is valid until the next call. kInvalidArgument if `now` is out of range.
  Result<std::span<const Command>> Plan(MediaTime now);

  // Comments that were dropped since the last call, for the host's event. Valid until the next call of Plan.
  std::span<const uint32_t> TakeDropped();
  // Comments that have left the screen since the last call, so that the host may forget them (live only).
  std::span<const uint32_t> TakeFinished();

  // The comment under a screen point at the last planned time; kNotFound if there is none.
  Result<uint32_t> Pick(int32_t x, int32_t y) const;

  int32_t lanes() const;
  int32_t strip_width() const;   // pixels of one strip: at least width + max_comment_width
  int32_t strip_height() const;  // lanes() * lane_height
  Stats stats() const;

 private:
  // The implementer completes the private part; lanes, strips, timeline and cards are files of their own.
  Planner() = default;
};

}  // namespace sotto::overlay
