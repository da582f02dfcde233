// Fitting EASE, a closed-form linear item-item model. H. Steck, "Embarrassingly Shallow Autoencoders for Sparse Data",
// WWW 2019, eq. 8.
#pragma once

#include <cstddef>

#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

inline constexpr size_t kMaxEaseItems = 8192;

struct EaseOptions {
  float l2 = 500.0f;  // lambda > 0, in units of co-occurrence counts
};

// Fits item-item weights from an item-item Gram matrix.
//   gram     items x items, symmetric, finite; diagonal = item counts (>= 0). Noise is allowed: negative eigenvalues
//            are clamped to 0.
//   returns  weights, items x items, zero diagonal; score(user) = user_history * weights.
// Errors: kInvalidArgument if gram is empty, not square, not symmetric (within 1e-5 of its largest entry) or not
// finite, if l2 is not finite and > 0, or if the weights would overflow; kResourceExhausted above kMaxEaseItems.
// Deterministic on one build; between platforms the weights agree within rounding.
Result<Matrix> FitEase(const Matrix& gram, const EaseOptions& options);

}  // namespace sotto::recommend
