// The recommenders that `sotto recommend evaluate` compares: each gives every item a score for one user.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/content.h"
#include "tools/cli/recommend_data.h"

namespace sotto::cli {

// The scores of all items for a user with this history; `scores` has one place for each item.
using Scorer = std::function<void(std::span<const uint32_t> history, std::span<float> scores)>;

// How many users have the item.
Scorer PopularityScorer(const Split& split);

// The mean cosine of content vectors with the history. `products` describe split.items in their order.
Result<Scorer> ContentScorer(std::span<const recommend::Product> products);

// EASE on the training pairs. Errors: those of recommend::FitEase.
Result<Scorer> EaseScorer(const Split& split, float l2);

struct Quality {
  double hit_rate = 0;
  double ndcg = 0;
  double reciprocal_rank = 0;
};

// Mean over the test pairs under full ranking: every item but the user's training items is a rival. `progress` is
// called after each pair.
Quality Evaluate(const Split& split, const Scorer& scorer, uint32_t k, const std::function<void()>& progress);

}  // namespace sotto::cli
