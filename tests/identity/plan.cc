// A scripted session of the planner, one call a line:
//   create | resize  width height lane_height top lanes reverse_lanes still_rows max_comment_width gap text_scale
//   spread
//                    max_visible overlap crossing patience still
//   push COMMENT | recording count COMMENT... where COMMENT is: id width at own mode priority duration x y height
//   changes count, then as many times: at id | redraw id | invalidate | limit per_second | hold id | release
//   panel id at duration x y width height entrance | remove id
//   burst seed at x y count size rise pictures first_picture | host x y width height | mask 0 or 1
//   clear | plan now | pick x y | visible | lost (of the recording) | stats
// Prints what a call answers: nothing for success without a value.
#include <optional>
#include <string>
#include <vector>

#include "lines.h"
#include "sotto/overlay/planner.h"

namespace sotto::identity {
namespace {

overlay::PlannerOptions ReadOptions(std::istream& in) {
  overlay::PlannerOptions options;
  int overlap = 0;
  in >> options.width >> options.height >> options.lane_height >> options.top >> options.lanes >>
      options.reverse_lanes >> options.still_rows >> options.max_comment_width >> options.gap >> options.text_scale >>
      options.spread >> options.max_visible >> overlap >> options.crossing >> options.patience >> options.still;
  options.overlap = static_cast<overlay::Overlap>(overlap);
  return options;
}

overlay::Comment ReadComment(std::istream& in) {
  overlay::Comment comment;
  int mode = 0;
  in >> comment.id >> comment.width >> comment.at >> comment.own >> mode >> comment.priority >> comment.duration >>
      comment.x >> comment.y >> comment.height;
  comment.mode = static_cast<overlay::Mode>(mode);
  return comment;
}

overlay::Panel ReadPanel(std::istream& in) {
  overlay::Panel panel;
  int entrance = 0;
  in >> panel.id >> panel.at >> panel.duration >> panel.x >> panel.y >> panel.width >> panel.height >> entrance;
  panel.entrance = static_cast<overlay::Entrance>(entrance <= 2 ? entrance : 255);  // as the binding does
  return panel;
}

overlay::Burst ReadBurst(std::istream& in) {
  overlay::Burst burst;
  in >> burst.seed >> burst.at >> burst.x >> burst.y >> burst.count >> burst.size >> burst.rise >> burst.pictures >>
      burst.first_picture;
  return burst;
}

std::vector<overlay::Planner::Change> ReadChanges(std::istream& in) {
  size_t count = 0;
  in >> count;
  std::vector<overlay::Planner::Change> changes(count);
  for (auto& [at, id] : changes) in >> at >> id;
  return changes;
}

template <class T>
T Read(std::istream& in) {
  T value{};
  in >> value;
  return value;
}

// Pairs of an id and a reason.
std::vector<uint32_t> Flat(std::span<const overlay::Dropped> dropped) {
  std::vector<uint32_t> flat;
  for (const auto& [id, reason] : dropped) flat.insert(flat.end(), {id, static_cast<uint32_t>(reason)});
  return flat;
}

void PrintStatus(const Status& status) {
  Line line;
  if (!status.ok()) line.Failure(status.error());
  line.Print();
}

void PrintPlan(overlay::Planner& planner, overlay::MediaTime now) {
  const auto plan = planner.Plan(now);
  Line line;
  if (!plan.ok()) {
    line.Failure(plan.error()).Print();
    return;
  }
  std::vector<int32_t> flat;
  for (const auto& [op, a, b, c, d, e, f, g] : plan.value()) {
    flat.insert(flat.end(), {static_cast<int32_t>(op), a, b, c, d, e, f, g});
  }
  line.Ints<int32_t>(flat).Ints<uint32_t>(Flat(planner.TakeDropped()));
  line.Ints(planner.TakeFinished()).Print();
}

void PrintVisible(overlay::Planner& planner) {
  std::vector<int64_t> flat;
  for (const auto& [id, x, y, width, height] : planner.VisibleComments()) {
    // As JavaScript sees it: rows of int32.
    flat.insert(flat.end(), {static_cast<int32_t>(id), x, y, width, height});
  }
  Line().Ints<int64_t>(flat).Print();
}

void PrintStats(const overlay::Planner& planner) {
  const auto [admitted, dropped, waiting, visible] = planner.stats();
  Line()
      .Ints<uint64_t>(std::vector<uint64_t>{admitted, dropped, waiting, visible})
      .Int(planner.lanes())
      .Int(planner.strip_width())
      .Int(planner.strip_height())
      .Print();
}

// Calls that answer nothing but an error.
Status Change(overlay::Planner& planner, const std::string& call, std::istream& in) {
  if (call == "resize") return planner.Resize(ReadOptions(in));
  if (call == "push") return planner.Push(ReadComment(in));
  if (call == "changes") return planner.SetChanges(ReadChanges(in));
  if (call == "limit") return planner.SetEntryLimit(Read<int32_t>(in));
  if (call == "panel") return planner.AddPanel(ReadPanel(in));
  if (call == "burst") return planner.AddBurst(ReadBurst(in));
  if (call == "recording") {
    const auto count = Read<size_t>(in);
    std::vector<overlay::Comment> comments;
    while (comments.size() < count) comments.push_back(ReadComment(in));
    return planner.LoadRecording(comments);
  }
  if (call == "host") {
    const auto x = Read<int32_t>(in);
    const auto y = Read<int32_t>(in);
    const auto width = Read<int32_t>(in);
    return planner.SetHost(x, y, width, Read<int32_t>(in));
  }
  if (call == "redraw") planner.Redraw(Read<uint32_t>(in));
  if (call == "invalidate") planner.Invalidate();
  if (call == "release") planner.Release();
  if (call == "remove") planner.RemovePanel(Read<uint32_t>(in));
  if (call == "mask") planner.SetMask(Read<bool>(in));
  if (call == "clear") planner.Clear();
  return {};
}

}  // namespace

void PrintPlans() {
  std::optional<overlay::Planner> planner;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream in(text);
    const auto call = Read<std::string>(in);
    if (call == "create") {
      auto created = overlay::Planner::Create(ReadOptions(in));
      if (created.ok()) planner.emplace(std::move(created).value());
      PrintStatus(created.ok() ? Status() : created.error());
    } else if (call == "plan") {
      PrintPlan(*planner, Read<overlay::MediaTime>(in));
    } else if (call == "hold") {
      Line().Int(planner->Hold(Read<uint32_t>(in)).ok() ? 1 : 0).Print();
    } else if (call == "pick") {
      const auto x = Read<int32_t>(in);
      const auto picked = planner->Pick(x, Read<int32_t>(in));
      Line line;
      (picked.ok() ? line.Int(picked.value()) : line).Print();
    } else if (call == "visible") {
      PrintVisible(*planner);
    } else if (call == "lost") {
      Line().Ints<uint32_t>(Flat(planner->recording_dropped())).Print();
    } else if (call == "stats") {
      PrintStats(*planner);
    } else {
      PrintStatus(Change(*planner, call, in));
    }
  }
}

}  // namespace sotto::identity
