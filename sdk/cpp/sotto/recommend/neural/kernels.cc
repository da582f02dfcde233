// Compiled once for each instruction set that the compiler knows for this architecture; the best one that the machine
// has is chosen when it runs. In WASM there is one. As kernels.h says, the choice changes no bit.
#include "sotto/recommend/neural/kernels.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sotto/recommend/neural/kernels.cc"
#include <hwy/foreach_target.h>
// after foreach_target.h
#include <hwy/highway.h>

#ifndef SOTTO_RECOMMEND_NEURAL_KERNELS_ONCE
#define SOTTO_RECOMMEND_NEURAL_KERNELS_ONCE
namespace sotto::recommend::neural {
namespace {

constexpr size_t kRows = 6;              // of a tile: 12 sums, 2 columns and a factor fill 16 registers
constexpr size_t kDepth = 256;           // terms between two visits to memory
constexpr size_t kTaskRows = 8 * kRows;  // what one task computes
constexpr size_t kWorthTasks = size_t{1} << 19;

}  // namespace
}  // namespace sotto::recommend::neural
#endif

HWY_BEFORE_NAMESPACE();
namespace sotto::recommend::neural::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Floats = hn::ScalableTag<float>;
using Vec = hn::Vec<Floats>;

size_t TileColumns() {
  return 2 * hn::Lanes(Floats());
}

// c (kRows x TileColumns) += a b: `a` holds kRows numbers a term, `b` TileColumns.
void AddTile(const float* a, const float* b, size_t depth, float* c, size_t stride) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  Vec c00 = hn::LoadU(d, c), c01 = hn::LoadU(d, c + lanes);
  Vec c10 = hn::LoadU(d, c + stride), c11 = hn::LoadU(d, c + stride + lanes);
  Vec c20 = hn::LoadU(d, c + 2 * stride), c21 = hn::LoadU(d, c + 2 * stride + lanes);
  Vec c30 = hn::LoadU(d, c + 3 * stride), c31 = hn::LoadU(d, c + 3 * stride + lanes);
  Vec c40 = hn::LoadU(d, c + 4 * stride), c41 = hn::LoadU(d, c + 4 * stride + lanes);
  Vec c50 = hn::LoadU(d, c + 5 * stride), c51 = hn::LoadU(d, c + 5 * stride + lanes);
  for (size_t k = 0; k < depth; ++k, a += kRows, b += 2 * lanes) {
    const Vec b0 = hn::LoadU(d, b);
    const Vec b1 = hn::LoadU(d, b + lanes);
    Vec f = hn::Set(d, a[0]);
    c00 = hn::Add(c00, hn::Mul(f, b0));
    c01 = hn::Add(c01, hn::Mul(f, b1));
    f = hn::Set(d, a[1]);
    c10 = hn::Add(c10, hn::Mul(f, b0));
    c11 = hn::Add(c11, hn::Mul(f, b1));
    f = hn::Set(d, a[2]);
    c20 = hn::Add(c20, hn::Mul(f, b0));
    c21 = hn::Add(c21, hn::Mul(f, b1));
    f = hn::Set(d, a[3]);
    c30 = hn::Add(c30, hn::Mul(f, b0));
    c31 = hn::Add(c31, hn::Mul(f, b1));
    f = hn::Set(d, a[4]);
    c40 = hn::Add(c40, hn::Mul(f, b0));
    c41 = hn::Add(c41, hn::Mul(f, b1));
    f = hn::Set(d, a[5]);
    c50 = hn::Add(c50, hn::Mul(f, b0));
    c51 = hn::Add(c51, hn::Mul(f, b1));
  }
  hn::StoreU(c00, d, c), hn::StoreU(c01, d, c + lanes);
  hn::StoreU(c10, d, c + stride), hn::StoreU(c11, d, c + stride + lanes);
  hn::StoreU(c20, d, c + 2 * stride), hn::StoreU(c21, d, c + 2 * stride + lanes);
  hn::StoreU(c30, d, c + 3 * stride), hn::StoreU(c31, d, c + 3 * stride + lanes);
  hn::StoreU(c40, d, c + 4 * stride), hn::StoreU(c41, d, c + 4 * stride + lanes);
  hn::StoreU(c50, d, c + 5 * stride), hn::StoreU(c51, d, c + 5 * stride + lanes);
}

// to[0..count) += factor * from[0..count)
void AddScaled(float factor, const float* from, size_t count, float* to) {
  const Floats d;
  const size_t lanes = hn::Lanes(d);
  const Vec f = hn::Set(d, factor);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    hn::StoreU(hn::Add(hn::LoadU(d, to + i), hn::Mul(f, hn::LoadU(d, from + i))), d, to + i);
  }
  for (; i < count; ++i) to[i] += factor * from[i];
}

// Cephes' expf: x = n ln 2 + r with |r| <= ln 2 / 2, e^r by a polynomial of degree 7.
template <class D>
HWY_INLINE hn::Vec<D> ExpOf(D d, hn::Vec<D> x) {
  const hn::Rebind<int32_t, D> ints;
  x = hn::Min(hn::Max(x, hn::Set(d, -87.0F)), hn::Set(d, 88.0F));
  const auto n = hn::Floor(hn::Add(hn::Mul(x, hn::Set(d, 1.44269504F)), hn::Set(d, 0.5F)));
  auto r = hn::Sub(x, hn::Mul(n, hn::Set(d, 0.693359375F)));
  r = hn::Sub(r, hn::Mul(n, hn::Set(d, -2.12194440e-4F)));
  auto p = hn::Set(d, 1.9875691500e-4F);
  p = hn::Add(hn::Mul(p, r), hn::Set(d, 1.3981999507e-3F));
  p = hn::Add(hn::Mul(p, r), hn::Set(d, 8.3334519073e-3F));
  p = hn::Add(hn::Mul(p, r), hn::Set(d, 4.1665795894e-2F));
  p = hn::Add(hn::Mul(p, r), hn::Set(d, 1.6666665459e-1F));
  p = hn::Add(hn::Mul(p, r), hn::Set(d, 5.0000001201e-1F));
  p = hn::Add(hn::Add(hn::Mul(hn::Mul(p, r), r), r), hn::Set(d, 1.0F));
  const auto power = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(ints, n), hn::Set(ints, 127)));
  return hn::Mul(p, hn::BitCast(d, power));
}

struct ExpFunction {
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, hn::Vec<D> x) const {
    return ExpOf(d, x);
  }
};

struct SigmoidFunction {
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, hn::Vec<D> x) const {
    const auto one = hn::Set(d, 1.0F);
    return hn::Div(one, hn::Add(one, ExpOf(d, hn::Neg(x))));
  }
};

struct TanhFunction {
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, hn::Vec<D> x) const {
    const auto one = hn::Set(d, 1.0F);
    const auto e = ExpOf(d, hn::Mul(hn::Set(d, -2.0F), hn::Abs(x)));
    return hn::CopySign(hn::Div(hn::Sub(one, e), hn::Add(one, e)), x);
  }
};

// f of every number; of the last ones with vectors of one lane, whose bits are the same.
template <class F>
HWY_INLINE void ForEach(F f, float* x, size_t count) {
  const Floats d;
  const hn::CappedTag<float, 1> one;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) hn::StoreU(f(d, hn::LoadU(d, x + i)), d, x + i);
  for (; i < count; ++i) hn::StoreU(f(one, hn::LoadU(one, x + i)), one, x + i);
}

void ExpEach(float* x, size_t count) {
  ForEach(ExpFunction(), x, count);
}

void SigmoidEach(float* x, size_t count) {
  ForEach(SigmoidFunction(), x, count);
}

void TanhEach(float* x, size_t count) {
  ForEach(TanhFunction(), x, count);
}

template <class D>
HWY_INLINE void AdamOf(D d, const AdamStep& step, const float* gradient, float* m, float* v, float* parameter) {
  const auto g = hn::LoadU(d, gradient);
  const auto first =
      hn::Add(hn::Mul(hn::LoadU(d, m), hn::Set(d, step.beta1)), hn::Mul(g, hn::Set(d, 1.0F - step.beta1)));
  const auto second =
      hn::Add(hn::Mul(hn::LoadU(d, v), hn::Set(d, step.beta2)), hn::Mul(hn::Mul(g, g), hn::Set(d, 1.0F - step.beta2)));
  const auto change =
      hn::Div(hn::Mul(first, hn::Set(d, step.rate)), hn::Add(hn::Sqrt(second), hn::Set(d, step.epsilon)));
  hn::StoreU(first, d, m);
  hn::StoreU(second, d, v);
  hn::StoreU(hn::Sub(hn::Mul(hn::LoadU(d, parameter), hn::Set(d, step.kept)), change), d, parameter);
}

void AdamEach(const AdamStep& step, const float* gradient, float* m, float* v, float* parameter, size_t count) {
  const Floats d;
  const hn::CappedTag<float, 1> one;
  size_t i = 0;
  for (; i + hn::Lanes(d) <= count; i += hn::Lanes(d)) AdamOf(d, step, gradient + i, m + i, v + i, parameter + i);
  for (; i < count; ++i) AdamOf(one, step, gradient + i, m + i, v + i, parameter + i);
}

}  // namespace
}  // namespace sotto::recommend::neural::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sotto::recommend::neural {
namespace {

HWY_EXPORT(TileColumns);
HWY_EXPORT(AddTile);
HWY_EXPORT(AddScaled);
HWY_EXPORT(ExpEach);
HWY_EXPORT(SigmoidEach);
HWY_EXPORT(TanhEach);
HWY_EXPORT(AdamEach);

// `a` by its strides, so that its transpose is the same code.
struct Left {
  const float* data;
  size_t row_stride;
  size_t term_stride;
  float at(size_t row, size_t term) const { return data[row * row_stride + term * term_stride]; }
};

// A few rows: not worth rearranging anything.
void AddFewRows(const Left& a, ConstBlock b, Block c) {
  constexpr size_t kColumns = 1024;  // of c, which stay in the nearest cache
  for (size_t j = 0; j < c.cols; j += kColumns) {
    const size_t width = std::min(kColumns, c.cols - j);
    for (size_t k = 0; k < b.rows; ++k) {
      for (size_t i = 0; i < c.rows; ++i)
        HWY_DYNAMIC_DISPATCH(AddScaled)(a.at(i, k), b.row(k) + j, width, c.row(i) + j);
    }
  }
}

void AddRows(const Left& a, ConstBlock b, Block c) {
  if (c.rows < kRows / 2) return AddFewRows(a, b, c);
  const size_t width = HWY_DYNAMIC_DISPATCH(TileColumns)();
  const size_t tiles = (c.rows + kRows - 1) / kRows;
  std::vector<float> left(tiles * kRows * kDepth);
  std::vector<float> right(kDepth * width);
  std::vector<float> edge(kRows * width);
  for (size_t k = 0; k < b.rows; k += kDepth) {
    const size_t depth = std::min(kDepth, b.rows - k);
    for (size_t tile = 0; tile < tiles; ++tile) {
      float* to = left.data() + tile * kRows * kDepth;
      for (size_t r = 0; r < kRows; ++r) {
        const size_t row = tile * kRows + r;
        for (size_t t = 0; t < depth; ++t) to[t * kRows + r] = row < c.rows ? a.at(row, k + t) : 0.0F;
      }
    }
    for (size_t j = 0; j < c.cols; j += width) {
      const size_t columns = std::min(width, c.cols - j);
      for (size_t t = 0; t < depth; ++t) {
        float* to = right.data() + t * width;
        std::copy_n(b.row(k + t) + j, columns, to);
        std::fill(to + columns, to + width, 0.0F);
      }
      for (size_t tile = 0; tile < tiles; ++tile) {
        const size_t row = tile * kRows;
        const size_t rows = std::min(kRows, c.rows - row);
        const float* from = left.data() + row * kDepth;
        if (rows == kRows && columns == width) {
          HWY_DYNAMIC_DISPATCH(AddTile)(from, right.data(), depth, c.row(row) + j, c.stride);
          continue;
        }
        std::ranges::fill(edge, 0.0F);
        for (size_t r = 0; r < rows; ++r) std::copy_n(c.row(row + r) + j, columns, edge.data() + r * width);
        HWY_DYNAMIC_DISPATCH(AddTile)(from, right.data(), depth, edge.data(), width);
        for (size_t r = 0; r < rows; ++r) std::copy_n(edge.data() + r * width, columns, c.row(row + r) + j);
      }
    }
  }
}

void AddInTasks(const Left& a, ConstBlock b, Block c, const Parallel& parallel) {
  const bool worth = c.rows * c.cols * b.rows >= kWorthTasks;
  const size_t rows = worth ? kTaskRows : std::max<size_t>(c.rows, 1);
  RunAll(parallel, (c.rows + rows - 1) / rows, [&](size_t task) {
    const size_t first = task * rows;
    AddRows({a.data + first * a.row_stride, a.row_stride, a.term_stride}, b,
            c.Rows(first, std::min(rows, c.rows - first)));
  });
}

}  // namespace

void AddProduct(ConstBlock a, ConstBlock b, Block c, const Parallel& parallel) {
  AddInTasks({a.data, a.stride, 1}, b, c, parallel);
}

void AddTransposedProduct(ConstBlock a, ConstBlock b, Block c, const Parallel& parallel) {
  AddInTasks({a.data, 1, a.stride}, b, c, parallel);
}

void AddScaledRow(float factor, std::span<const float> from, std::span<float> to) {
  HWY_DYNAMIC_DISPATCH(AddScaled)(factor, from.data(), to.size(), to.data());
}

void Exp(std::span<float> x) {
  HWY_DYNAMIC_DISPATCH(ExpEach)(x.data(), x.size());
}

void Sigmoid(std::span<float> x) {
  HWY_DYNAMIC_DISPATCH(SigmoidEach)(x.data(), x.size());
}

void Tanh(std::span<float> x) {
  HWY_DYNAMIC_DISPATCH(TanhEach)(x.data(), x.size());
}

void Adam(const AdamStep& step, std::span<const float> gradient, std::span<float> m, std::span<float> v,
          std::span<float> parameter) {
  HWY_DYNAMIC_DISPATCH(AdamEach)
  (step, gradient.data(), m.data(), v.data(), parameter.data(), parameter.size());
}

}  // namespace sotto::recommend::neural
#endif  // HWY_ONCE
