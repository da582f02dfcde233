#include "sotto/comments/calibration.h"

#include <algorithm>
#include <vector>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/features.h"

namespace sotto::comments {
namespace {

constexpr double kLowestTemperature = 0x1p-10;
constexpr double kHighestTemperature = 0x1p10;
constexpr int kHalvings = 60;

Error NoComments() {
  return {ErrorCode::kInvalidArgument, "there are no comments to calibrate with.", ""};
}

// The smallest hundredth t, at most 1, with at most `allowed` of `scores` at or above t.
float SmallestThreshold(const std::vector<double>& scores, double allowed) {
  for (int hundredth = 1; hundredth < 100; ++hundredth) {
    const auto threshold = static_cast<float>(hundredth / 100.0);
    const auto above = std::count_if(scores.begin(), scores.end(), [&](double score) { return score >= threshold; });
    if (static_cast<double>(above) <= allowed) return threshold;
  }
  return 1;
}

}  // namespace

Result<float> FitTemperature(const SentimentParameters& parameters, std::span<const LabelledComment> comments) {
  if (comments.empty()) return NoComments();
  std::vector<double> margins;  // y z
  margins.reserve(comments.size());
  for (const LabelledComment& comment : comments) {
    const double z = Logit(parameters, comment.symbols);
    margins.push_back(comment.positive ? z : -z);
  }
  // The log-likelihood is concave in the temperature: bisect its slope.
  const auto slope = [&](double temperature) {
    double sum = 0;
    for (const double margin : margins) sum += margin * Sigmoid(-temperature * margin);
    return sum;
  };
  double low = kLowestTemperature;
  double high = kHighestTemperature;
  if (slope(low) <= 0 || slope(high) >= 0) {
    return Error{ErrorCode::kInvalidArgument,
                 "no temperature is best: the verdicts are all right, or no better than chance.",
                 "Calibrate on more comments, which the table was not fitted to."};
  }
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (slope(middle) > 0 ? low : high) = middle;
  }
  return static_cast<float>(low);
}

Status FitThresholds(SentimentParameters& parameters, std::span<const std::vector<char32_t>> neutral, double tail) {
  if (neutral.empty()) return NoComments();
  if (!(tail >= 0 && tail <= 0.5)) {
    return Error{ErrorCode::kInvalidArgument, "the tail of neutral comments must be from 0 to 0.5.", ""};
  }
  std::vector<double> scores;
  scores.reserve(neutral.size());
  for (const std::vector<char32_t>& symbols : neutral) {
    scores.push_back(2 * Sigmoid(parameters.temperature * Logit(parameters, symbols)) - 1);
  }
  const double allowed = tail * static_cast<double>(scores.size());
  parameters.positive_at = SmallestThreshold(scores, allowed);
  for (double& score : scores) score = -score;
  parameters.negative_at = -SmallestThreshold(scores, allowed);
  return {};
}

}  // namespace sotto::comments
