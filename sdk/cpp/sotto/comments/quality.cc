#include "sotto/comments/quality.h"

#include <algorithm>
#include <cmath>

namespace sotto::comments {
namespace {

constexpr size_t kBins = 15;

Error NoComments() {
  return {ErrorCode::kInvalidArgument, "there are no comments to measure.", ""};
}

double Share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

template <size_t kLabels>
double Accuracy(const std::array<std::array<size_t, kLabels>, kLabels>& confusion, size_t comments) {
  size_t right = 0;
  for (size_t i = 0; i < kLabels; ++i) right += confusion[i][i];
  return Share(right, comments);
}

// The mean over the labels of 2 right / (given + there are).
template <size_t kLabels>
double MacroF1(const std::array<std::array<size_t, kLabels>, kLabels>& confusion) {
  double sum = 0;
  for (size_t i = 0; i < kLabels; ++i) {
    size_t given_and_there = 0;
    for (size_t j = 0; j < kLabels; ++j) given_and_there += confusion[i][j] + confusion[j][i];
    sum += 2 * Share(confusion[i][i], given_and_there);
  }
  return sum / kLabels;
}

}  // namespace

Result<ReviewQuality> MeasureReviews(const SentimentModel& model, std::span<const LabelledComment> comments) {
  if (comments.empty()) return NoComments();
  // Of each bin the sum of (right - confidence): its size over all comments is what the bin adds to the error.
  std::array<double, kBins> gap{};
  ReviewQuality quality;
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
    const double confidence = (1 + std::fabs(double{sentiment.score})) / 2;
    const size_t bin = std::min(kBins - 1, static_cast<size_t>(confidence * kBins));
    gap[bin] += (right ? 1 : 0) - confidence;
  }
  quality.accuracy = Accuracy(quality.confusion, comments.size());
  quality.macro_f1 = MacroF1(quality.confusion);
  for (const double sum : gap) quality.calibration_error += std::fabs(sum) / static_cast<double>(comments.size());
  quality.coverage = Share(decided, comments.size());
  quality.accuracy_when_decided = Share(decided_right, decided);
  return quality;
}

Result<LabelQuality> MeasureLabels(const SentimentModel& model, std::span<const ThreeWayComment> comments) {
  if (comments.empty()) return NoComments();
  LabelQuality quality;
  quality.comments = comments.size();
  for (const ThreeWayComment& comment : comments) {
    const SentimentLabel verdict = model.ClassifySymbols(comment.symbols).label;
    ++quality.confusion[static_cast<size_t>(comment.label)][static_cast<size_t>(verdict)];
  }
  quality.accuracy = Accuracy(quality.confusion, comments.size());
  quality.macro_f1 = MacroF1(quality.confusion);
  return quality;
}

}  // namespace sotto::comments
