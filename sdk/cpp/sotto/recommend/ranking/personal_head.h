// What a viewer's own events teach a two-tower network's head (models/two_tower_head.h).
//
// Each click, cart or buy is an example that the viewer engages, given the engagements before it. A showing that
// nothing followed, and "less of this", are examples of the opposite; where there are fewer of those than four for each
// engagement, items that the viewer never touched are drawn for the rest: as in S. Rendle et al., "BPR: Bayesian
// personalized ranking from implicit feedback", UAI 2009, what was not chosen counts as less liked.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/recommend/models/two_tower_head.h"
#include "sotto/recommend/ranking/event.h"

namespace sotto::recommend {

inline constexpr size_t kMaxHeadEvents = 128;   // the newest of the events are used
inline constexpr uint32_t kNegativesOfOne = 4;  // for each engagement

// `events` oldest first, products by the model's numbers, `items` of them. No examples without an engagement.
// Errors: kInvalidArgument for a product outside the model; those of `random`.
Result<std::vector<HeadExample>> HeadExamples(std::span<const Event> events, uint32_t items, RandomSource& random);

}  // namespace sotto::recommend
