#include "sotto/recommend/ranking/personal_head.h"

#include <algorithm>
#include <string>
#include <utility>

namespace sotto::recommend {
namespace {

bool Likes(EventKind kind) {
  return kind == EventKind::kClick || kind == EventKind::kCart || kind == EventKind::kBuy;
}

// Whether the viewer did something with the product from event `from` on.
bool FollowedUp(std::span<const Event> events, size_t from) {
  return std::ranges::any_of(events.subspan(from), [&](const Event& later) {
    return later.product == events[from].product && IsEngagement(later.kind);
  });
}

}  // namespace

Result<std::vector<HeadExample>> HeadExamples(std::span<const Event> events, uint32_t items, RandomSource& random) {
  for (size_t i = 0; i < events.size(); ++i) {
    if (events[i].product >= items) {
      return Error{ErrorCode::kInvalidArgument,
                   "events[" + std::to_string(i) + "].product is " + std::to_string(events[i].product) +
                       ", the model has " + std::to_string(items) + " items.",
                   ""};
    }
  }
  if (events.size() > kMaxHeadEvents) events = events.last(kMaxHeadEvents);

  std::vector<HeadExample> examples;
  std::vector<Engagement> history;
  std::vector<bool> touched(items, false);
  size_t liked = 0;
  size_t passed = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (Likes(event.kind)) {
      examples.push_back({history, event.product, true, WeightOf(event.kind)});
      ++liked;
    } else if (event.kind == EventKind::kLess || (event.kind == EventKind::kShown && !FollowedUp(events, i))) {
      examples.push_back({history, event.product, false, 1});
      ++passed;
    }
    if (event.kind != EventKind::kShown) touched[event.product] = true;
    if (IsEngagement(event.kind)) history.push_back({event.product, WeightOf(event.kind)});
  }
  if (liked == 0) return std::vector<HeadExample>();

  const auto strangers = static_cast<size_t>(std::ranges::count(touched, false));
  const size_t wanted = liked * kNegativesOfOne;
  for (size_t drawn = passed; drawn < wanted && strangers > 0;) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t item, random.Below(items));
    if (touched[static_cast<size_t>(item)]) continue;
    examples.push_back({history, static_cast<uint32_t>(item), false, 1});
    ++drawn;
  }
  return examples;
}

}  // namespace sotto::recommend
