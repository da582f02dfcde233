// What training minimises: loss and gradient from logits, in one pass over them. Sums are in double precision, row by
// row, whoever computes the rows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/parallel.h"

namespace sotto::recommend::neural {

// Binary cross-entropy of every logit against 1 at the columns positives[row] (each once), 0 elsewhere. Turns the
// logits into the loss's gradient times `scale`, and returns the loss times `scale`.
double LogisticLoss(std::span<const std::vector<uint32_t>> positives, float scale, Matrix& logits,
                    const Parallel& parallel = {});

// Cross-entropy of the softmax over each row against the column targets[row]. Columns whose logit is -kNoLogit or less
// take no part. As above otherwise.
inline constexpr float kNoLogit = 1e30F;
double SoftmaxLoss(std::span<const uint32_t> targets, float scale, Matrix& logits, const Parallel& parallel = {});

}  // namespace sotto::recommend::neural
