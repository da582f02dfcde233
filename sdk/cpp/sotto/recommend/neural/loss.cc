#include "sotto/recommend/neural/loss.h"

#include <algorithm>
#include <array>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/neural/kernels.h"

namespace sotto::recommend::neural {
namespace {

constexpr size_t kTaskRows = 16;
constexpr double kTiny = 1e-30;  // where a logarithm is cut: the loss is only looked at

// Calls f(row, numbers of the row), which returns the row's loss, and adds the losses in the rows' order.
template <class F>
double SumOverRows(Matrix& logits, const Parallel& parallel, const F& f) {
  const auto rows = static_cast<size_t>(logits.rows());
  const auto cols = static_cast<size_t>(logits.cols());
  std::vector<double> losses(rows);
  RunAll(parallel, (rows + kTaskRows - 1) / kTaskRows, [&](size_t task) {
    for (size_t row = task * kTaskRows; row < std::min(rows, (task + 1) * kTaskRows); ++row) {
      losses[row] = f(row, std::span<float>(logits.data() + row * cols, cols));
    }
  });
  double sum = 0;
  for (const double loss : losses) sum += loss;
  return sum;
}

// A fixed order of summation that compilers turn into vectors.
float Sum(std::span<const float> x) {
  constexpr size_t kLanes = 16;
  std::array<float, kLanes> sums{};
  size_t i = 0;
  for (; i + kLanes <= x.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) sums[lane] += x[i + lane];
  }
  for (size_t lane = 0; i < x.size(); ++i, ++lane) sums[lane] += x[i];
  float sum = 0;
  for (const float one : sums) sum += one;
  return sum;
}

float Max(std::span<const float> x) {
  constexpr size_t kLanes = 16;
  std::array<float, kLanes> most{};
  most.fill(x.front());
  size_t i = 0;
  for (; i + kLanes <= x.size(); i += kLanes) {
    for (size_t lane = 0; lane < kLanes; ++lane) most[lane] = x[i + lane] > most[lane] ? x[i + lane] : most[lane];
  }
  for (; i < x.size(); ++i) most[0] = std::max(most[0], x[i]);
  return *std::ranges::max_element(most);
}

double CutLog(double x) {
  return Log(std::max(x, kTiny));
}

}  // namespace

double LogisticLoss(std::span<const std::vector<uint32_t>> positives, float scale, Matrix& logits,
                    const Parallel& parallel) {
  const double loss = SumOverRows(logits, parallel, [&](size_t row, std::span<float> x) {
    Sigmoid(x);
    double sum = 0;
    for (const uint32_t column : positives[row]) {
      sum -= CutLog(static_cast<double>(x[column]));
      x[column] -= 1;
    }
    // Of the others, log(1 - p): a product of eight at a time needs an eighth of the logarithms.
    double product = 1;
    size_t factors = 0;
    for (const float p : x) {
      product *= p < 0 ? 1.0 : std::max(1 - static_cast<double>(p), kTiny);
      if (++factors == 8) {
        sum -= CutLog(product);
        product = 1;
        factors = 0;
      }
    }
    sum -= CutLog(product);
    for (float& p : x) p *= scale;
    return sum;
  });
  return loss * static_cast<double>(scale);
}

double SoftmaxLoss(std::span<const uint32_t> targets, float scale, Matrix& logits, const Parallel& parallel) {
  const double loss = SumOverRows(logits, parallel, [&](size_t row, std::span<float> x) {
    const float most = Max(x);
    for (float& one : x) one -= most;
    Exp(x);
    const float sum = Sum(x);
    const float share = 1 / sum;
    const double own = static_cast<double>(x[targets[row]]) / static_cast<double>(sum);
    for (float& one : x) one *= share * scale;
    x[targets[row]] -= scale;
    return -CutLog(own);
  });
  return loss * static_cast<double>(scale);
}

}  // namespace sotto::recommend::neural
