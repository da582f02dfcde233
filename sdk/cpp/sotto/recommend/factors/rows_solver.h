// The inner loops of alternating least squares, in whatever vectors the machine has (Highway's dynamic dispatch; one
// target in WASM). Only fitting uses them, so sums may be fused and ordered as the target likes. Internal to this
// folder and the models that are fitted by it.
//
// Factors are rows of `stride` floats: the rank rounded up to kPad, the rest zeros.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sotto::recommend::factors {

inline constexpr size_t kPad = 16;

constexpr size_t Padded(size_t rank) {
  return (rank + kPad - 1) / kPad * kPad;
}

// Half of an iteration: new factors w for the rows of one side, given the factors h of the other. Each row minimises
//   sum over its columns of weight (1 - w.h)^2  +  unobserved * sum over all columns of (w.h)^2  +  lambda |w|^2.
struct RowsProblem {
  size_t rank = 0;
  size_t block = 0;               // how many dimensions are solved at once: a multiple of kPad, or all (>= rank)
  const float* other = nullptr;   // h, columns x stride
  const float* gram = nullptr;    // unobserved * sum of h h^T, stride x stride, symmetric
  const size_t* begin = nullptr;  // rows + 1: which of `column` are a row's
  const uint32_t* column = nullptr;
  const float* root_weight = nullptr;  // square root of each weight; null: all are 1
  const float* lambda = nullptr;       // of each row, > 0
};

// Solves rows first to last - 1 in `factors`, rows x stride; other rows are not touched. With a block smaller than the
// rank, one Newton step for each block in turn, from the factors that are there (Rendle et al. 2021, algorithm 2).
void SolveRows(const RowsProblem& problem, size_t first, size_t last, float* factors);

// gram += sum of r r^T over `count` rows; the upper triangle at least.
void AddGram(const float* rows, size_t count, size_t stride, float* gram);

// sum over the columns of rows first to last - 1 of weight (1 - w.h)^2.
double SquaredErrors(const RowsProblem& problem, size_t first, size_t last, const float* factors);

}  // namespace sotto::recommend::factors
