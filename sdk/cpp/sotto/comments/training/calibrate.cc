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

}  // namespace sotto::comments
