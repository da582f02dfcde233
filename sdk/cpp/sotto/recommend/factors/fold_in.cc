#include "sotto/recommend/factors/fold_in.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/models/finite.h"

namespace sotto::recommend {
namespace {

constexpr double kMostWeight = 1000;

std::span<const float> RowOf(const Matrix& matrix, size_t row) {
  const auto columns = static_cast<size_t>(matrix.cols());
  return {matrix.data() + row * columns, columns};
}

// lower += weight * row row^T. Each loop runs along a row, so that compilers need not reorder a sum to vectorise it.
void AddOuterProduct(double weight, const std::vector<double>& row, std::vector<double>& lower) {
  const size_t rank = row.size();
  for (size_t i = 0; i < rank; ++i) {
    const double factor = weight * row[i];
    double* out = lower.data() + i * rank;
    for (size_t j = 0; j <= i; ++j) out[j] += factor * row[j];
  }
}

double Dot(std::span<const double> a, std::span<const float> b) {
  double even = 0;
  double odd = 0;
  size_t i = 0;
  for (; i + 2 <= a.size(); i += 2) {
    even += a[i] * static_cast<double>(b[i]);
    odd += a[i + 1] * static_cast<double>(b[i + 1]);
  }
  if (i < a.size()) even += a[i] * static_cast<double>(b[i]);
  return even + odd;
}

// The solution of the symmetric system whose lower triangle is given, by L L^T from the top (both are overwritten).
// A pivot below `least`, which exact arithmetic would not give, becomes it.
void SolveInPlace(std::vector<double>& lower, double least, std::vector<double>& right) {
  const size_t size = right.size();
  // By columns from the left, each update along a row of what remains.
  std::vector<double> column(size);
  for (size_t k = 0; k < size; ++k) {
    const double pivot = std::sqrt(std::max(lower[k * size + k], least));
    lower[k * size + k] = pivot;
    for (size_t i = k + 1; i < size; ++i) column[i] = lower[i * size + k] /= pivot;
    right[k] /= pivot;
    const double solved = right[k];
    for (size_t i = k + 1; i < size; ++i) {
      const double factor = column[i];
      double* row = lower.data() + i * size;
      for (size_t j = k + 1; j <= i; ++j) row[j] -= factor * column[j];
      right[i] -= factor * solved;
    }
  }
  for (size_t k = size; k-- > 0;) {
    right[k] /= lower[k * size + k];
    const double solved = right[k];
    const double* row = lower.data() + k * size;
    for (size_t j = 0; j < k; ++j) right[j] -= solved * row[j];
  }
}

double Power(double base, double exponent) {
  if (exponent == 1) return base;
  return Exp(exponent * Log(base));
}

}  // namespace

struct FoldIn::System {
  std::vector<double> lower;
  std::vector<double> right;
  double lambda = 0;
};

FoldIn::FoldIn(Matrix factors, const FoldInOptions& options) : factors_(std::move(factors)), options_(options) {
  const auto rank = static_cast<size_t>(factors_.cols());
  gram_.assign(rank * rank, 0);
  std::vector<double> row(rank);
  for (size_t item = 0; item < items(); ++item) {
    std::ranges::copy(RowOf(factors_, item), row.begin());
    AddOuterProduct(1, row, gram_);
  }
  for (double& value : gram_) value *= static_cast<double>(options_.unobserved_weight);
}

FoldIn::System FoldIn::Equations(std::span<const Engagement> history) const {
  std::vector<std::pair<uint32_t, double>> weights;  // of each item, in the order of its first occurrence
  std::unordered_map<uint32_t, size_t> place;
  for (const Engagement& engagement : history) {
    const auto [found, is_new] = place.emplace(engagement.item, weights.size());
    if (is_new) weights.emplace_back(engagement.item, 0.0);
    weights[found->second].second += static_cast<double>(engagement.weight);
  }

  System system;
  system.lower = gram_;
  system.right.assign(static_cast<size_t>(factors_.cols()), 0);
  std::vector<double> row(system.right.size());
  for (const auto& [item, weight] : weights) {
    std::ranges::copy(RowOf(factors_, item), row.begin());
    const double bounded = std::min(std::fabs(weight), kMostWeight);
    AddOuterProduct(bounded, row, system.lower);
    if (weight <= 0) continue;
    for (size_t i = 0; i < row.size(); ++i) system.right[i] += bounded * row[i];
  }
  const double frequency = static_cast<double>(weights.size()) +
                           static_cast<double>(options_.unobserved_weight) * static_cast<double>(items());
  system.lambda = static_cast<double>(options_.regularisation) *
                  Power(frequency, static_cast<double>(options_.regularisation_exponent));
  const size_t rank = system.right.size();
  for (size_t i = 0; i < rank; ++i) system.lower[i * rank + i] += system.lambda;
  return system;
}

std::vector<double> FoldIn::UserFactors(std::span<const Engagement> history) const {
  if (history.empty()) return std::vector<double>(static_cast<size_t>(factors_.cols()), 0);
  System system = Equations(history);
  SolveInPlace(system.lower, system.lambda / 2, system.right);
  // Only factors of absurd size, which no fit makes, can be so far out of range.
  for (const double value : system.right) {
    if (!(std::fabs(value) < 1e150)) return std::vector<double>(system.right.size(), 0);
  }
  return system.right;
}

void FoldIn::Score(std::span<const double> user, std::span<float> scores) const {
  for (size_t item = 0; item < scores.size(); ++item) scores[item] = ToFiniteFloat(Dot(user, RowOf(factors_, item)));
}

std::optional<size_t> FoldIn::Because(std::span<const Engagement> history, uint32_t item) const {
  if (history.empty()) return std::nullopt;
  System system = Equations(history);
  const auto row = RowOf(factors_, item);
  system.right.assign(row.begin(), row.end());
  SolveInPlace(system.lower, system.lambda / 2, system.right);
  std::unordered_map<uint32_t, double> sums;
  for (const Engagement& engagement : history) sums[engagement.item] += static_cast<double>(engagement.weight);
  std::optional<size_t> most;
  double largest = 0;
  for (size_t i = 0; i < history.size(); ++i) {
    if (sums[history[i].item] <= 0) continue;  // its target is 0: it has no term
    const double weight = std::clamp(static_cast<double>(history[i].weight), -kMostWeight, kMostWeight);
    const double term = weight * Dot(system.right, RowOf(factors_, history[i].item));
    if (!(term > largest)) continue;
    largest = term;
    most = i;
  }
  return most;
}

}  // namespace sotto::recommend
