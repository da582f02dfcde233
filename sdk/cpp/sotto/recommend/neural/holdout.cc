#include "sotto/recommend/neural/holdout.h"

#include <algorithm>
#include <numbers>

#include "sotto/base/deterministic_math.h"

namespace sotto::recommend::neural {

std::vector<uint32_t> HoldoutUsers(const Interactions& interactions, Draw& draw) {
  constexpr size_t kFewest = 200;
  constexpr size_t kMost = 2000;
  constexpr size_t kLeast = 3;  // interactions
  std::vector<uint32_t> users;
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    if (interactions.ItemsOf(user).size() >= kLeast) users.push_back(user);
  }
  const size_t count = std::min(std::clamp(users.size() / 10, kFewest, kMost), users.size() / 2);
  draw.Shuffle(std::span(users));
  users.resize(count);
  std::ranges::sort(users);
  return users;
}

double HoldoutGain(std::span<const float> scores, uint32_t item, std::span<const uint32_t> known) {
  const float own = scores[item];
  // Twice the rank, so that ties are whole numbers. The item itself is one tie.
  int64_t twice = -1;
  const auto count = [&](float score) -> int64_t { return score > own ? 2 : (score == own ? 1 : 0); };
  for (const float score : scores) twice += count(score);
  for (const uint32_t other : known) twice -= count(scores[other]);
  const double rank = static_cast<double>(twice) / 2;
  return std::numbers::ln2 / Log(rank + 2);
}

}  // namespace sotto::recommend::neural
