#include "sotto/comments/analysis/mean_shift.h"

#include <algorithm>
#include <cmath>

#include "sotto/base/deterministic_math.h"

namespace sotto::comments::analysis {
namespace {

constexpr double kLargestStep = 4;  // standard deviations

}  // namespace

Result<MeanShiftDetector> MeanShiftDetector::Create(const MeanShiftOptions& options) {
  const auto positive = [](double value) { return value > 0 && value <= 1e6; };
  if (!positive(options.reference) || !positive(options.threshold) || !positive(options.least_spread) ||
      options.warm_up < 3) {
    return Error{ErrorCode::kInvalidArgument, "an option of the change detector is outside its range.",
                 "See MeanShiftOptions for the ranges."};
  }
  return MeanShiftDetector(options);
}

void MeanShiftDetector::Moments::Add(double value, double weight_of_value) {
  ++count;
  const double before = weight;
  weight += weight_of_value;
  const double from_mean = value - mean;
  mean += from_mean * weight_of_value / weight;
  squares += from_mean * from_mean * weight_of_value * before / weight;
}

void MeanShiftDetector::Side::Add(double step, double time_s, double value, double weight) {
  if (sum <= 0) {
    since = {};
    from_s = time_s;
  }
  sum = std::max(0.0, sum + step);
  since.Add(value, weight);
}

double MeanShiftDetector::Standardised(double value, double weight) const {
  const double freedom = normal_.count - 1.0;
  const double variance = std::max(normal_.squares / freedom, options_.least_spread * options_.least_spread);
  const double t = (value - normal_.mean) / std::sqrt(variance * (1 / weight + 1 / normal_.weight));
  const double z = (8 * freedom + 1) / (8 * freedom + 3) * std::sqrt(freedom * Log(1 + t * t / freedom));
  return std::min(z, kLargestStep) * (t < 0 ? -1 : 1);
}

std::optional<MeanShift> MeanShiftDetector::Add(double time_s, double value, double weight) {
  if (normal_.count >= options_.warm_up) {
    const double z = Standardised(value, weight);
    up_.Add(z - options_.reference, time_s, value, weight);
    down_.Add(-z - options_.reference, time_s, value, weight);
  }
  normal_.Add(value, weight);
  const bool rose = up_.sum > options_.threshold;
  if (!rose && !(down_.sum > options_.threshold)) return std::nullopt;

  const Side& side = rose ? up_ : down_;
  const Moments after = side.since;
  const double weight_before = normal_.weight - after.weight;
  const double before =
      weight_before > 0 ? (normal_.mean * normal_.weight - after.mean * after.weight) / weight_before : normal_.mean;
  const MeanShift shift{
      .from_s = side.from_s, .detected_s = time_s, .direction = rose ? 1 : -1, .before = before, .after = after.mean};
  // Both sides start anew.
  normal_ = after;
  up_ = {};
  down_ = {};
  return shift;
}

}  // namespace sotto::comments::analysis
