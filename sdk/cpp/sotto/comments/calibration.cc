#include "sotto/comments/calibration.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/features.h"

namespace sotto::comments {
namespace {

constexpr size_t kBins = 15;
constexpr double kLowestTemperature = 0x1p-10;
constexpr double kHighestTemperature = 0x1p10;

Error NoComments() {
  return {ErrorCode::kInvalidArgument, "there are no comments to measure.", ""};
}

double F1(size_t hits, size_t wrongly_given, size_t missed) {
  const size_t denominator = 2 * hits + wrongly_given + missed;
  return denominator == 0 ? 0 : 2 * static_cast<double>(hits) / static_cast<double>(denominator);
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
                 "no temperature fits: the verdicts are all right, or no better than chance.",
                 "Calibrate on more comments, which the table was not fitted to."};
  }
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (slope(middle) > 0 ? low : high) = middle;
  }
  return static_cast<float>(low);
}

Result<Quality> MeasureQuality(const SentimentModel& model, std::span<const LabelledComment> comments) {
  if (comments.empty()) return NoComments();
  struct Bin {
    size_t comments = 0;
    size_t right = 0;
    double confidence = 0;
  };
  std::array<Bin, kBins> bins{};
  Quality quality;
  quality.comments = comments.size();
  size_t decided = 0;
  size_t decided_right = 0;
  for (const LabelledComment& comment : comments) {
    const Sentiment sentiment = model.ClassifySymbols(comment.symbols);
    const bool verdict = sentiment.score > 0;
    const bool right = verdict == comment.positive;
    ++quality.confusion[comment.positive ? 1 : 0][verdict ? 1 : 0];
    if (sentiment.label != SentimentLabel::kNeutral) {
      ++decided;
      decided_right += right ? 1 : 0;
    }
    const double confidence = (1 + std::fabs(sentiment.score)) / 2;
    Bin& bin = bins[std::min(kBins - 1, static_cast<size_t>(confidence * kBins))];
    ++bin.comments;
    bin.right += right ? 1 : 0;
    bin.confidence += confidence;
  }
  const auto all = static_cast<double>(comments.size());
  const auto& confusion = quality.confusion;
  quality.accuracy = static_cast<double>(confusion[0][0] + confusion[1][1]) / all;
  quality.macro_f1 =
      (F1(confusion[0][0], confusion[1][0], confusion[0][1]) + F1(confusion[1][1], confusion[0][1], confusion[1][0])) /
      2;
  for (const Bin& bin : bins) {
    quality.calibration_error += std::fabs(static_cast<double>(bin.right) - bin.confidence) / all;
  }
  quality.coverage = static_cast<double>(decided) / all;
  quality.accuracy_when_decided = decided == 0 ? 0 : static_cast<double>(decided_right) / static_cast<double>(decided);
  return quality;
}

}  // namespace sotto::comments
