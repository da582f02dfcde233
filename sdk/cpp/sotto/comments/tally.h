// Verdicts against the truth: confusion, accuracy, F1, calibration, abstention.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace sotto::comments {

// One bar of a reliability diagram: verdicts whose confidence fell into it.
struct ReliabilityBin {
  size_t count = 0;
  double confidence = 0;  // sum
  size_t right = 0;
};

// Collects one verdict after another. Every share is 0 where there is nothing to divide by.
class Tally {
 public:
  static constexpr size_t kBins = 15;  // of equal width

  explicit Tally(size_t labels) : confusion_(labels, std::vector<size_t>(labels, 0)) {}

  // Preconditions: truth, verdict < labels; 0 <= confidence <= 1.
  void Add(size_t truth, size_t verdict, double confidence, bool abstains);

  size_t count() const { return count_; }
  const std::vector<std::vector<size_t>>& confusion() const { return confusion_; }  // [truth][verdict]
  const std::array<ReliabilityBin, kBins>& bins() const { return bins_; }

  double Accuracy() const;
  double F1(size_t label) const;  // 2 right / (called so + are so)
  double MacroF1() const;         // the mean over the labels
  // Expected calibration error: the mean over verdicts of |accuracy - confidence| of their bin (Guo et al., ICML 2017).
  double CalibrationError() const;
  double Coverage() const;  // share of verdicts that do not abstain
  double AccuracyWhenDecided() const;

 private:
  std::vector<std::vector<size_t>> confusion_;
  std::array<ReliabilityBin, kBins> bins_{};
  size_t count_ = 0;
  size_t decided_ = 0;
  size_t decided_right_ = 0;
};

}  // namespace sotto::comments
