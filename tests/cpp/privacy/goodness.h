// Goodness of fit of samples to the discrete Gaussian, with thresholds that a correct sampler exceeds with a
// probability below 10^-6 each. Seeds are fixed, so a test passes always or never; the probability says how much a pass
// is worth.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <vector>

#include "sotto/privacy/discrete_gaussian.h"

namespace sotto::privacy {

using Counts = std::map<int64_t, int64_t>;  // how often each value occurred

// The distribution by its definition, in long double: probabilities of -reach..reach. What is beyond 12 sigma has less
// than 10^-30.
struct Reference {
  explicit Reference(long double variance) : reach(static_cast<int64_t>(std::ceil(12 * std::sqrt(variance))) + 2) {
    long double total = 0;
    for (int64_t x = -reach; x <= reach; ++x) {
      probabilities.push_back(std::exp(-static_cast<long double>(x) * static_cast<long double>(x) / (2 * variance)));
      total += probabilities.back();
    }
    for (long double& probability : probabilities) probability /= total;
  }
  explicit Reference(Rational sigma_squared)
      : Reference(static_cast<long double>(sigma_squared.numerator) /
                  static_cast<long double>(sigma_squared.denominator)) {}
  long double operator()(int64_t x) const { return probabilities[static_cast<size_t>(x + reach)]; }

  int64_t reach;
  std::vector<long double> probabilities;
};

// A statistic and what it must not exceed.
struct Fit {
  double statistic;
  double threshold;
  bool good() const { return statistic <= threshold; }
};

// ln(10^6), rounded up.
inline constexpr double kLogMillion = 13.82;

// Pearson's chi-squared over cells of neighbouring values, each expected at least 5,000 times (the last one takes what
// is left): far inside the chi-squared approximation. The threshold is the tail bound of B. Laurent and P. Massart,
// "Adaptive estimation of a quadratic functional by model selection", Annals of Statistics 28 (2000), lemma 1:
// P(X >= n + 2 sqrt(n x) + 2 x) <= exp(-x) for n degrees of freedom, with x = ln(10^6).
inline Fit ChiSquared(const Counts& counts, const Reference& reference) {
  double samples = 0;
  for (const auto& [value, count] : counts) samples += static_cast<double>(count);
  const auto seen_at = [&](int64_t value) {
    const auto found = counts.find(value);
    return found == counts.end() ? 0.0 : static_cast<double>(found->second);
  };
  std::vector<std::pair<double, double>> cells = {{0, 0}};  // expected, seen
  double seen_in_reach = 0;
  for (int64_t x = -reference.reach; x <= reference.reach; ++x) {
    cells.back().first += static_cast<double>(reference(x)) * samples;
    cells.back().second += seen_at(x);
    seen_in_reach += seen_at(x);
    if (cells.back().first >= 5'000) cells.emplace_back(0, 0);
  }
  if (cells.size() > 1) {
    const auto [expected, seen] = cells.back();
    cells.pop_back();
    cells.back().first += expected;
    cells.back().second += seen;
  }
  cells.back().second += samples - seen_in_reach;
  double statistic = 0;
  for (const auto& [expected, seen] : cells) statistic += (seen - expected) * (seen - expected) / expected;
  const double freedom = static_cast<double>(cells.size()) - 1;
  return {statistic, freedom + 2 * std::sqrt(freedom * kLogMillion) + 2 * kLogMillion};
}

// The Kolmogorov-Smirnov statistic of a distribution on the integers: the largest difference of the two distribution
// functions, which only change there. The threshold is the inequality of Dvoretzky, Kiefer and Wolfowitz with Massart's
// constant (Annals of Probability 18 (1990)), P(D > t) <= 2 exp(-2 n t^2), which holds for every distribution, discrete
// ones too, and every n.
inline Fit KolmogorovSmirnov(const Counts& counts, const Reference& reference) {
  double samples = 0;
  for (const auto& [value, count] : counts) samples += static_cast<double>(count);
  double seen_below = 0;
  auto next = counts.begin();
  for (; next != counts.end() && next->first < -reference.reach; ++next) {
    seen_below += static_cast<double>(next->second);
  }
  long double expected_below = 0;
  double distance = 0;
  for (int64_t x = -reference.reach; x <= reference.reach; ++x) {
    expected_below += reference(x);
    if (next != counts.end() && next->first == x) seen_below += static_cast<double>((next++)->second);
    distance = std::max(distance, std::abs(static_cast<double>(expected_below) - seen_below / samples));
  }
  return {distance, std::sqrt((std::log(2.0) + kLogMillion) / (2 * samples))};
}

}  // namespace sotto::privacy
