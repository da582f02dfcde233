// Matrix products and pointwise functions in single precision, with Highway.
//
// The same bits on every platform: vectors run over outputs, and each output is summed alone, in the order of its
// terms, by a multiplication and an addition that are rounded apart. How many lanes a vector has therefore changes
// nothing, and neither does `parallel`. Division and square root are IEEE's; there is no libm.
#pragma once

#include <cstddef>
#include <span>

#include "sotto/recommend/matrix.h"
#include "sotto/recommend/parallel.h"

namespace sotto::recommend::neural {

// A row-major block of somebody's matrix. Valid as long as that is.
template <class T>
struct BlockOf {
  T* data = nullptr;
  size_t rows = 0;
  size_t cols = 0;
  size_t stride = 0;  // from one row to the next

  T* row(size_t i) const { return data + i * stride; }
  BlockOf Rows(size_t first, size_t count) const { return {data + first * stride, count, cols, stride}; }
  BlockOf Cols(size_t first, size_t count) const { return {data + first, rows, count, stride}; }
};
// Eigen counts with sign, and in WASM with 32 bits.
inline Eigen::Index AsIndex(size_t i) {
  return static_cast<Eigen::Index>(i);
}

using Block = BlockOf<float>;
using ConstBlock = BlockOf<const float>;

// What a function writes to, and what it reads.
inline Block Out(Matrix& m) {
  return {m.data(), static_cast<size_t>(m.rows()), static_cast<size_t>(m.cols()), static_cast<size_t>(m.cols())};
}
inline ConstBlock In(const Matrix& m) {
  return {m.data(), static_cast<size_t>(m.rows()), static_cast<size_t>(m.cols()), static_cast<size_t>(m.cols())};
}
inline ConstBlock In(Block b) {
  return {b.data, b.rows, b.cols, b.stride};
}

// c += a b. Precondition: the sizes fit; c overlaps neither.
void AddProduct(ConstBlock a, ConstBlock b, Block c, const Parallel& parallel = {});
// c += a^T b.
void AddTransposedProduct(ConstBlock a, ConstBlock b, Block c, const Parallel& parallel = {});
// to += factor from. Precondition: equal sizes.
void AddScaledRow(float factor, std::span<const float> from, std::span<float> to);

// e^x within 2 units in the last place, x cut to [-87, 88]. Precondition of these three: no NaN.
void Exp(std::span<float> x);
// 1 / (1 + e^-x), absolute error below 1e-7.
void Sigmoid(std::span<float> x);
// Absolute error below 2e-7.
void Tanh(std::span<float> x);

// One step of Adam for each number (Kingma, Ba 2015, algorithm 1): m and v are the moments, `rate` and `epsilon` hold
// the corrections of their bias, `kept` = 1 - rate x decay of the weights.
struct AdamStep {
  float beta1 = 0;
  float beta2 = 0;
  float rate = 0;
  float epsilon = 0;
  float kept = 1;
};
void Adam(const AdamStep& step, std::span<const float> gradient, std::span<float> m, std::span<float> v,
          std::span<float> parameter);

}  // namespace sotto::recommend::neural
