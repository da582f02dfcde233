// A viewer's factors from the factors of items: the least squares of Hu et al. for one user, who need not have been
// there when the items' factors were fitted. Plain double precision in a fixed order: the same bits on every platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

// w minimises
//   sum over the history of |weight| (p - w.h)^2  +  unobserved_weight * sum over all items of (w.h)^2  +  lambda |w|^2
// with p = 1, and 0 where the weight is negative; lambda = regularisation * (n + unobserved_weight * items)^exponent,
// n the number of the history's different items.
struct FoldInOptions {
  float unobserved_weight = 0.3F;     // 0.0001 to 1000
  float regularisation = 0.007F;      // 0.000001 to 1000
  float regularisation_exponent = 1;  // 0: the same for all; 1: by frequency
};

class FoldIn {
 public:
  // `factors` items x rank, finite. Computes their Gram matrix.
  FoldIn(Matrix factors, const FoldInOptions& options);

  const Matrix& factors() const { return factors_; }
  const FoldInOptions& options() const { return options_; }
  uint32_t items() const { return static_cast<uint32_t>(factors_.rows()); }

  // rank numbers; all 0 for an empty history. Weights above 1,000 in magnitude, and sums of more than that for one
  // item, count as 1,000. About (history + rank / 3) * rank^2 / 2 multiplications.
  std::vector<double> UserFactors(std::span<const Engagement> history) const;

  // scores[i] = w . factors(i). Precondition: as many scores as items.
  void Score(std::span<const double> user, std::span<float> scores) const;

  // The score of `item` is a sum of one term for each engagement (Hu et al., section 5): the engagement with the
  // largest positive one.
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const;

 private:
  struct System;  // the normal equations of a history
  System Equations(std::span<const Engagement> history) const;

  Matrix factors_;
  FoldInOptions options_;
  std::vector<double> gram_;  // unobserved_weight * sum of h h^T, rank x rank, the lower triangle
};

}  // namespace sotto::recommend
