// A bag of embeddings: the weighted sum of a table's rows, the weights scaled to unit length, so that a long history
// and a short one are of one size (Liang et al., WWW 2018, normalise their input alike).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/recommend/matrix.h"

namespace sotto::recommend::neural {

struct BagEntry {
  uint32_t row = 0;
  float weight = 1;  // finite
};

// Scales the weights to sum of squares 1, in double precision and in order; weights that are all 0 stay.
void ScaleToUnit(std::span<BagEntry> bag);

// y[i] = sum of weight x table[row] over bags[i], in order. Precondition: the rows are in the table.
Matrix BagForward(std::span<const std::vector<BagEntry>> bags, const Matrix& table);

// Adds weight x dy[i] to dtable[row] for each entry of bags[i].
void BagBackward(std::span<const std::vector<BagEntry>> bags, const Matrix& dy, Matrix& dtable);

}  // namespace sotto::recommend::neural
