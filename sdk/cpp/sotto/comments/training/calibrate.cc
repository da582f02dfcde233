#include "sotto/comments/training/calibrate.h"

#include <algorithm>

#include "sotto/base/deterministic_math.h"

namespace sotto::comments {
namespace {

constexpr double kLowest = 0x1p-10;
constexpr double kHighest = 0x1p10;
constexpr int kHalvings = 60;

// The derivative of one text's log-likelihood by the temperature: z of the label less the mean z under the softmax.
double SlopeOf(const Scored& text, double temperature) {
  if (text.z.size() == 1) {
    const double margin = text.label == 1 ? text.z[0] : -text.z[0];
    return margin * Sigmoid(-temperature * margin);
  }
  const double largest = *std::max_element(text.z.begin(), text.z.end());
  double total = 0;
  double sum = 0;
  for (const double z : text.z) {
    const double weight = Exp(temperature * (z - largest));
    total += weight;
    sum += weight * z;
  }
  return text.z[text.label] - sum / total;
}

}  // namespace

Result<float> FitTemperature(std::span<const Scored> texts) {
  if (texts.empty()) {
    return Error{ErrorCode::kInvalidArgument, "there are no comments to calibrate with.", ""};
  }
  // The log-likelihood is concave in the temperature: bisect its slope.
  const auto slope = [texts](double temperature) {
    double sum = 0;
    for (const Scored& text : texts) sum += SlopeOf(text, temperature);
    return sum;
  };
  double low = kLowest;
  double high = kHighest;
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

Result<ScaleAndShift> FitScaleAndShift(std::span<const Scored> texts) {
  constexpr int kTurns = 50;
  constexpr double kLargestOffset = 100;
  SOTTO_ASSIGN_OR_RETURN(const float start, FitTemperature(texts));
  double scale = start;
  double offset = 0;  // temperature * shift
  const auto residual = [&](const Scored& text) {
    return (text.label == 1 ? 1.0 : 0.0) - Sigmoid(scale * text.z[0] + offset);
  };
  const auto bisect = [&](double& value, double low, double high, const auto& slope) {
    for (int i = 0; i < kHalvings; ++i) {
      value = (low + high) / 2;
      (slope() > 0 ? low : high) = value;
    }
  };
  for (int turn = 0; turn < kTurns; ++turn) {
    bisect(offset, -kLargestOffset, kLargestOffset, [&] {
      double sum = 0;
      for (const Scored& text : texts) sum += residual(text);
      return sum;
    });
    bisect(scale, kLowest, kHighest, [&] {
      double sum = 0;
      for (const Scored& text : texts) sum += residual(text) * text.z[0];
      return sum;
    });
  }
  return ScaleAndShift{static_cast<float>(scale), static_cast<float>(offset / scale)};
}

}  // namespace sotto::comments
