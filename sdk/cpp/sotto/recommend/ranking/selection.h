// From the values of all candidates to a list: diversity, caps, pins. See ranker.h for the order of the steps.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/recommend/ranking/catalogue.h"
#include "sotto/recommend/ranking/rules.h"

namespace sotto::recommend {

struct Candidate {
  uint32_t product = 0;
  double value = 0;
};

inline constexpr size_t kDiversePlaces = 64;
inline constexpr size_t kMaxDivergingPool = 1024;

// Products in the list's order, at most k.
//   candidates  each product once; finite values
//   pins        of products that may be listed, which are no candidates, by ascending place below k
std::vector<uint32_t> Select(const Catalogue& catalogue, std::vector<Candidate> candidates, size_t k, float diversity,
                             std::span<const Cap> caps, std::span<const Pin> pins);

}  // namespace sotto::recommend
