#include "sotto/federation/shrunk_counts.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace sotto::federation {
namespace {

constexpr size_t kGrid = 60;         // above zero, in equal ratios
constexpr int kSteps = 200;          // of EM
constexpr double kFinest = 0.05;     // the least ratio above zero
constexpr double kL2 = 20;           // of the regression, in items
constexpr double kLeastShare = 0.1;  // of the mean, for what the regression expects

std::vector<double> GridOf(double largest) {
  std::vector<double> grid{0};
  const double ratio = std::pow(std::max(largest, 2.0) / kFinest, 1.0 / (kGrid - 1));
  double value = kFinest;
  for (size_t i = 0; i < kGrid; ++i, value *= ratio) grid.push_back(value);
  return grid;
}

}  // namespace

std::vector<double> ExpectedCounts(std::span<const int64_t> noisy, const recommend::Matrix& memberships) {
  Eigen::VectorXd counts(static_cast<Eigen::Index>(noisy.size()));
  std::ranges::transform(noisy, counts.begin(), [](int64_t one) { return static_cast<double>(one); });
  const double least = noisy.empty() ? 1 : std::max(kLeastShare * counts.mean(), 1.0);
  // The mean goes into the rest, so that items of which nothing is known are expected to have it.
  const double mean = noisy.empty() ? 0 : counts.mean();
  const Eigen::MatrixXd features = memberships.cast<double>();
  Eigen::MatrixXd squares = features.transpose() * features;
  squares.diagonal().array() += kL2;
  const Eigen::VectorXd slopes = squares.ldlt().solve(features.transpose() * (counts.array() - mean).matrix());
  const Eigen::VectorXd expected = ((features * slopes).array() + mean).cwiseMax(least);
  return {expected.begin(), expected.end()};
}

std::vector<double> ShrunkCounts(std::span<const int64_t> noisy, double noise_variance,
                                 std::span<const double> expected) {
  std::vector<double> counts(noisy.size(), 0);
  if (noisy.empty()) return counts;
  if (!(noise_variance > 0)) {
    std::ranges::transform(noisy, counts.begin(), [](int64_t one) { return std::max(0.0, static_cast<double>(one)); });
    return counts;
  }
  const double deviation = std::sqrt(noise_variance);
  double largest = 0;
  for (size_t i = 0; i < noisy.size(); ++i) largest = std::max(largest, static_cast<double>(noisy[i]) / expected[i]);
  const std::vector<double> grid = GridOf(largest);

  // likelihood of grid value g for count i, over that of the best g, so that none of a row is all zeros.
  std::vector<double> likelihood(noisy.size() * grid.size());
  for (size_t i = 0; i < noisy.size(); ++i) {
    const auto row = std::span(likelihood).subspan(i * grid.size(), grid.size());
    std::ranges::transform(grid, row.begin(), [&](double value) {
      const double off = (static_cast<double>(noisy[i]) - value * expected[i]) / deviation;
      return -off * off / 2;
    });
    const double most = *std::ranges::max_element(row);
    std::ranges::transform(row, row.begin(), [&](double one) { return std::exp(one - most); });
  }
  std::vector<double> prior(grid.size(), 1.0 / static_cast<double>(grid.size()));
  std::vector<double> next(grid.size());
  for (int step = 0; step <= kSteps; ++step) {
    std::ranges::fill(next, 0.0);
    for (size_t i = 0; i < noisy.size(); ++i) {
      const auto row = std::span(likelihood).subspan(i * grid.size(), grid.size());
      double total = 0;
      double mean = 0;
      for (size_t g = 0; g < grid.size(); ++g) {
        total += prior[g] * row[g];
        mean += prior[g] * row[g] * grid[g];
      }
      counts[i] = expected[i] * mean / total;
      for (size_t g = 0; g < grid.size(); ++g) next[g] += prior[g] * row[g] / total;
    }
    for (size_t g = 0; g < grid.size(); ++g) prior[g] = next[g] / static_cast<double>(noisy.size());
  }
  return counts;
}

}  // namespace sotto::federation
