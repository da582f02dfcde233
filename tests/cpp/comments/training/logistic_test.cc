#include "sotto/comments/training/logistic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "sotto/base/random.h"

namespace sotto::comments {
namespace {

void AddRow(Rows& rows, const std::vector<uint32_t>& ids, bool holds, float weight = 1, float norm = 1) {
  rows.ids.insert(rows.ids.end(), ids.begin(), ids.end());
  rows.begin.push_back(rows.ids.size());
  rows.norm.push_back(norm);
  rows.weight.push_back(weight);
  rows.holds.push_back(holds ? 1 : 0);
}

// Id 0 speaks for, id 1 against, both not always; the others are noise.
Rows RandomRows(uint64_t seed, size_t count) {
  ChaCha20Source random(seed);
  const auto below = [&random](uint64_t bound) { return static_cast<uint32_t>(random.Below(bound).value()); };
  Rows rows;
  rows.dimension = 6;
  for (size_t i = 0; i < count; ++i) {
    const bool holds = below(3) == 0;
    std::vector<uint32_t> ids = {2 + below(2), 4 + below(2)};
    if (below(10) < 8) ids.push_back(holds ? 0 : 1);
    if (below(10) < 2) ids.push_back(holds ? 1 : 0);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    AddRow(rows, ids, holds, 0.5F + static_cast<float>(below(4)) / 4, 0.25F + static_cast<float>(below(4)) / 8);
  }
  return rows;
}

LogisticOptions Options(bool has_bias) {
  LogisticOptions options;
  options.cost = 0.5;
  options.smoothing = 0.75;
  options.has_bias = has_bias;
  return options;
}

// r as the header has it.
std::vector<double> Ratios(const Rows& rows, double smoothing) {
  std::vector<double> ratios;
  double totals[2] = {};
  std::vector<std::array<double, 2>> counts(rows.dimension, {smoothing, smoothing});
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const uint32_t id : rows.Row(i)) counts[id][rows.holds[i]] += double{rows.weight[i]};
  }
  for (const auto& [without, with] : counts) {
    totals[0] += without;
    totals[1] += with;
  }
  for (const auto& [without, with] : counts) {
    const double q = std::log((with / totals[1]) / (without / totals[0]));
    ratios.push_back(q < 0 ? -std::sqrt(-q) : std::sqrt(q));
  }
  return ratios;
}

// The loss as the header has it; the last of u is the bias.
double LossAt(const Rows& rows, const LogisticOptions& options, const std::vector<double>& u) {
  const std::vector<double> r = Ratios(rows, options.smoothing);
  double loss = 0;
  for (const double value : u) loss += value * value / 2;
  for (size_t i = 0; i < rows.size(); ++i) {
    double z = u.back();
    for (const uint32_t id : rows.Row(i)) z += u[id] * r[id] * double{rows.norm[i]};
    loss += options.cost * double{rows.weight[i]} * std::log1p(std::exp(rows.holds[i] != 0 ? -z : z));
  }
  return loss;
}

TEST(FitLogistic, StandsWhereEveryFiniteDifferenceOfTheLossIsZero) {
  for (const bool has_bias : {false, true}) {
    const Rows rows = RandomRows(has_bias ? 1 : 2, 120);
    const LogisticOptions options = Options(has_bias);
    const Fitted fitted = FitLogistic(rows, options).value();
    ASSERT_EQ(fitted.weights.size(), rows.dimension);
    const std::vector<double> r = Ratios(rows, options.smoothing);
    std::vector<double> u;
    for (size_t j = 0; j < rows.dimension; ++j) u.push_back(fitted.weights[j] / r[j]);
    u.push_back(fitted.bias);
    double squares = 0;
    for (size_t j = 0; j < rows.dimension + (has_bias ? 1 : 0); ++j) {
      constexpr double kStep = 1e-5;
      std::vector<double> up = u;
      std::vector<double> down = u;
      up[j] += kStep;
      down[j] -= kStep;
      const double slope = (LossAt(rows, options, up) - LossAt(rows, options, down)) / (2 * kStep);
      squares += slope * slope;
    }
    EXPECT_LT(std::sqrt(squares), 0.01);
    EXPECT_GT(std::fabs(u[0]) + std::fabs(u[1]), 0.5);  // at the start, the loss is far from its minimum
    EXPECT_EQ(fitted.bias != 0, has_bias);
  }
}

TEST(FitLogistic, RecoversWhatSeparates) {
  const Rows rows = RandomRows(3, 400);
  LogisticOptions options = Options(false);
  options.cost = 12;
  const std::vector<double> w = FitLogistic(rows, options).value().weights;
  EXPECT_GT(w[0], 1);
  EXPECT_LT(w[1], -1);
  for (size_t noise = 2; noise < 6; ++noise) EXPECT_LT(std::fabs(w[noise]), std::min(w[0], -w[1])) << noise;
}

TEST(FitLogistic, FindsTheMinimumWorkedOutByNewtonsMethod) {
  // One id, alone in three rows that hold and one that does not: minimise u^2/2 + 3 log(1 + e^-z) + log(1 + e^z),
  // z = u r. A second id, so that the log-count ratio is not zero.
  Rows rows;
  rows.dimension = 2;
  for (int i = 0; i < 4; ++i) AddRow(rows, {0}, i < 3);
  LogisticOptions options;
  options.cost = 1;
  options.smoothing = 1;
  const double r = std::sqrt(std::log((4.0 / 5) / (2.0 / 3)));
  double u = 0;
  for (int i = 0; i < 100; ++i) {
    const double p = 1 / (1 + std::exp(-u * r));
    u -= (u + r * (4 * p - 3)) / (1 + 4 * r * r * p * (1 - p));
  }
  const Fitted fitted = FitLogistic(rows, options).value();
  EXPECT_NEAR(fitted.weights[0], u * r, 1e-3);
  EXPECT_EQ(fitted.weights[1], 0);
  EXPECT_EQ(fitted.bias, 0);
}

TEST(FitLogistic, TakesAWeightForRepetition) {
  Rows weighted;
  Rows repeated;
  weighted.dimension = repeated.dimension = 2;
  for (int i = 0; i < 8; ++i) {
    const bool holds = i % 2 == 0;
    const std::vector<uint32_t> ids = {i % 3 == 0 ? 1u : 0u};
    AddRow(weighted, ids, holds, holds ? 3 : 1);
    for (int k = 0; k < (holds ? 3 : 1); ++k) AddRow(repeated, ids, holds);
  }
  LogisticOptions options = Options(true);
  const Fitted a = FitLogistic(weighted, options).value();
  const Fitted b = FitLogistic(repeated, options).value();
  EXPECT_NEAR(a.weights[0], b.weights[0], 1e-3);
  EXPECT_NEAR(a.weights[1], b.weights[1], 1e-3);
  EXPECT_NEAR(a.bias, b.bias, 1e-3);
}

TEST(FitLogistic, GivesTheSameBitsTwice) {
  const Rows rows = RandomRows(4, 200);
  const Fitted first = FitLogistic(rows, Options(true)).value();
  const Fitted second = FitLogistic(rows, Options(true)).value();
  EXPECT_EQ(first.weights, second.weights);
  EXPECT_EQ(first.bias, second.bias);
}

TEST(FitLogistic, LearnsABiasAloneWhereThereIsNoFeature) {
  Rows rows;
  for (int i = 0; i < 4; ++i) AddRow(rows, {}, i == 0);
  EXPECT_EQ(FitLogistic(rows, Options(false)).value().bias, 0);
  EXPECT_LT(FitLogistic(rows, Options(true)).value().bias, -0.1);
}

TEST(FitLogistic, RefusesOneKindOfExamplesAlone) {
  Rows rows;
  rows.dimension = 1;
  EXPECT_EQ(FitLogistic(rows, Options(false)).error().code, ErrorCode::kInvalidArgument);
  AddRow(rows, {0}, true);
  AddRow(rows, {0}, true);
  EXPECT_EQ(FitLogistic(rows, Options(false)).error().code, ErrorCode::kInvalidArgument);
  std::fill(rows.holds.begin(), rows.holds.end(), uint8_t{0});
  EXPECT_EQ(FitLogistic(rows, Options(false)).error().code, ErrorCode::kInvalidArgument);
}

TEST(FitLogistic, RefusesOptionsOutsideTheirRanges) {
  const Rows rows = RandomRows(5, 20);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<LogisticOptions> bad(7, Options(false));
  bad[0].cost = 0;
  bad[1].cost = nan;
  bad[2].smoothing = 0;
  bad[3].smoothing = nan;
  bad[4].norm_prior = -1;
  bad[5].norm_prior = nan;
  bad[6].max_iterations = 0;
  for (const LogisticOptions& options : bad) {
    EXPECT_EQ(FitLogistic(rows, options).error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sotto::comments
