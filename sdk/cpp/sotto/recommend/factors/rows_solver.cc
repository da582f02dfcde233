#include "sotto/recommend/factors/rows_solver.h"

#include <algorithm>
#include <cmath>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sotto/recommend/factors/rows_solver.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sotto::recommend::factors {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// At most as many lanes as divide every stride.
using Floats = hn::CappedTag<float, kPad>;
using Vector = hn::Vec<Floats>;

constexpr size_t kChunk = 64;    // rows that are gathered at once: 64 of 64 floats are half of a first-level cache
constexpr size_t kAhead = 8;     // rows that are on their way from memory while one is copied
constexpr size_t kTileRows = 4;  // 4 x 2 vectors of sums hide the latency of a fused multiply-add
constexpr size_t kTileVectors = 2;

// sums += rows^T rows for `count` rows of `stride`, the upper triangle and what of the tiles sticks out of it.
void AddOuterProducts(const float* HWY_RESTRICT rows, size_t count, size_t stride, float* HWY_RESTRICT sums) {
  const Floats floats;
  const size_t lanes = hn::Lanes(floats);
  const size_t width = kTileVectors * lanes;
  for (size_t i = 0; i < stride; i += kTileRows) {
    size_t j = i / width * width;
    for (; j + width <= stride; j += width) {
      float* HWY_RESTRICT out = sums + i * stride + j;
      Vector s00 = hn::LoadU(floats, out), s01 = hn::LoadU(floats, out + lanes);
      Vector s10 = hn::LoadU(floats, out + stride), s11 = hn::LoadU(floats, out + stride + lanes);
      Vector s20 = hn::LoadU(floats, out + 2 * stride), s21 = hn::LoadU(floats, out + 2 * stride + lanes);
      Vector s30 = hn::LoadU(floats, out + 3 * stride), s31 = hn::LoadU(floats, out + 3 * stride + lanes);
      for (size_t k = 0; k < count; ++k) {
        const float* HWY_RESTRICT row = rows + k * stride;
        const Vector c0 = hn::LoadU(floats, row + j), c1 = hn::LoadU(floats, row + j + lanes);
        const Vector r0 = hn::Set(floats, row[i]), r1 = hn::Set(floats, row[i + 1]);
        const Vector r2 = hn::Set(floats, row[i + 2]), r3 = hn::Set(floats, row[i + 3]);
        s00 = hn::MulAdd(r0, c0, s00);
        s01 = hn::MulAdd(r0, c1, s01);
        s10 = hn::MulAdd(r1, c0, s10);
        s11 = hn::MulAdd(r1, c1, s11);
        s20 = hn::MulAdd(r2, c0, s20);
        s21 = hn::MulAdd(r2, c1, s21);
        s30 = hn::MulAdd(r3, c0, s30);
        s31 = hn::MulAdd(r3, c1, s31);
      }
      hn::StoreU(s00, floats, out), hn::StoreU(s01, floats, out + lanes);
      hn::StoreU(s10, floats, out + stride), hn::StoreU(s11, floats, out + stride + lanes);
      hn::StoreU(s20, floats, out + 2 * stride), hn::StoreU(s21, floats, out + 2 * stride + lanes);
      hn::StoreU(s30, floats, out + 3 * stride), hn::StoreU(s31, floats, out + 3 * stride + lanes);
    }
    for (; j < stride; j += lanes) {  // where a tile is as wide as kPad or wider
      for (size_t r = i; r < i + kTileRows; ++r) {
        Vector sum = hn::LoadU(floats, sums + r * stride + j);
        for (size_t k = 0; k < count; ++k) {
          const float* HWY_RESTRICT row = rows + k * stride;
          sum = hn::MulAdd(hn::Set(floats, row[r]), hn::LoadU(floats, row + j), sum);
        }
        hn::StoreU(sum, floats, sums + r * stride + j);
      }
    }
  }
}

float DotOf(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, size_t size) {
  const Floats floats;
  Vector sum = hn::Zero(floats);
  for (size_t i = 0; i < size; i += hn::Lanes(floats)) {
    sum = hn::MulAdd(hn::LoadU(floats, a + i), hn::LoadU(floats, b + i), sum);
  }
  return hn::GetLane(hn::SumOfLanes(floats, sum));
}

// One row of the Cholesky factor: subtracts what the rows above it explain, for four vectors of columns.
void SubtractRowsAbove4(const float* matrix, size_t stride, size_t row, float* out) {
  const Floats floats;
  const size_t lanes = hn::Lanes(floats);
  Vector s0 = hn::LoadU(floats, out), s1 = hn::LoadU(floats, out + lanes);
  Vector s2 = hn::LoadU(floats, out + 2 * lanes), s3 = hn::LoadU(floats, out + 3 * lanes);
  const float* above = out - row * stride;
  for (size_t k = 0; k < row; ++k, above += stride) {
    const Vector factor = hn::Set(floats, matrix[k * stride + row]);
    s0 = hn::NegMulAdd(factor, hn::LoadU(floats, above), s0);
    s1 = hn::NegMulAdd(factor, hn::LoadU(floats, above + lanes), s1);
    s2 = hn::NegMulAdd(factor, hn::LoadU(floats, above + 2 * lanes), s2);
    s3 = hn::NegMulAdd(factor, hn::LoadU(floats, above + 3 * lanes), s3);
  }
  hn::StoreU(s0, floats, out), hn::StoreU(s1, floats, out + lanes);
  hn::StoreU(s2, floats, out + 2 * lanes), hn::StoreU(s3, floats, out + 3 * lanes);
}

// The same for one vector.
void SubtractRowsAbove1(const float* matrix, size_t stride, size_t row, float* out) {
  const Floats floats;
  Vector even = hn::LoadU(floats, out), odd = hn::Zero(floats);
  const float* above = out - row * stride;
  size_t k = 0;
  for (; k + 2 <= row; k += 2, above += 2 * stride) {
    even = hn::NegMulAdd(hn::Set(floats, matrix[k * stride + row]), hn::LoadU(floats, above), even);
    odd = hn::NegMulAdd(hn::Set(floats, matrix[(k + 1) * stride + row]), hn::LoadU(floats, above + stride), odd);
  }
  if (k < row) even = hn::NegMulAdd(hn::Set(floats, matrix[k * stride + row]), hn::LoadU(floats, above), even);
  hn::StoreU(hn::Add(even, odd), floats, out);
}

// Solves matrix x = right for the leading `size`, by Cholesky. `matrix` (its upper triangle is read) is overwritten,
// `right` becomes x. Precondition: positive definite; a pivot that rounding made smaller than `least` becomes it.
void SolveInPlace(float* HWY_RESTRICT matrix, size_t size, size_t stride, float least, float* HWY_RESTRICT right) {
  const Floats floats;
  const size_t lanes = hn::Lanes(floats);
  for (size_t i = 0; i < size; ++i) {
    float* HWY_RESTRICT row = matrix + i * stride;
    size_t j = i / lanes * lanes;
    const size_t first = j;
    for (; j + 4 * lanes <= stride; j += 4 * lanes) SubtractRowsAbove4(matrix, stride, i, row + j);
    for (; j + lanes <= stride; j += lanes) SubtractRowsAbove1(matrix, stride, i, row + j);
    const float inverse = 1 / std::sqrt(std::max(row[i], least));
    const Vector scale = hn::Set(floats, inverse);
    for (j = first; j < stride; j += lanes) {
      hn::StoreU(hn::Mul(scale, hn::LoadU(floats, row + j)), floats, row + j);
    }
    right[i] *= inverse;
    row[i] = inverse;  // what both substitutions need of the diagonal
    // Forward substitution as the rows become ready.
    const float solved = right[i];
    for (j = i + 1; j < stride && j % lanes != 0; ++j) right[j] -= solved * row[j];
    const Vector factor = hn::Set(floats, solved);
    for (; j < stride; j += lanes) {
      hn::StoreU(hn::NegMulAdd(factor, hn::LoadU(floats, row + j), hn::LoadU(floats, right + j)), floats, right + j);
    }
  }
  for (size_t i = size; i-- > 0;) {
    const float* HWY_RESTRICT row = matrix + i * stride;
    size_t j = i + 1;
    float sum = right[i];
    for (; j < stride && j % lanes != 0; ++j) sum -= row[j] * right[j];
    if (j < stride) sum -= DotOf(row + j, right + j, stride - j);
    right[i] = sum * row[i];
  }
}

class RowSolver {
 public:
  explicit RowSolver(const RowsProblem& problem)
      : problem_(problem),
        stride_(Padded(problem.rank)),
        block_(std::min(Padded(problem.block), stride_)),
        matrix_(block_ * block_),
        right_(block_),
        rows_(kChunk * block_) {}

  void Solve(size_t row, float* HWY_RESTRICT w) {
    const size_t first = problem_.begin[row];
    const size_t count = problem_.begin[row + 1] - first;
    columns_ = problem_.column + first;
    root_weights_ = problem_.root_weight == nullptr ? nullptr : problem_.root_weight + first;
    lambda_ = problem_.lambda[row];
    errors_.resize(count);
    if (block_ == stride_) {  // one step is exact from anywhere; from 0 the errors need no products
      std::fill(w, w + stride_, 0.0F);
      std::fill(errors_.begin(), errors_.end(), -1.0F);
    } else {
      for (size_t i = 0; i < count; ++i) errors_[i] = DotOf(w, Other(i), stride_) - 1;
    }
    for (size_t start = 0; start < stride_; start += block_) {
      const size_t width = std::min(block_, stride_ - start);
      SolveBlock(start, width, w);
      if (start + width == stride_) continue;
      for (size_t i = 0; i < count; ++i) errors_[i] -= DotOf(right_.data(), Other(i) + start, width);
    }
  }

 private:
  const float* Other(size_t i) const { return problem_.other + columns_[i] * stride_; }

  // Copies h of columns `begin` to begin + count - 1 side by side, each times the root of its weight, and adds them,
  // times their errors, to right_.
  void Gather(size_t begin, size_t count, size_t start, size_t width) {
    const Floats floats;
    const size_t lanes = hn::Lanes(floats);
    for (size_t i = 0; i < count; ++i) {
      if (begin + i + kAhead < errors_.size()) {
        const float* ahead = Other(begin + i + kAhead) + start;
        for (size_t j = 0; j < width; j += kPad) hwy::Prefetch(ahead + j);
      }
      const float* HWY_RESTRICT from = Other(begin + i) + start;
      float* HWY_RESTRICT row = rows_.data() + i * width;
      const float root = root_weights_ == nullptr ? 1.0F : root_weights_[begin + i];
      const Vector roots = hn::Set(floats, root);
      const Vector errors = hn::Set(floats, root * errors_[begin + i]);
      for (size_t j = 0; j < width; j += lanes) {
        const Vector part = hn::Mul(roots, hn::LoadU(floats, from + j));
        hn::StoreU(part, floats, row + j);
        hn::StoreU(hn::MulAdd(errors, part, hn::LoadU(floats, right_.data() + j)), floats, right_.data() + j);
      }
    }
  }

  // w -= (second derivative)^-1 (first derivative), both halved, of the row's loss in dimensions `start` on.
  void SolveBlock(size_t start, size_t width, float* HWY_RESTRICT w) {
    for (size_t i = 0; i < width; ++i) {
      const float* gram = problem_.gram + (start + i) * stride_;
      std::copy_n(gram + start, width, matrix_.data() + i * width);
      matrix_[i * width + i] += lambda_;
      right_[i] = lambda_ * w[start + i];
    }
    if (block_ != stride_) {
      for (size_t i = 0; i < width; ++i) right_[i] += DotOf(problem_.gram + (start + i) * stride_, w, stride_);
    }
    for (size_t begin = 0; begin < errors_.size(); begin += kChunk) {
      const size_t count = std::min(kChunk, errors_.size() - begin);
      Gather(begin, count, start, width);
      AddOuterProducts(rows_.data(), count, width, matrix_.data());
    }
    const size_t size = std::min(width, problem_.rank - start);
    SolveInPlace(matrix_.data(), size, width, 0.5F * lambda_, right_.data());
    for (size_t i = 0; i < size; ++i) w[start + i] -= right_[i];
  }

  const RowsProblem& problem_;
  size_t stride_;
  size_t block_;
  const uint32_t* columns_ = nullptr;
  const float* root_weights_ = nullptr;
  float lambda_ = 0;
  std::vector<float> matrix_;
  std::vector<float> right_;
  std::vector<float> rows_;
  std::vector<float> errors_;  // w.h - 1 of each column of the row
};

void SolveRows(const RowsProblem& problem, size_t first, size_t last, float* factors) {
  RowSolver solver(problem);
  const size_t stride = Padded(problem.rank);
  for (size_t row = first; row < last; ++row) solver.Solve(row, factors + row * stride);
}

void AddGram(const float* rows, size_t count, size_t stride, float* gram) {
  for (size_t begin = 0; begin < count; begin += kChunk) {
    AddOuterProducts(rows + begin * stride, std::min(kChunk, count - begin), stride, gram);
  }
}

double SquaredErrors(const RowsProblem& problem, size_t first, size_t last, const float* factors) {
  const size_t stride = Padded(problem.rank);
  double sum = 0;
  for (size_t row = first; row < last; ++row) {
    for (size_t i = problem.begin[row]; i < problem.begin[row + 1]; ++i) {
      const double error = 1 - DotOf(factors + row * stride, problem.other + problem.column[i] * stride, stride);
      const double root = problem.root_weight == nullptr ? 1.0 : static_cast<double>(problem.root_weight[i]);
      sum += root * root * error * error;
    }
  }
  return sum;
}

}  // namespace HWY_NAMESPACE
}  // namespace sotto::recommend::factors
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sotto::recommend::factors {

HWY_EXPORT(SolveRows);
HWY_EXPORT(AddGram);
HWY_EXPORT(SquaredErrors);

void SolveRows(const RowsProblem& problem, size_t first, size_t last, float* factors) {
  HWY_DYNAMIC_DISPATCH(SolveRows)(problem, first, last, factors);
}

void AddGram(const float* rows, size_t count, size_t stride, float* gram) {
  HWY_DYNAMIC_DISPATCH(AddGram)(rows, count, stride, gram);
}

double SquaredErrors(const RowsProblem& problem, size_t first, size_t last, const float* factors) {
  return HWY_DYNAMIC_DISPATCH(SquaredErrors)(problem, first, last, factors);
}

}  // namespace sotto::recommend::factors
#endif
