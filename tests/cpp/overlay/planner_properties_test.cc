#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "overlay/checked_planner.h"

namespace sotto::overlay {
namespace {

PlannerOptions SomeOptions() {
  PlannerOptions options;
  options.width = *rc::gen::inRange(1, 300);
  options.lane_height = 8;
  options.height = *rc::gen::inRange(1, 60);
  options.top = *rc::gen::inRange(0, std::min(options.height, 5));
  options.max_comment_width = *rc::gen::inRange(64, 120);
  options.gap = *rc::gen::element(0, 1, 24, 200);
  options.crossing = *rc::gen::inRange<MediaTime>(1'000'000, 4'000'000);
  options.patience = *rc::gen::element<MediaTime>(0, 500'000, 3'000'000);
  return options;
}

std::vector<Comment> SomeRecording(MediaTime around) {
  std::vector<Comment> comments;
  const auto count = *rc::gen::inRange<uint32_t>(0, 80);
  for (uint32_t i = 0; i < count; ++i) {
    comments.push_back({.id = kFirstRecordedId + i,
                        .width = *rc::gen::inRange(1, 200),
                        .at = around + *rc::gen::inRange<MediaTime>(0, 20'000'000),
                        .own = *rc::gen::weightedElement<bool>({{9, false}, {1, true}})});
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
  kClear
};

struct Viewer {
  CheckedPlanner planner{SomeOptions()};
  MediaTime around;
  MediaTime now;
  uint32_t next_id = 1;

  std::string Push() {
    const bool is_own = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
    // Most arrive now, some a little late or early.
    const auto skew = *rc::gen::weightedOneOf<MediaTime>(
        {{6, rc::gen::just<MediaTime>(0)}, {1, rc::gen::inRange<MediaTime>(-4'000'000, 4'000'000)}});
    return planner.Push({.id = next_id++,
                         .width = *rc::gen::inRange(1, 200),
                         .at = std::clamp<MediaTime>(now + skew, 0, kMaxMediaTime),
                         .own = is_own});
  }

  std::string PlanAfter(MediaTime least, MediaTime most) {
    now = std::clamp<MediaTime>(now + *rc::gen::inRange(least, most), 0, kMaxMediaTime);
    return planner.Plan(now);
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
      case Event::kPause: {
        if (auto problem = planner.Plan(now); !problem.empty()) return problem;
        if (auto problem = planner.Plan(now); !problem.empty()) return problem;
        const auto commands = planner.commands();
        const bool copies =
            std::all_of(commands.begin(), commands.end(), [](const Command& c) { return c.op == Op::kBlit; });
        return copies ? "" : "a pause draws";
      }
      case Event::kStepBack:
        return PlanAfter(-200'000, 0);
      case Event::kJumpBack:
        return PlanAfter(-20'000'000, 0);
      case Event::kJumpAhead:
        return PlanAfter(0, 20'000'000);
      case Event::kSkipAhead:
        return PlanAfter(200'000, 2'000'000);
      case Event::kResize:
        return planner.Resize(SomeOptions());
      case Event::kLoad:
        return planner.LoadRecording(SomeRecording(around));
      case Event::kClear:
        return planner.Clear();
    }
    return "unknown event";
  }

  std::string Watch(const std::vector<Event>& events) {
    for (const Event event : events) {
      if (auto problem = Do(event); !problem.empty()) return problem;
    }
    return {};
  }
};

MediaTime SomeStart() {
  return *rc::gen::element<MediaTime>(0, 3'600'000'000, kMaxMediaTime - 2'000'000'000);
}

RC_GTEST_PROP(PlannerProperty, ARecordingIsExactWhateverTheViewerDoes, ()) {
  const MediaTime around = SomeStart();
  Viewer viewer{.around = around, .now = around};
  RC_ASSERT(viewer.planner.LoadRecording(SomeRecording(around)) == "");
  const auto events = *rc::gen::container<std::vector<Event>>(rc::gen::weightedElement<Event>({{20, Event::kFrame},
                                                                                               {2, Event::kPause},
                                                                                               {3, Event::kStepBack},
                                                                                               {3, Event::kJumpBack},
                                                                                               {3, Event::kJumpAhead},
                                                                                               {5, Event::kSkipAhead},
                                                                                               {1, Event::kResize},
                                                                                               {1, Event::kLoad}}));
  RC_ASSERT(viewer.Watch(events) == "");
}

RC_GTEST_PROP(PlannerProperty, LiveCommentsAreExactWhateverTheViewerDoes, ()) {
  const MediaTime around = SomeStart();
  Viewer viewer{.around = around, .now = around};
  const auto events = *rc::gen::container<std::vector<Event>>(rc::gen::weightedElement<Event>({{20, Event::kFrame},
                                                                                               {8, Event::kPush},
                                                                                               {4, Event::kBurst},
                                                                                               {2, Event::kPause},
                                                                                               {3, Event::kStepBack},
                                                                                               {3, Event::kJumpBack},
                                                                                               {2, Event::kJumpAhead},
                                                                                               {5, Event::kSkipAhead},
                                                                                               {1, Event::kResize}}));
  RC_ASSERT(viewer.Watch(events) == "");
}

RC_GTEST_PROP(PlannerProperty, LiveCommentsAmongARecordingAreExactAndOwnOnesThatWaitAreShown, ()) {
  const MediaTime around = SomeStart();
  Viewer viewer{.around = around, .now = around};
  const auto events = *rc::gen::container<std::vector<Event>>(rc::gen::weightedElement<Event>({{20, Event::kFrame},
                                                                                               {6, Event::kPush},
                                                                                               {1, Event::kBurst},
                                                                                               {2, Event::kStepBack},
                                                                                               {2, Event::kJumpBack},
                                                                                               {2, Event::kJumpAhead},
                                                                                               {4, Event::kSkipAhead},
                                                                                               {1, Event::kResize},
                                                                                               {1, Event::kLoad},
                                                                                               {1, Event::kClear}}));
  RC_ASSERT(viewer.Watch(events) == "");
  // From here on the viewer just watches, on a screen of usual proportions.
  PlannerOptions options;
  options.width = 200;
  options.height = 320;
  options.max_comment_width = 100;
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

RC_GTEST_PROP(PlannerProperty, TheSameCallsGiveTheSamePlans, ()) {
  const PlannerOptions options = SomeOptions();
  Planner one = Planner::Create(options).value();
  Planner two = Planner::Create(options).value();
  const auto recording = SomeRecording(0);
  RC_ASSERT(one.LoadRecording(recording).ok());
  RC_ASSERT(two.LoadRecording(recording).ok());
  uint32_t id = 0;
  for (const MediaTime now : *rc::gen::container<std::vector<MediaTime>>(rc::gen::inRange<MediaTime>(0, 20'000'000))) {
    const Comment comment{.id = id++, .width = 50, .at = now, .own = id % 4 == 0};
    RC_ASSERT(one.Push(comment).ok());
    RC_ASSERT(two.Push(comment).ok());
    const auto first = one.Plan(now);
    const auto second = two.Plan(now);
    RC_ASSERT(std::equal(first.value().begin(), first.value().end(), second.value().begin(), second.value().end()));
  }
}

}  // namespace
}  // namespace sotto::overlay
