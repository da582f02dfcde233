// Fitting EASE with few weights for each item, for catalogues that are too large for all pairs. H. Steck, "Markov
// Random Fields for Collaborative Filtering", NeurIPS 2019, section 3.2: the item-item matrix is approximated by the
// dense blocks of each item and its neighbours. This is the paper's algorithm with r = 0, one block for each item.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/interactions.h"
#include "sotto/recommend/parallel.h"

namespace sotto::recommend {

inline constexpr uint32_t kMaxNeighbours = 1024;
inline constexpr size_t kMaxCoOccurrences = 200'000'000;  // 8 bytes each while fitting

struct EaseSparseOptions {
  float l2 = 500.0F;          // lambda > 0, in units of co-occurrence counts
  uint32_t neighbours = 200;  // of each item at most, 1 to kMaxNeighbours
  Parallel parallel;          // changes no result
};

// A sparse items x items matrix in rows: row j says what having item j means for the items in it.
struct SparseWeights {
  std::vector<size_t> begin{0};  // items + 1
  std::vector<uint32_t> item;    // ascending within a row, never the row's own
  std::vector<float> weight;     // finite
};

// Column i regresses item i on its neighbours N alone: (G_NN + l2 I) b = G_Ni, G the co-occurrence counts, which is
// EASE's eq. 8 on the block of N and i. Neighbours are the items of the largest cosine G_ij / sqrt(G_ii G_jj), of
// equals the first; items that nobody has together are none. Where all items are neighbours of all, it is EASE.
//
// Time: about items * neighbours^3 / 6 multiply-adds.
//
// Errors: kInvalidArgument without items or for options out of range; kResourceExhausted above kMaxCoOccurrences pairs
// of different items that some user has both.
//
// Deterministic on one build; between platforms the weights agree within rounding.
Result<SparseWeights> FitEaseSparse(const Interactions& interactions, const EaseSparseOptions& options);

}  // namespace sotto::recommend
