#include "sotto/recommend/neural/gru.h"

#include <utility>
#include <vector>

#include "sotto/recommend/neural/dense.h"
#include "sotto/recommend/neural/kernels.h"

namespace sotto::recommend::neural {
namespace {

// The rows of one step, and of the step before, which has at least as many.
struct Step {
  Eigen::Index first = 0;
  Eigen::Index before = -1;  // none at first: the states are zeros
  Eigen::Index count = 0;
};

float* RowOf(Matrix& m, Eigen::Index row) {
  return m.data() + row * m.cols();
}

const float* RowOf(const Matrix& m, Eigen::Index row) {
  return m.data() + row * m.cols();
}

// z, r and n of one row in place of a (which holds the input's part of them), and the state.
void Gate(float* a, const float* c, const float* before, Eigen::Index hidden, float* state) {
  const auto width = static_cast<size_t>(hidden);
  for (Eigen::Index j = 0; j < 2 * hidden; ++j) a[j] += c[j];
  Sigmoid({a, 2 * width});
  const float* z = a;
  const float* r = a + hidden;
  float* n = a + 2 * hidden;
  for (Eigen::Index j = 0; j < hidden; ++j) n[j] += r[j] * c[2 * hidden + j];
  Tanh({n, width});
  for (Eigen::Index j = 0; j < hidden; ++j) state[j] = (1 - z[j]) * n[j] + z[j] * before[j];
}

// The gradients by a (da) and c (dc) of one row from that by its state, `ds`, which becomes the part of the gradient by
// the state before that goes past the gates.
void GateBackward(const float* gates, const float* c_n, const float* before, Eigen::Index hidden, float* ds, float* da,
                  float* dc) {
  const float* z = gates;
  const float* r = gates + hidden;
  const float* n = gates + 2 * hidden;
  for (Eigen::Index j = 0; j < hidden; ++j) {
    const float dn = ds[j] * (1 - z[j]) * (1 - n[j] * n[j]);
    da[j] = ds[j] * (before[j] - n[j]) * z[j] * (1 - z[j]);
    da[hidden + j] = dn * c_n[j] * r[j] * (1 - r[j]);
    da[2 * hidden + j] = dn;
    dc[j] = da[j];
    dc[hidden + j] = da[hidden + j];
    dc[2 * hidden + j] = dn * r[j];
    ds[j] *= z[j];
  }
}

std::vector<Step> StepsOf(std::span<const size_t> counts) {
  std::vector<Step> steps;
  Eigen::Index row = 0;
  for (const size_t count : counts) {
    steps.push_back({row, steps.empty() ? -1 : steps.back().first, static_cast<Eigen::Index>(count)});
    row += static_cast<Eigen::Index>(count);
  }
  return steps;
}

}  // namespace

GruTrace GruForward(const Matrix& x, std::span<const size_t> counts, const GruWeights& weights) {
  const Eigen::Index hidden = weights.recurrent_weight.rows();
  GruTrace trace;
  trace.gates = Dense(x, weights.input_weight, weights.input_bias);
  trace.states.resize(x.rows(), hidden);
  trace.recurrent.resize(x.rows(), hidden);
  const Matrix zeros = Matrix::Zero(1, hidden);
  for (const Step& step : StepsOf(counts)) {
    Matrix c = weights.recurrent_bias.replicate(step.count, 1);
    if (step.before >= 0) {
      const auto before = In(trace.states).Rows(static_cast<size_t>(step.before), static_cast<size_t>(step.count));
      AddProduct(before, In(weights.recurrent_weight), Out(c));
    }
    for (Eigen::Index i = 0; i < step.count; ++i) {
      const float* before = step.before >= 0 ? RowOf(trace.states, step.before + i) : zeros.data();
      Gate(RowOf(trace.gates, step.first + i), RowOf(c, i), before, hidden, RowOf(trace.states, step.first + i));
    }
    trace.recurrent.middleRows(step.first, step.count) = c.rightCols(hidden);
  }
  return trace;
}

Matrix GruBackward(const Matrix& x, std::span<const size_t> counts, const GruWeights& weights, const GruTrace& trace,
                   const Matrix& dstates, const GruGradients& gradients) {
  const Eigen::Index hidden = weights.recurrent_weight.rows();
  const Matrix back = weights.recurrent_weight.transpose();
  const Matrix zeros = Matrix::Zero(1, hidden);
  Matrix da(x.rows(), 3 * hidden);
  Matrix carried;  // the gradient by the states of a step that comes from the step after
  const std::vector<Step> steps = StepsOf(counts);
  for (size_t t = steps.size(); t-- > 0;) {
    const Step& step = steps[t];
    Matrix ds = dstates.middleRows(step.first, step.count);
    if (carried.rows() > 0) ds.topRows(carried.rows()) += carried;
    Matrix dc(step.count, 3 * hidden);
    for (Eigen::Index i = 0; i < step.count; ++i) {
      const Eigen::Index row = step.first + i;
      const float* before = step.before >= 0 ? RowOf(trace.states, step.before + i) : zeros.data();
      GateBackward(RowOf(trace.gates, row), RowOf(trace.recurrent, row), before, hidden, RowOf(ds, i), RowOf(da, row),
                   RowOf(dc, i));
    }
    AddRowSum(dc, gradients.recurrent_bias);
    if (step.before < 0) break;
    const auto before = In(trace.states).Rows(static_cast<size_t>(step.before), static_cast<size_t>(step.count));
    AddTransposedProduct(before, In(dc), Out(gradients.recurrent_weight));
    AddProduct(In(dc), In(back), Out(ds));
    carried = std::move(ds);
  }
  return DenseBackward(x, weights.input_weight, da, gradients.input_weight, gradients.input_bias);
}

}  // namespace sotto::recommend::neural
