#include "sotto/comments/training/calibrate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "sotto/base/random.h"

namespace sotto::comments {
namespace {

double Uniform(RandomSource& random) {
  return static_cast<double>(random.Below(1u << 20).value()) / (1u << 20);
}

// z of `columns` columns, and labels drawn by what they say at `temperature`: with one column the label is 1 with
// probability s(temperature z).
std::vector<Scored> Drawn(size_t columns, double temperature, size_t texts, uint64_t seed) {
  ChaCha20Source random(seed);
  std::vector<Scored> drawn;
  for (size_t i = 0; i < texts; ++i) {
    Scored text{std::vector<double>(columns), 0};
    for (double& z : text.z) z = 6 * Uniform(random) - 3;
    std::vector<double> weights;
    for (const double z : text.z) weights.push_back(std::exp(temperature * z));
    if (columns == 1) weights.insert(weights.begin(), 1.0);
    double left = Uniform(random) * std::accumulate(weights.begin(), weights.end(), 0.0);
    while (text.label + 1 < weights.size() && left >= weights[text.label]) left -= weights[text.label++];
    drawn.push_back(text);
  }
  return drawn;
}

double LogLikelihood(const std::vector<Scored>& texts, double temperature) {
  double sum = 0;
  for (const Scored& text : texts) {
    std::vector<double> z = text.z;
    if (z.size() == 1) z.insert(z.begin(), 0.0);  // two-way: a softmax over 0 and z
    double total = 0;
    for (const double value : z) total += std::exp(temperature * value);
    sum += temperature * z[text.label] - std::log(total);
  }
  return sum;
}

double BestOfGrid(const std::vector<Scored>& texts, double from, double to, double step) {
  double best = 0;
  double most = -1e300;
  for (double temperature = from; temperature < to; temperature *= step) {
    const double likelihood = LogLikelihood(texts, temperature);
    if (likelihood > most) {
      most = likelihood;
      best = temperature;
    }
  }
  return best;
}

// The best of a coarse grid, and then of a fine one around it.
double BestOfGrids(const std::vector<Scored>& texts) {
  const double coarse = BestOfGrid(texts, 0.01, 10, 1.1);
  return BestOfGrid(texts, coarse / 1.1, coarse * 1.1, 1.002);
}

TEST(FitTemperature, FindsTheBestOfAGrid) {
  for (const size_t columns : {1u, 2u, 5u, 12u}) {
    for (const double temperature : {0.3, 1.0, 2.5}) {
      const auto texts = Drawn(columns, temperature, 200, columns);
      const float fitted = FitTemperature(texts).value();
      EXPECT_NEAR(fitted / BestOfGrids(texts), 1, 0.003) << columns << ' ' << temperature;
      EXPECT_NEAR(fitted / temperature, 1, 0.4) << columns << ' ' << temperature;
    }
  }
}

TEST(FitTemperature, IsExactForAShareWorkedOutByHand) {
  // z = 1, right three times of four: the best s(t) is 3/4, so t = log 3.
  const std::vector<Scored> texts = {{{1}, 1}, {{1}, 1}, {{1}, 1}, {{1}, 0}};
  EXPECT_NEAR(FitTemperature(texts).value(), std::log(3.0), 1e-6);
  // The same as a softmax of two.
  const std::vector<Scored> two = {{{0, 1}, 1}, {{0, 1}, 1}, {{0, 1}, 1}, {{0, 1}, 0}};
  EXPECT_NEAR(FitTemperature(two).value(), std::log(3.0), 1e-6);
}

TEST(FitTemperature, UndoesAScaleAndIgnoresAShift) {
  auto texts = Drawn(4, 1, 300, 9);
  const float plain = FitTemperature(texts).value();
  for (Scored& text : texts) {
    for (double& z : text.z) z = 4 * z + 100;
  }
  EXPECT_NEAR(FitTemperature(texts).value(), plain / 4, 1e-5);
}

TEST(FitTemperature, RefusesWhatHasNoBestTemperature) {
  const auto code = [](const std::vector<Scored>& texts) {
    const auto fitted = FitTemperature(texts);
    return fitted.ok() ? ErrorCode::kInternal : fitted.error().code;
  };
  EXPECT_EQ(code({}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{{2}, 1}, {{-3}, 0}}), ErrorCode::kInvalidArgument);             // all right
  EXPECT_EQ(code({{{2}, 0}, {{-3}, 1}}), ErrorCode::kInvalidArgument);             // all wrong
  EXPECT_EQ(code({{{1}, 1}, {{1}, 0}}), ErrorCode::kInvalidArgument);              // no better than chance
  EXPECT_EQ(code({{{2, 0, 1}, 0}, {{0, 5, 1}, 1}}), ErrorCode::kInvalidArgument);  // all right
  EXPECT_EQ(code({{{0, 0, 0}, 0}}), ErrorCode::kInvalidArgument);                  // nothing said
}

}  // namespace
}  // namespace sotto::comments
