// The layers of a feed-forward network, forward and backward: y = x w + b, and the rectifier.
#pragma once

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/neural/kernels.h"
#include "sotto/recommend/parallel.h"

namespace sotto::recommend::neural {

// y = x w + b in every row; b is 1 x columns of w.
Matrix Dense(const Matrix& x, const Matrix& w, const Matrix& b, const Parallel& parallel = {});

// From dy, the gradient by y: adds x^T dy to dw and the sum of dy's rows to db; returns dy w^T, the gradient by x.
Matrix DenseBackward(const Matrix& x, const Matrix& w, const Matrix& dy, Matrix& dw, Matrix& db,
                     const Parallel& parallel = {});

// The same without the gradient by x, which a first layer has no use for.
void DenseGradient(const Matrix& x, const Matrix& dy, Matrix& dw, Matrix& db, const Parallel& parallel = {});

// a b and a^T b.
Matrix Product(const Matrix& a, const Matrix& b, const Parallel& parallel = {});
Matrix TransposedProduct(const Matrix& a, const Matrix& b, const Parallel& parallel = {});

// Adds the sum of x's rows to `sum` (1 x columns).
void AddRowSum(const Matrix& x, Matrix& sum);

// max(x, 0).
void Relu(Matrix& x);
// Where y = relu(x) is 0, so is the gradient by x.
void ReluBackward(const Matrix& y, Matrix& dy);

}  // namespace sotto::recommend::neural
