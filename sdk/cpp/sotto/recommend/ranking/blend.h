// Weights of the features, learned on the device from this viewer's feedback: Bayesian logistic regression whose
// posterior is a Gaussian with a diagonal precision, updated one example at a time by Laplace's approximation.
// O. Chapelle, L. Li, "An Empirical Evaluation of Thompson Sampling", NIPS 2011, algorithm 3.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/recommend/ranking/features.h"

namespace sotto::recommend {

using Weights = std::array<double, kFeatures>;

// What a weight is before anybody has clicked: mean, and precision (1 / variance, in 1 / logits^2).
struct WeightPrior {
  double mean;
  double precision;
};
WeightPrior PriorOf(Feature feature);

// The logit: sum of weight times value, in the order of the features.
double Logit(const Weights& weights, const FeatureValues& values);

class Blend {
 public:
  static constexpr double kMaxWeight = 16;      // a mean stays within +-16
  static constexpr double kMaxPrecision = 400;  // and a deviation at or above 0.05: a taste may change

  Blend();  // the prior

  const Weights& means() const { return means_; }
  const Weights& precisions() const { return precisions_; }
  uint64_t examples() const { return examples_; }

  // One look back: `target` from 0 (nothing came of it) to 1 (a click or more), counting `importance` times. The mean
  // becomes the posterior's mode, exactly (it lies on a line, and is found by bisection); each precision grows by
  // importance * p (1 - p) * value^2, with p the probability at the mode.
  // Preconditions: values finite; 0 <= target <= 1; 0 < importance <= 100.
  void Learn(const FeatureValues& values, double target, double importance);

  // Thompson sampling: weights drawn from the posterior. The same bits everywhere for the same seed.
  Weights Draw(uint64_t seed) const;

  // Little-endian file: magic "SORL", u16 format version (1), u16 number of features, u64 examples, then for each
  // feature f64 mean and f64 precision; u64 FNV-1a of all bytes before it. Read refuses what Learn never makes.
  // Errors: kMalformed, kTruncated, kMismatch (checksum); kUnsupportedVersion also for other features than ours.
  Bytes Write() const;
  static Result<Blend> Read(ByteSpan file);

  bool operator==(const Blend&) const = default;

 private:
  Weights means_{};
  Weights precisions_{};
  uint64_t examples_ = 0;
};

}  // namespace sotto::recommend
