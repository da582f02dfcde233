// A scripted session of the planner, one call a line:
//   create | resize  width height lane_height top lanes max_comment_width gap crossing patience
//   push id width at own | recording count, then as many times: id width at own | card id at duration x y width height
//   remove id | clear | plan now | pick x y | stats
// Prints what a call answers: nothing for success without a value.
#include <optional>

#include "lines.h"
#include "sotto/overlay/planner.h"

namespace sotto::identity {
namespace {

overlay::PlannerOptions ReadOptions(std::istream& in) {
  overlay::PlannerOptions options;
  in >> options.width >> options.height >> options.lane_height >> options.top >> options.lanes >>
      options.max_comment_width >> options.gap >> options.crossing >> options.patience;
  return options;
}

overlay::Comment ReadComment(std::istream& in) {
  overlay::Comment comment;
  in >> comment.id >> comment.width >> comment.at >> comment.own;
  return comment;
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
  line.Ints<int32_t>(flat).Ints(planner.TakeDropped());
  line.Ints(planner.TakeFinished()).Print();
}

}  // namespace

void PrintPlans() {
  std::optional<overlay::Planner> planner;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream in(text);
    std::string call;
    in >> call;
    if (call == "create") {
      auto created = overlay::Planner::Create(ReadOptions(in));
      if (created.ok()) planner.emplace(std::move(created).value());
      PrintStatus(created.ok() ? Status() : created.error());
    } else if (call == "resize") {
      PrintStatus(planner->Resize(ReadOptions(in)));
    } else if (call == "push") {
      PrintStatus(planner->Push(ReadComment(in)));
    } else if (call == "recording") {
      size_t count = 0;
      in >> count;
      std::vector<overlay::Comment> comments;
      while (comments.size() < count) comments.push_back(ReadComment(in));
      PrintStatus(planner->LoadRecording(comments));
    } else if (call == "card") {
      overlay::Card card;
      in >> card.id >> card.at >> card.duration >> card.x >> card.y >> card.width >> card.height;
      PrintStatus(planner->AddCard(card));
    } else if (call == "remove") {
      uint32_t id = 0;
      in >> id;
      planner->RemoveCard(id);
      PrintStatus({});
    } else if (call == "clear") {
      planner->Clear();
      PrintStatus({});
    } else if (call == "plan") {
      overlay::MediaTime now = 0;
      in >> now;
      PrintPlan(*planner, now);
    } else if (call == "pick") {
      int32_t x = 0;
      int32_t y = 0;
      in >> x >> y;
      const auto picked = planner->Pick(x, y);
      Line line;
      (picked.ok() ? line.Int(picked.value()) : line).Print();
    } else if (call == "stats") {
      const auto [admitted, dropped, waiting, visible] = planner->stats();
      Line()
          .Ints<uint64_t>(std::vector<uint64_t>{admitted, dropped, waiting, visible})
          .Int(planner->lanes())
          .Int(planner->strip_width())
          .Int(planner->strip_height())
          .Print();
    }
  }
}

}  // namespace sotto::identity
