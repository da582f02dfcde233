// The weights of a history, kept so small that sums over them stay finite. Internal to this folder.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "sotto/recommend/model.h"

namespace sotto::recommend {

// What a model's file may hold at most, so that 1e6 engagements of the largest bounded weight do not overflow a float.
inline constexpr float kMaxModelValue = 1e24F;

// As they are; all divided by the largest magnitude if that is above 1e6, where only their ratios mean anything.
inline std::vector<float> BoundedWeights(std::span<const Engagement> history) {
  constexpr float kLargest = 1e6F;
  float largest = 0;
  for (const Engagement& one : history) largest = std::max(largest, std::fabs(one.weight));
  std::vector<float> weights;
  weights.reserve(history.size());
  for (const Engagement& one : history) weights.push_back(largest > kLargest ? one.weight / largest : one.weight);
  return weights;
}

}  // namespace sotto::recommend
