#include "sotto/recommend/neural/dense.h"

#include <algorithm>

namespace sotto::recommend::neural {

Matrix Dense(const Matrix& x, const Matrix& w, const Matrix& b, const Parallel& parallel) {
  Matrix y = b.replicate(x.rows(), 1);
  AddProduct(In(x), In(w), Out(y), parallel);
  return y;
}

Matrix DenseBackward(const Matrix& x, const Matrix& w, const Matrix& dy, Matrix& dw, Matrix& db,
                     const Parallel& parallel) {
  DenseGradient(x, dy, dw, db, parallel);
  return Product(dy, w.transpose(), parallel);
}

void DenseGradient(const Matrix& x, const Matrix& dy, Matrix& dw, Matrix& db, const Parallel& parallel) {
  AddTransposedProduct(In(x), In(dy), Out(dw), parallel);
  AddRowSum(dy, db);
}

Matrix Product(const Matrix& a, const Matrix& b, const Parallel& parallel) {
  Matrix c = Matrix::Zero(a.rows(), b.cols());
  AddProduct(In(a), In(b), Out(c), parallel);
  return c;
}

Matrix TransposedProduct(const Matrix& a, const Matrix& b, const Parallel& parallel) {
  Matrix c = Matrix::Zero(a.cols(), b.cols());
  AddTransposedProduct(In(a), In(b), Out(c), parallel);
  return c;
}

void AddRowSum(const Matrix& x, Matrix& sum) {
  for (Eigen::Index i = 0; i < x.rows(); ++i) sum += x.row(i);
}

void Relu(Matrix& x) {
  for (Eigen::Index i = 0; i < x.size(); ++i) x.data()[i] = std::max(x.data()[i], 0.0F);
}

void ReluBackward(const Matrix& y, Matrix& dy) {
  for (Eigen::Index i = 0; i < y.size(); ++i) {
    if (!(y.data()[i] > 0)) dy.data()[i] = 0;
  }
}

}  // namespace sotto::recommend::neural
