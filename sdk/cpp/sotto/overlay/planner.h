// Plans each frame of the overlay; a host (TypeScript on a canvas) executes the plan. The planner owns time, lanes,
// rows, selection and what stands above the comments; it never sees a pixel.
//
// Comments that scroll have lanes. A lane is a row of the screen with one speed and one direction, so no comment can
// overtake another. Each lane has a strip: a ring buffer of pixels a little wider than the screen and the widest
// comment, into which a comment is drawn once, when it enters. A frame copies what is in view of every strip to the
// screen: its cost is that of the screen's pixels, whatever the number of comments.
//
// Comments that stand still, panels (product cards, pinned comments, notices) and effects are sprites: pictures that
// the host draws once and a frame places.
//
// Time is the media time, in integer microseconds, given by the host with each call: a pause is the same time twice, a
// rate is time that passes faster, a seek is time that jumps. Everything is integer arithmetic: the same calls give the
// same plan on every platform.
//
// By time t lane L has moved d(t) = floor(width * t / c) pixels, where c is `crossing` give or take `spread`, different
// for each lane so that comments form no columns. A comment that enters at time e keeps one place on its lane, column
// d(e) + width, and is seen at x = d(e) + width - d(t), from the right edge on; in a lane that flows to the right all
// of that is mirrored.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "sotto/base/result.h"

namespace sotto::overlay {

using MediaTime = int64_t;  // microseconds, from 0 to kMaxMediaTime
inline constexpr MediaTime kMaxMediaTime = INT64_C(1'000'000) * 3600 * 24 * 30;

enum class Overlap : uint8_t {
  kNever,     // a comment waits for a place of its own, and is dropped after `patience`
  kWhenFull,  // it covers others where there is no free lane; what starts later is on top
  kAlways,    // lanes are filled evenly, whatever is on them; still rows as kWhenFull
};

enum class Mode : uint8_t {
  kScroll,   // from the right edge to the left
  kReverse,  // from the left edge to the right, on one of the `reverse_lanes`
  kTop,      // still, centred, in a row from the top down
  kBottom,   // still, centred, in a row from the bottom up
  kFree,     // still, where it says
};

// Sizes are in device pixels.
struct PlannerOptions {
  int32_t width = 1280;              // 1 to 16,384
  int32_t height = 720;              // 1 to 16,384
  int32_t lane_height = 36;          // 8 to 1,024
  int32_t top = 0;                   // first lane's y; 0 to height
  int32_t lanes = 0;                 // 0: as many as fit between top and height; otherwise at most that many, to 2,048
  int32_t reverse_lanes = 0;         // how many of them, the lowest, flow to the right; 0 to 2,048
  int32_t still_rows = 0;            // rows of still comments, from the top and again from the bottom; 0 to 2,048
  int32_t max_comment_width = 2048;  // wider comments are clipped; 64 to 8,192
  int32_t gap = 24;                  // least space between two comments of a lane; 0 to 1,024
  int32_t text_scale = 1'000'000;    // millionths by which comments' sizes are multiplied; 10,000 to 100,000,000
  int32_t spread = 60;               // per mille by which lanes are slower or faster than `crossing`; 0 to 500
  // 0 to 100,000. While so many comments are on screen only own ones enter, and what of a recording has its place.
  int32_t max_visible = 10'000;
  Overlap overlap = Overlap::kNever;
  MediaTime crossing = 8'000'000;  // time of a comment of no width from the right edge to the left; 1 s to 60 s
  MediaTime patience = 3'000'000;  // how long a comment may wait for a free lane before it is dropped; 0 to 60 s
  MediaTime still = 5'000'000;     // how long a still comment stays that does not say; 100 ms to 60 s
};

// One operation of a frame: eight int32, so that a frame is one flat array that JavaScript reads without a copy.
enum class Op : int32_t {
  kClear = 1,   // clear strip rectangle:            lane, x, y, width, height, 0, 0
  kRaster = 2,  // draw comment into strip:          comment, lane, x, y, width, height, clip_from   (see below)
  kBlit = 3,    // copy strip to screen:             lane, source_x, source_y, width, height, screen_x, screen_y
  kSprite = 4,  // draw a whole comment:             comment, screen_x, screen_y, width, height, opacity, scale
  kMask = 5,    // what was drawn so far is behind the mask: cut it out.   0, 0, 0, 0, 0, 0, 0
  kHost = 6,    // draw the host's picture:          0, screen_x, screen_y, width, height, opacity, scale
  kEffect = 7,  // draw an effect's particle:        picture, screen_x, screen_y, width, height, opacity, scale
  kPanel = 8,   // draw a panel:                     panel, screen_x, screen_y, width, height, opacity, scale
};
// A frame's operations come in this order: clears and rasters; then, onto a screen that the host has cleared, blits,
// sprites, the mask, the host, effects, panels, and a sprite for the comment that is held.
//
// Strip coordinates: lane L has rows L * lane_height to (L + 1) * lane_height of one strip canvas, strip_width wide.
//
// kRaster draws a part of the comment: clip_from is the comment's pixel column at which the rectangle starts. A comment
// across the ring's end comes in two parts; one that is partly off the screen when it is drawn anew lacks its start.
//
// kSprite and those below give the rectangle at full scale; a host scales about its centre. Opacity and scale are per
// mille. A comment's sprite is as wide as the comment; one wider than the screen is scaled to fit.
//
// Comment and panel numbers are uint32 in an int32: `>>> 0` in JavaScript.

struct Command {
  Op op;
  int32_t a, b, c, d, e, f, g;

  bool operator==(const Command&) const = default;
};
static_assert(sizeof(Command) == 32);

inline constexpr int32_t kMaxPriority = 7;

struct Comment {
  uint32_t id = 0;    // the host's own number, unique among the comments that are not finished
  int32_t width = 0;  // of its drawing, before text_scale, 1 to 1,000,000; clipped to max_comment_width
  MediaTime at = 0;   // recorded: when it enters. Live: when it arrived; it enters then or later
  bool own = false;   // the viewer's own comment: waits for a lane as long as it takes, never dropped
  Mode mode = Mode::kScroll;
  int32_t priority = 0;    // 0 to kMaxPriority: which of those that wait enters first
  MediaTime duration = 0;  // of a still one, to 60 s; 0: the option `still`
  // kFree only: where its top left is, in ten-thousandths of the screen's width and height, within +-16,384; it is
  // moved inside the screen. And its height before text_scale, to 16,384; 0: lane_height.
  int32_t x = 0, y = 0, height = 0;
};

// Something with a place and a time: a product card, a pinned comment, a notice, a gift banner.
enum class Entrance : uint8_t {
  kRise,   // from below, growing: cards
  kDrop,   // from above: pinned comments, notices
  kSlide,  // from the left edge: banners
};

struct Panel {
  uint32_t id = 0;
  MediaTime at = 0;                             // when it enters
  MediaTime duration = 0;                       // 1 to kMaxMediaTime; it is gone at at + duration
  int32_t x = 0, y = 0, width = 0, height = 0;  // where it rests; within +-16,384, sizes at least 1
  Entrance entrance = Entrance::kRise;
};

// Particles that rise from a point and fade: likes, a gift's confetti. Their ways follow from the seed alone.
struct Burst {
  uint32_t seed = 0;
  MediaTime at = 0;
  int32_t x = 0, y = 0;  // where they start; within +-16,384
  int32_t count = 8;     // 1 to 64
  int32_t size = 32;     // of a particle, at most; 4 to 512
  int32_t rise = 240;    // how far they rise, at most; 1 to 16,384
  int32_t pictures = 1;  // particle i shows one of pictures first_picture to first_picture + pictures - 1; 1 to 64
  int32_t first_picture = 0;
};

// What was in its way last.
enum class DropReason : uint8_t {
  kNoLane = 1,  // no lane or row was free within `patience`
  kFull = 2,    // max_visible comments were on screen
  kLimit = 3,   // SetEntryLimit or kEntriesPerPlan let others enter
};

struct Dropped {
  uint32_t id = 0;
  DropReason reason = DropReason::kNoLane;
};

// A comment on screen, in screen coordinates at the last planned time.
struct Visible {
  uint32_t id = 0;
  int32_t x = 0, y = 0, width = 0, height = 0;
};

struct Stats {
  uint64_t admitted = 0;  // comments that got a lane: live ones so far, and those of the recording
  uint64_t dropped = 0;   // comments that did not: live ones so far, and those of the recording
  uint64_t waiting = 0;   // live comments that have no lane yet
  uint64_t visible = 0;   // at the last planned time
};  // of the recording: since a resize, those that were kept or were still to come, until it is arranged anew

// Live and recorded comments share the lanes. A comment that has a lane keeps it, so that nothing ever jumps.
//
// A live comment keeps the time and lane in which it first entered, so a jump back shows it again. The planner
// remembers the live comments on screen and, for each lane, the last kLiveHistory that have left it; older ones are
// finished. After a jump back a new comment has the right of way over those that had entered later: they are finished,
// but an own comment waits for a lane again.
//
// Live comments have the right of way over a recording, too: where a live comment is, a recorded one is not shown,
// unless comments may overlap.
inline constexpr int32_t kLiveHistory = 64;
// Live comments that enter at one Plan, at most: drawing them all must fit into a frame. The rest follow at the next.
inline constexpr int32_t kEntriesPerPlan = 64;

class Planner {
 public:
  // kInvalidArgument, naming the option and its range. A screen too low for one lane is allowed and shows no comment.
  static Result<Planner> Create(const PlannerOptions& options);

  Planner(Planner&&) noexcept;
  Planner& operator=(Planner&&) noexcept;
  ~Planner();

  // Another size or other options. What is on screen is drawn anew and stays where it is, in proportion to the screen,
  // and of a comment that has partly left the same part stays: in its lane (counted among those of its direction) if
  // that still exists and has room for it, else in the first that has. A live comment that finds none is finished, own
  // ones wait again; a recorded one is not shown. A recording goes on from there; its next jump (by more than a
  // crossing, or to before the resize) arranges it as if it had been loaded at this size. Panels stay as they were
  // given; what was held is let go at once.
  // Errors as Create; nothing changes then.
  Status Resize(const PlannerOptions& options);

  // Live: a comment that arrived. The topmost lane that is free takes it, at the first Plan at or after `at`; own
  // comments come first, then those of higher priority, then the oldest. It is dropped once it has waited longer than
  // `patience` (100 ms are always granted, so that what arrives between two frames has its chance).
  // kInvalidArgument naming the field, kResourceExhausted when 10,000 wait.
  Status Push(const Comment& comment);

  // Recorded: all comments of a recording, in any order; replaces what was loaded. Lanes are given once, own comments
  // first among those that wait, then those of higher priority, then in order of time and id, so a time always has the
  // same picture, whichever way one got there. A comment enters late, by up to
  // `patience`, if no lane is free at its time; otherwise it is dropped (see recording_dropped; TakeDropped does not
  // list it). kInvalidArgument as Push, kResourceExhausted above 1,000,000; what was loaded stays then.
  Status LoadRecording(std::span<const Comment> comments);
  // The recording's comments that no time shows. Valid until the next call.
  std::span<const Dropped> recording_dropped() const;
  // Times at which a recorded comment looks different from then on, as its host draws it: passing such a time, either
  // way, redraws it. Replaces what was set; LoadRecording forgets them. kInvalidArgument for a time out of range.
  struct Change {
    MediaTime at = 0;
    uint32_t id = 0;
  };
  Status SetChanges(std::span<const Change> changes);

  // After a jump at most about so many comments are drawn into strips at one Plan, so that it does not take a frame's
  // time and more; the rest follow at the next ones, also at the same time. What enters while time passes is drawn at
  // once where nothing waits before it. 0 (the default): all at once. kInvalidArgument if negative.
  Status SetRasterLimit(int32_t per_plan);
  // Whether the last plan drew all that was to be drawn.
  bool settled() const;

  // The comment looks different now: the next Plan draws it anew. Does nothing if it is not on screen.
  void Redraw(uint32_t id);
  // The host lost its pixels: the next Plan draws all strips anew.
  void Invalidate();

  // So many live comments of others enter in a second of media time at most; what a quarter of a second lets in is
  // saved up. 0 for as many as there is room for. kInvalidArgument if negative or above 1,000,000.
  Status SetEntryLimit(int32_t per_second);

  // Takes a comment that is on screen out of the flow: it stands where it is, after a seek too, and is drawn above all
  // others, until it is released or finished or its recording is replaced. Only one is held; another that was is back
  // in its place at once. kNotFound if it is not on screen.
  Status Hold(uint32_t id);
  // It returns to its own place within 300 ms of media time, and is gone if that has left the screen. Does nothing if
  // none is held.
  void Release();

  // A panel enters during its first 320 ms and leaves during its last 240 ms. Later panels are on top; the same id
  // again replaces the panel. kInvalidArgument, naming the field; kResourceExhausted above 1,000 panels.
  Status AddPanel(const Panel& panel);
  // Does nothing if there is no such panel.
  void RemovePanel(uint32_t id);

  // kInvalidArgument, naming the field. The oldest go when there are more than 64.
  Status AddBurst(const Burst& burst);

  // Where the host's picture is; width 0: nowhere. kInvalidArgument beyond +-16,384 or for a negative size.
  Status SetHost(int32_t x, int32_t y, int32_t width, int32_t height);
  // Where the rows of top comments begin, for a host whose panels lie there; at least at the option `top`. What stands
  // in them moves along. kInvalidArgument outside 0 to 16,384.
  Status SetStillTop(int32_t y);
  // Whether plans hold kMask.
  void SetMask(bool present);

  // Forgets live comments, the recording, panels and bursts, and what TakeDropped and TakeFinished would have said.
  void Clear();

  // The commands that turn the last frame into the frame at `now`. The same time again draws nothing into strips; so
  // does a step back of up to a sixteenth of the screen, as clocks make them. A jump redraws what is visible there. No
  // memory is allocated once the planner has seen its load.
  // The span is valid until the next call. kInvalidArgument if `now` is out of range.
  Result<std::span<const Command>> Plan(MediaTime now);

  // Live comments that were dropped since the last call, for the host's event; the planner has forgotten them. Valid
  // until the next call.
  std::span<const Dropped> TakeDropped();
  // Live comments that were shown and are forgotten since the last call: no plan will name them again, and the host may
  // forget them, too. Valid until the next call.
  std::span<const uint32_t> TakeFinished();

  // The comment under a screen point at the last planned time, the topmost one; kNotFound if there is none. One that is
  // held or on its way back is where it is drawn.
  Result<uint32_t> Pick(int32_t x, int32_t y) const;
  // All comments in view at the last planned time, as they are drawn: those of the lanes from the top down, each from
  // left to right by its start, then those that stand still, then the one that is held. Valid until the next call.
  std::span<const Visible> VisibleComments();

  int32_t lanes() const;         // of both directions
  int32_t strip_width() const;   // pixels of one strip: at least width + max_comment_width, a multiple of 64
  int32_t strip_height() const;  // lanes() * lane_height
  Stats stats() const;

 private:
  struct Parts;
  explicit Planner(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace sotto::overlay
