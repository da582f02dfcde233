#include "sotto/comments/tally.h"

#include <algorithm>
#include <cmath>

namespace sotto::comments {
namespace {

double Share(size_t part, size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

void Tally::Add(size_t truth, size_t verdict, double confidence, bool abstains) {
  const bool right = truth == verdict;
  ++confusion_[truth][verdict];
  ++count_;
  if (!abstains) {
    ++decided_;
    decided_right_ += right ? 1 : 0;
  }
  ReliabilityBin& bin = bins_[std::min(kBins - 1, static_cast<size_t>(confidence * kBins))];
  ++bin.count;
  bin.confidence += confidence;
  bin.right += right ? 1 : 0;
}

double Tally::Accuracy() const {
  size_t right = 0;
  for (size_t i = 0; i < confusion_.size(); ++i) right += confusion_[i][i];
  return Share(right, count_);
}

double Tally::F1(size_t label) const {
  size_t called_and_are = 0;
  for (size_t i = 0; i < confusion_.size(); ++i) called_and_are += confusion_[label][i] + confusion_[i][label];
  return 2 * Share(confusion_[label][label], called_and_are);
}

double Tally::MacroF1() const {
  double sum = 0;
  for (size_t label = 0; label < confusion_.size(); ++label) sum += F1(label);
  return confusion_.empty() ? 0 : sum / static_cast<double>(confusion_.size());
}

double Tally::CalibrationError() const {
  double gap = 0;
  for (const ReliabilityBin& bin : bins_) gap += std::fabs(static_cast<double>(bin.right) - bin.confidence);
  return count_ == 0 ? 0 : gap / static_cast<double>(count_);
}

double Tally::Coverage() const {
  return Share(decided_, count_);
}

double Tally::AccuracyWhenDecided() const {
  return Share(decided_right_, decided_);
}

}  // namespace sotto::comments
