// What a hostile room or a hasty viewer can do to the planner: bytes choose the calls. After each the plan is executed
// on pixels and compared with a plain model (see checked_planner.h): commands stay inside strip and screen, no two
// comments overlap where they must not, each comment is exactly where it must be. In the end every own comment that
// waits is shown.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "overlay/checked_planner.h"

namespace sotto::overlay {
namespace {

void Expect(const std::string& problem) {
  if (problem.empty()) return;
  std::fprintf(stderr, "%s\n", problem.c_str());
  std::abort();
}

// Numbers from the input; 0 once it has ended.
class Choices {
 public:
  explicit Choices(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  int64_t Between(int64_t least, int64_t most) {
    const auto range = static_cast<uint64_t>(most - least) + 1;
    uint64_t value = 0;
    for (uint64_t reach = 1; reach < range && !bytes_.empty(); reach *= 256) {
      value = value * 256 + bytes_.front();
      bytes_ = bytes_.subspan(1);
    }
    return least + static_cast<int64_t>(value % range);
  }

  int32_t Int(int32_t least, int32_t most) { return static_cast<int32_t>(Between(least, most)); }

 private:
  std::span<const uint8_t> bytes_;
};

PlannerOptions ChooseOptions(Choices& choices) {
  PlannerOptions options;
  options.width = choices.Int(1, 255);
  options.height = choices.Int(1, 64);
  options.lane_height = choices.Int(8, 16);
  options.top = choices.Int(0, std::min(options.height, 15));
  options.lanes = choices.Int(0, 3);
  options.reverse_lanes = choices.Int(0, 3);
  options.still_rows = choices.Int(0, 3);
  if (choices.Int(0, 3) == 0) options.text_scale = choices.Int(10'000, 3'000'000);
  options.spread = choices.Int(0, 500);
  if (choices.Int(0, 3) == 0) options.max_visible = choices.Int(0, 15);
  options.overlap = static_cast<Overlap>(std::max(0, choices.Int(-1, 2)));
  options.still = 100'000 * choices.Between(1, 60);
  options.max_comment_width = choices.Int(64, 127);
  options.gap = choices.Int(0, 255);
  options.crossing = 1'000'000 * choices.Between(1, 8);
  options.patience = 500'000 * choices.Between(0, 7);
  return options;
}

Comment ChooseComment(Choices& choices, uint32_t id, MediaTime now) {
  const MediaTime skew = choices.Int(0, 7) == 0 ? 50'000 * choices.Between(-100, 100) : 0;
  Comment comment{.id = id,
                  .width = choices.Int(1, 160),
                  .at = std::clamp<MediaTime>(now + skew, 0, kMaxMediaTime),
                  .own = choices.Int(0, 7) == 0};
  if (choices.Int(0, 1) == 0) return comment;
  comment.mode = static_cast<Mode>(choices.Int(0, 4));
  comment.priority = choices.Int(0, kMaxPriority);
  comment.duration = 100'000 * choices.Between(0, 60);
  comment.x = choices.Int(-255, 255);
  comment.y = choices.Int(-127, 127);
  comment.height = choices.Int(0, 127);
  return comment;
}

void Run(Choices choices) {
  CheckedPlanner planner(ChooseOptions(choices));
  MediaTime now = choices.Int(0, 3) == 0 ? kMaxMediaTime - 2'000'000'000 : choices.Between(0, 3'600'000'000);
  uint32_t next_id = 1;
  const auto plan_after = [&](MediaTime step) {
    now = std::clamp<MediaTime>(now + step, 0, kMaxMediaTime);
    Expect(planner.Plan(now));
  };
  for (int calls = 0; calls < 300 && !choices.empty(); ++calls) {
    switch (choices.Int(0, 17)) {
      case 0:
      case 1:
        plan_after(1'000 * choices.Between(0, 255));
        break;
      case 2:
        plan_after(-2'000 * choices.Between(0, 255));
        break;
      case 3:
        plan_after(500'000 * choices.Between(-64, 64));
        break;
      case 4:
      case 5:
        Expect(planner.Push(ChooseComment(choices, next_id++, now)));
        break;
      case 6:
        for (int count = choices.Int(0, 31); count > 0; --count) {
          Expect(planner.Push(ChooseComment(choices, next_id++, now)));
        }
        break;
      case 7: {
        std::vector<Comment> recording;
        for (int count = choices.Int(0, 31); count > 0; --count) {
          const MediaTime at = std::clamp<MediaTime>(now + 100'000 * choices.Between(-64, 64), 0, kMaxMediaTime);
          recording.push_back(ChooseComment(choices, kFirstRecordedId + static_cast<uint32_t>(count), at));
        }
        Expect(planner.LoadRecording(recording));
        break;
      }
      case 8:
        Expect(planner.Resize(ChooseOptions(choices)));
        break;
      case 9:
        if (choices.Int(0, 7) == 0) Expect(planner.Clear());
        break;
      case 10:
        Expect(planner.HoldOne(static_cast<size_t>(choices.Int(0, 255))));
        break;
      case 11:
        planner.Release();
        break;
      case 12:
        planner.planner().Redraw(choices.Int(0, 1) == 0 ? static_cast<uint32_t>(choices.Int(0, 255))
                                                        : kFirstRecordedId + static_cast<uint32_t>(choices.Int(0, 31)));
        break;
      case 13: {
        std::vector<Planner::Change> changes(static_cast<size_t>(choices.Int(0, 40)));
        for (Planner::Change& change : changes) {
          change.at = std::clamp<MediaTime>(now + 50'000 * choices.Between(-64, 64), 0, kMaxMediaTime);
          change.id = kFirstRecordedId + static_cast<uint32_t>(choices.Int(0, 31));
        }
        if (!planner.planner().SetChanges(changes).ok()) Expect("SetChanges failed");
        break;
      }
      case 14:
        planner.planner().Invalidate();
        break;
      case 15:
        Expect(planner.SetEntryLimit(choices.Int(0, 3) * 10));
        break;
      case 16: {
        const Panel panel{.id = static_cast<uint32_t>(choices.Int(0, 3)),
                          .at = now,
                          .duration = 100'000 * choices.Between(1, 60),
                          .x = choices.Int(-255, 255),
                          .y = choices.Int(-255, 255),
                          .width = choices.Int(1, 255),
                          .height = choices.Int(1, 255),
                          .entrance = static_cast<Entrance>(choices.Int(0, 2))};
        if (!planner.planner().AddPanel(panel).ok()) Expect("AddPanel failed");
        planner.planner().RemovePanel(static_cast<uint32_t>(choices.Int(0, 7)));
        break;
      }
      default: {
        const Burst burst{.seed = static_cast<uint32_t>(choices.Int(0, 255)),
                          .at = now,
                          .x = choices.Int(-255, 255),
                          .y = choices.Int(-255, 255),
                          .count = choices.Int(1, 64),
                          .size = choices.Int(4, 512),
                          .rise = choices.Int(1, 16'384)};
        if (!planner.planner().AddBurst(burst).ok()) Expect("AddBurst failed");
        planner.planner().SetMask(choices.Int(0, 1) == 1);
        if (!planner.planner().SetHost(choices.Int(-255, 255), 3, choices.Int(0, 255), 5).ok())
          Expect("SetHost failed");
      }
    }
  }

  // The viewer goes on to where all have arrived, and watches.
  if (now > kMaxMediaTime / 2) return;
  PlannerOptions usual;
  usual.width = 200;
  usual.height = 320;
  usual.max_comment_width = 127;
  usual.still_rows = 3;
  Expect(planner.Resize(usual));
  const std::vector<Comment> own = planner.WaitingOwn();
  for (const Comment& comment : own) now = std::max(now, comment.at);
  const MediaTime end = now + 10'000'000 * static_cast<MediaTime>(own.size() + 2);
  while (!planner.HasSeen(own)) {
    plan_after(450'000);
    if (now >= end) Expect("an own comment is never shown");
  }
}

}  // namespace
}  // namespace sotto::overlay

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sotto::overlay::Run(sotto::overlay::Choices({data, size}));
  return 0;
}
