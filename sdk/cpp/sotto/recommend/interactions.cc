#include "sotto/recommend/interactions.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

namespace sotto::recommend {
namespace {

Status Check(uint32_t users, uint32_t items, std::span<const Interaction> events) {
  if (users > kMaxUsers || items > kMaxItems) {
    return Error{ErrorCode::kResourceExhausted,
                 std::to_string(users) + " users and " + std::to_string(items) + " items.",
                 "At most 10000000 and 4000000 are taken."};
  }
  for (size_t i = 0; i < events.size(); ++i) {
    const Interaction& event = events[i];
    const auto invalid = [&](const std::string& what) {
      return Error{ErrorCode::kInvalidArgument, "events[" + std::to_string(i) + "]." + what, ""};
    };
    if (event.user >= users)
      return invalid("user is " + std::to_string(event.user) + ", there are " + std::to_string(users) + ".");
    if (event.item >= items)
      return invalid("item is " + std::to_string(event.item) + ", there are " + std::to_string(items) + ".");
    if (!(event.weight > 0 && std::isfinite(event.weight))) return invalid("weight is not finite and positive.");
    if (!std::isfinite(event.time)) return invalid("time is not finite.");
  }
  return {};
}

}  // namespace

Result<Interactions> Interactions::Create(uint32_t users, uint32_t items, std::span<const Interaction> events) {
  SOTTO_RETURN_IF_ERROR(Check(users, items, events));
  // By user and item, the newest last: of equal neighbours the last stays.
  std::vector<size_t> order(events.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto same_pair = [&](size_t a, size_t b) {
    return events[a].user == events[b].user && events[a].item == events[b].item;
  };
  std::ranges::sort(order, [&](size_t a, size_t b) {
    const Interaction& one = events[a];
    const Interaction& other = events[b];
    if (one.user != other.user) return one.user < other.user;
    if (one.item != other.item) return one.item < other.item;
    return one.time != other.time ? one.time < other.time : a < b;
  });
  std::vector<size_t> kept;
  kept.reserve(order.size());
  for (const size_t event : order) {
    if (!kept.empty() && same_pair(kept.back(), event))
      kept.back() = event;
    else
      kept.push_back(event);
  }
  std::ranges::sort(kept, [&](size_t a, size_t b) {
    const Interaction& one = events[a];
    const Interaction& other = events[b];
    if (one.user != other.user) return one.user < other.user;
    return one.time != other.time ? one.time < other.time : a < b;
  });

  Interactions made;
  made.items_ = items;
  made.begin_.assign(size_t{users} + 1, 0);
  for (const size_t event : kept) {
    const Interaction& one = events[event];
    ++made.begin_[size_t{one.user} + 1];
    made.item_.push_back(one.item);
    made.weight_.push_back(one.weight);
    made.time_.push_back(one.time);
    made.timed_ = made.timed_ || one.time != made.time_.front();
  }
  std::partial_sum(made.begin_.begin(), made.begin_.end(), made.begin_.begin());
  return made;
}

std::vector<uint32_t> Interactions::ItemCounts() const {
  std::vector<uint32_t> counts(items_, 0);
  for (const uint32_t item : item_) ++counts[item];
  return counts;
}

}  // namespace sotto::recommend
