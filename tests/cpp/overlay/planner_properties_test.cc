#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "overlay/checked_planner.h"

namespace sotto::overlay {
namespace {

PlannerOptions SomeOptions(bool overlapping) {
  PlannerOptions options;
  options.width = *rc::gen::inRange(1, 300);
  options.lane_height = 8;
  options.height = *rc::gen::inRange(1, 60);
  options.top = *rc::gen::inRange(0, std::min(options.height, 5));
  options.reverse_lanes = *rc::gen::element(0, 0, 1, 3, 100);
  options.still_rows = *rc::gen::element(0, 1, 2, 100);
  options.max_comment_width = *rc::gen::inRange(64, 120);
  options.gap = *rc::gen::element(0, 1, 24, 200);
  options.text_scale = *rc::gen::element(1'000'000, 1'000'000, 500'000, 2'345'678);
  options.spread = *rc::gen::element(0, 60, 500);
  options.max_visible = *rc::gen::element(10'000, 10'000, 4, 0);
  if (overlapping) options.overlap = *rc::gen::element(Overlap::kWhenFull, Overlap::kAlways);
  options.crossing = *rc::gen::inRange<MediaTime>(1'000'000, 4'000'000);
  options.patience = *rc::gen::element<MediaTime>(0, 500'000, 3'000'000);
  options.still = *rc::gen::element<MediaTime>(100'000, 2'000'000);
  return options;
}

Comment SomeComment(uint32_t id, MediaTime at, bool is_own) {
  Comment comment{.id = id, .width = *rc::gen::inRange(1, 200), .at = at, .own = is_own};
  comment.mode = *rc::gen::weightedElement<Mode>(
      {{6, Mode::kScroll}, {2, Mode::kReverse}, {1, Mode::kTop}, {1, Mode::kBottom}, {1, Mode::kFree}});
  comment.priority = *rc::gen::weightedElement<int32_t>({{5, 0}, {1, 3}, {1, kMaxPriority}});
  if (comment.mode == Mode::kScroll || comment.mode == Mode::kReverse) return comment;
  comment.duration = *rc::gen::element<MediaTime>(0, 0, 700'000, 4'000'000);
  comment.x = *rc::gen::inRange(-400, 400);
  comment.y = *rc::gen::inRange(-100, 100);
  comment.height = *rc::gen::element(0, 1, 30, 900);
  return comment;
}

std::vector<Comment> SomeRecording(MediaTime around) {
  std::vector<Comment> comments;
  const auto count = *rc::gen::inRange<uint32_t>(0, 80);
  for (uint32_t i = 0; i < count; ++i) {
    comments.push_back(SomeComment(kFirstRecordedId + i, around + *rc::gen::inRange<MediaTime>(0, 20'000'000),
                                   *rc::gen::weightedElement<bool>({{9, false}, {1, true}})));
  }
  return comments;
}

// What can happen to a viewer, from `around` on.
enum class Event {
  kFrame,
  kPush,
  kBurst,
  kPause,
  kStepBack,
  kJumpBack,
  kJumpAhead,
  kSkipAhead,
  kResize,
  kLoad,
  kHold,
  kRelease,
  kRedraw,
  kChanges,
  kInvalidate,
  kLimit,
  kClear
};

struct Viewer {
  bool overlapping;
  MediaTime around;
  MediaTime now;
  CheckedPlanner planner{SomeOptions(overlapping)};
  uint32_t next_id = 1;
  std::string trace = {};

  std::string Push() {
    const bool is_own = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
    // Most arrive now, some a little late or early.
    const auto skew = *rc::gen::weightedOneOf<MediaTime>(
        {{6, rc::gen::just<MediaTime>(0)}, {1, rc::gen::inRange<MediaTime>(-4'000'000, 4'000'000)}});
    const Comment comment = SomeComment(next_id++, std::clamp<MediaTime>(now + skew, 0, kMaxMediaTime), is_own);
    trace += "push " + std::to_string(comment.id) + " mode " + std::to_string(static_cast<int>(comment.mode)) + " at " +
             std::to_string(comment.at) + (is_own ? " own" : "") + "; ";
    return planner.Push(comment);
  }

  std::string PlanAfter(MediaTime least, MediaTime most) {
    now = std::clamp<MediaTime>(now + *rc::gen::inRange(least, most), 0, kMaxMediaTime);
    trace += "plan " + std::to_string(now) + "; ";
    return planner.Plan(now);
  }

  uint32_t SomeId() {
    return *rc::gen::arbitrary<bool>() ? *rc::gen::inRange<uint32_t>(1, next_id + 1)
                                       : kFirstRecordedId + *rc::gen::inRange<uint32_t>(0, 80);
  }

  std::string Pause() {
    if (auto problem = planner.Plan(now); !problem.empty()) return problem;
    if (auto problem = planner.Plan(now); !problem.empty()) return problem;
    // What waits for another frame's kEntriesPerPlan may still enter; nothing else is drawn.
    const auto commands = planner.commands();
    const bool copies = std::all_of(commands.begin(), commands.end(),
                                    [](const Command& c) { return c.op == Op::kBlit || c.op == Op::kSprite; });
    return copies || overlapping ? "" : "a pause draws";
  }

  std::string Do(Event event) {
    switch (event) {
      case Event::kFrame:
        return PlanAfter(0, 100'000);
      case Event::kPush:
        return Push();
      case Event::kBurst:
        for (int i = 0; i < 20; ++i) {
          if (auto problem = Push(); !problem.empty()) return problem;
        }
        return PlanAfter(0, 20'000);
      case Event::kPause:
        return Pause();
      case Event::kStepBack:
        return PlanAfter(-200'000, 0);
      case Event::kJumpBack:
        return PlanAfter(-20'000'000, 0);
      case Event::kJumpAhead:
        return PlanAfter(0, 20'000'000);
      case Event::kSkipAhead:
        return PlanAfter(200'000, 2'000'000);
      case Event::kResize:
        return planner.Resize(SomeOptions(overlapping));
      case Event::kLoad:
        return planner.LoadRecording(SomeRecording(around));
      case Event::kHold:
        return planner.HoldOne(*rc::gen::inRange<size_t>(0, 1'000));
      case Event::kRelease:
        planner.Release();
        return {};
      case Event::kRedraw:
        planner.planner().Redraw(SomeId());
        return {};
      case Event::kChanges: {
        std::vector<Planner::Change> changes(*rc::gen::inRange<size_t>(0, 40));
        for (auto& change : changes) {
          change = {.at = around + *rc::gen::inRange<MediaTime>(0, 20'000'000), .id = SomeId()};
        }
        return planner.planner().SetChanges(changes).ok() ? "" : "SetChanges failed";
      }
      case Event::kInvalidate:
        planner.planner().Invalidate();
        return {};
      case Event::kLimit:
        return planner.SetEntryLimit(*rc::gen::element(0, 1, 20));
      case Event::kClear:
        return planner.Clear();
    }
    return "unknown event";
  }

  std::string Watch(const std::vector<Event>& events) {
    for (const Event event : events) {
      trace += "event " + std::to_string(static_cast<int>(event)) + ": ";
      if (auto problem = Do(event); !problem.empty()) return problem + " after " + trace;
    }
    return {};
  }
};

MediaTime SomeStart() {
  return *rc::gen::element<MediaTime>(0, 3'600'000'000, kMaxMediaTime - 2'000'000'000);
}

using Weights = std::vector<std::pair<size_t, Event>>;

// What any viewer does, and more.
std::vector<Event> SomeEvents(std::initializer_list<std::pair<size_t, Event>> more) {
  Weights weights{{20, Event::kFrame},    {2, Event::kPause},     {3, Event::kStepBack},  {3, Event::kJumpBack},
                  {3, Event::kJumpAhead}, {5, Event::kSkipAhead}, {1, Event::kResize},    {2, Event::kHold},
                  {2, Event::kRelease},   {1, Event::kRedraw},    {1, Event::kInvalidate}};
  weights.insert(weights.end(), more.begin(), more.end());
  std::vector<Event> choices;
  for (const auto& [weight, event] : weights) choices.insert(choices.end(), weight, event);
  return *rc::gen::container<std::vector<Event>>(rc::gen::elementOf(choices));
}

void ARecordingIsExact(bool overlapping) {
  const MediaTime around = SomeStart();
  Viewer viewer{.overlapping = overlapping, .around = around, .now = around};
  RC_ASSERT(viewer.planner.LoadRecording(SomeRecording(around)) == "");
  RC_ASSERT(viewer.Watch(SomeEvents({{1, Event::kLoad}, {1, Event::kChanges}})) == "");
}

RC_GTEST_PROP(PlannerProperty, ARecordingIsExactWhateverTheViewerDoes, ()) {
  ARecordingIsExact(false);
}
RC_GTEST_PROP(PlannerProperty, ARecordingThatOverlapsIsExactWhateverTheViewerDoes, ()) {
  ARecordingIsExact(true);
}

void LiveCommentsAreExact(bool overlapping) {
  const MediaTime around = SomeStart();
  Viewer viewer{.overlapping = overlapping, .around = around, .now = around};
  RC_ASSERT(viewer.Watch(SomeEvents({{8, Event::kPush}, {4, Event::kBurst}, {1, Event::kLimit}})) == "");
}

RC_GTEST_PROP(PlannerProperty, LiveCommentsAreExactWhateverTheViewerDoes, ()) {
  LiveCommentsAreExact(false);
}
RC_GTEST_PROP(PlannerProperty, LiveCommentsThatOverlapAreExactWhateverTheViewerDoes, ()) {
  LiveCommentsAreExact(true);
}

void LiveCommentsAmongARecordingAreExact(bool overlapping) {
  const MediaTime around = SomeStart();
  Viewer viewer{.overlapping = overlapping, .around = around, .now = around};
  const auto events = SomeEvents({{6, Event::kPush},
                                  {1, Event::kBurst},
                                  {1, Event::kLoad},
                                  {1, Event::kLimit},
                                  {1, Event::kChanges},
                                  {1, Event::kClear}});
  RC_ASSERT(viewer.Watch(events) == "");
  // From here on the viewer just watches, on a screen of usual proportions.
  PlannerOptions options;
  options.width = 200;
  options.height = 320;
  options.max_comment_width = 100;
  options.still_rows = 3;
  RC_ASSERT(viewer.planner.Resize(options) == "");
  const std::vector<Comment> own = viewer.planner.WaitingOwn();
  for (const Comment& comment : own) viewer.now = std::max(viewer.now, comment.at);
  // Each lane lets one in within 10 s.
  const MediaTime end = viewer.now + 10'000'000 * static_cast<MediaTime>(own.size() + 2);
  for (; viewer.now < end && !viewer.planner.HasSeen(own); viewer.now += 450'000) {
    RC_ASSERT(viewer.planner.Plan(viewer.now) == "");
  }
  RC_ASSERT(viewer.planner.HasSeen(own));
}

RC_GTEST_PROP(PlannerProperty, LiveCommentsAmongARecordingAreExactAndOwnOnesThatWaitAreShown, ()) {
  LiveCommentsAmongARecordingAreExact(false);
}
RC_GTEST_PROP(PlannerProperty, LiveCommentsThatOverlapARecordingAreExactAndOwnOnesThatWaitAreShown, ()) {
  LiveCommentsAmongARecordingAreExact(true);
}

RC_GTEST_PROP(PlannerProperty, TheSameCallsGiveTheSamePlans, ()) {
  const PlannerOptions options = SomeOptions(*rc::gen::arbitrary<bool>());
  Planner one = Planner::Create(options).value();
  Planner two = Planner::Create(options).value();
  const auto recording = SomeRecording(0);
  const Panel panel{.id = 1, .at = 3'000'000, .duration = 4'000'000, .x = 1, .y = 2, .width = 30, .height = 4};
  for (Planner* planner : {&one, &two}) {
    RC_ASSERT(planner->LoadRecording(recording).ok());
    RC_ASSERT(planner->AddPanel(panel).ok());
    RC_ASSERT(planner->AddBurst({.seed = 7, .at = 5'000'000, .x = 10, .y = 20}).ok());
  }
  uint32_t id = 0;
  for (const MediaTime now : *rc::gen::container<std::vector<MediaTime>>(rc::gen::inRange<MediaTime>(0, 20'000'000))) {
    const Comment comment = SomeComment(id, now, id % 4 == 0);
    RC_ASSERT(one.Push(comment).ok());
    RC_ASSERT(two.Push(comment).ok());
    if (id % 3 == 0) RC_ASSERT(one.Hold(id - 1).ok() == two.Hold(id - 1).ok());
    const auto first = one.Plan(now);
    const auto second = two.Plan(now);
    RC_ASSERT(std::equal(first.value().begin(), first.value().end(), second.value().begin(), second.value().end()));
    ++id;
  }
}

// ------------------------------------------------------------------------------------------------------------- resize

std::map<uint32_t, Visible> VisibleById(Planner& planner) {
  std::map<uint32_t, Visible> all;
  for (const Visible& each : planner.VisibleComments()) all[each.id] = each;
  return all;
}

// A comment and the lane or row that it is in, counted among those of its kind.
struct Seat {
  Mode mode;
  int32_t lane;
  bool operator==(const Seat&) const = default;
};

struct Room {
  Room(const PlannerOptions& sizes, bool is_recorded) : options(sizes), recorded(is_recorded) {}

  void Play(MediaTime until) {
    for (uint32_t id = 1; id <= 60; ++id) {
      comments.push_back(SomeComment(id, until - 6'000'000 + 100'000 * id, id % 7 == 0));
      comments.back().width = *rc::gen::inRange(5, 60);
    }
    if (recorded) RC_ASSERT(planner.LoadRecording(comments).ok());
    for (MediaTime t = until - 6'000'000; t <= until; t += 100'000) {
      for (const Comment& comment : comments) {
        if (!recorded && comment.at == t) RC_ASSERT(planner.Push(comment).ok());
      }
      RC_ASSERT(planner.Plan(t).ok());
    }
    planner.TakeFinished();
  }

  Seat SeatOf(const Visible& at) const {
    const int32_t fitting = (options.height - options.top) / options.lane_height;
    const int32_t reverse = std::min(fitting, options.reverse_lanes);
    const Comment& comment = comments[at.id - 1];
    const int32_t lane = (at.y - options.top) / options.lane_height;
    if (comment.mode == Mode::kFree) return {Mode::kFree, 0};
    if (comment.mode == Mode::kTop && options.still_rows > 0) return {Mode::kTop, lane};
    if (comment.mode == Mode::kBottom && options.still_rows > 0) {
      return {Mode::kBottom, (options.height - 1 - at.y) / options.lane_height};
    }
    const int32_t first = fitting - reverse;
    return lane < first ? Seat{Mode::kScroll, lane} : Seat{Mode::kReverse, lane - first};
  }

  // Where the edge is that goes ahead.
  int32_t Leading(const Visible& at) const {
    return SeatOf(at).mode == Mode::kReverse ? options.width - at.x - at.width : at.x;
  }

  PlannerOptions options;
  bool recorded;
  std::vector<Comment> comments;  // id is index + 1
  Planner planner = Planner::Create(options).value();
};

RC_GTEST_PROP(PlannerResize, KeepsAllThatIsOnScreenWhereItIsIfTheScreenGrows, (bool recorded, bool twice)) {
  PlannerOptions options = SomeOptions(*rc::gen::arbitrary<bool>());
  options.text_scale = 1'000'000;
  options.max_visible = 10'000;
  options.width = *rc::gen::inRange(60, 300);
  options.height = *rc::gen::inRange(30, 90);
  options.reverse_lanes = *rc::gen::element(0, 1);
  Room room(options, recorded);
  const MediaTime now = *rc::gen::element<MediaTime>(6'000'000, 3'600'000'000);
  room.Play(now);
  const auto before = VisibleById(room.planner);
  const Room old = [&] {
    Room copy(options, recorded);
    copy.comments = room.comments;
    return copy;
  }();

  const int32_t wider = *rc::gen::inRange(0, 900);
  const int32_t higher = *rc::gen::inRange(0, 60);
  if (twice) {
    room.options.width = options.width + wider / 2;
    RC_ASSERT(room.planner.Resize(room.options).ok());
  }
  room.options.width = options.width + wider;
  room.options.height = options.height + higher;
  RC_ASSERT(room.planner.Resize(room.options).ok());
  const auto at_once = VisibleById(room.planner);
  RC_ASSERT(room.planner.Plan(now).ok());
  const auto after = VisibleById(room.planner);
  for (const auto& [id, place] : at_once) {  // others may enter
    RC_ASSERT(after.contains(id));
    RC_ASSERT(std::tuple(after.at(id).x, after.at(id).y) == std::tuple(place.x, place.y));
  }
  for (const auto& [id, was] : before) {
    RC_ASSERT(after.contains(id));
    const Visible& is = after.at(id);
    const Seat seat = old.SeatOf(was);
    RC_ASSERT(room.SeatOf(is) == seat);
    if (seat.mode != Mode::kScroll && seat.mode != Mode::kReverse) continue;
    const int32_t x = old.Leading(was);
    RC_ASSERT(std::abs(room.Leading(is) - (x < 0 ? x : x * room.options.width / options.width)) <= 6);
  }
  // Of those that had left the screen some may find no room.
  for (const uint32_t id : room.planner.TakeFinished()) RC_ASSERT(!before.contains(id));
}

RC_GTEST_PROP(PlannerResize, NeverLosesAnOwnLiveComment, ()) {
  Room room(SomeOptions(false), false);
  room.Play(6'000'000);
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    RC_ASSERT(room.planner.Resize(SomeOptions(false)).ok());
    if (*rc::gen::arbitrary<bool>()) RC_ASSERT(room.planner.Plan(6'000'000).ok());
  }
  PlannerOptions usual;
  usual.width = 300;
  usual.still_rows = 4;
  RC_ASSERT(room.planner.Resize(usual).ok());
  std::set<uint32_t> finished;
  for (MediaTime now = 6'000'000; now < 60'000'000; now += 200'000) {
    RC_ASSERT(room.planner.Plan(now).ok());
    for (const uint32_t id : room.planner.TakeFinished()) finished.insert(id);
  }
  RC_ASSERT(room.planner.stats().waiting == 0U);
}

RC_GTEST_PROP(PlannerResize, ArrangesARecordingAsIfLoadedAtThatSizeOnceTimeJumps, ()) {
  Room room(SomeOptions(*rc::gen::arbitrary<bool>()), true);
  room.Play(20'000'000);
  const PlannerOptions options = SomeOptions(*rc::gen::arbitrary<bool>());
  RC_ASSERT(room.planner.Resize(options).ok());
  Planner fresh = Planner::Create(options).value();
  RC_ASSERT(fresh.LoadRecording(room.comments).ok());
  for (const MediaTime now : {INT64_C(15'000'000), INT64_C(19'500'000), INT64_C(16'000'000)}) {
    const auto plan = room.planner.Plan(now);
    const auto expected = fresh.Plan(now);
    RC_ASSERT(std::equal(plan.value().begin(), plan.value().end(), expected.value().begin(), expected.value().end()));
  }
}

}  // namespace
}  // namespace sotto::overlay
