// What a sentiment model is worth, measured on comments that it was not trained on.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/sentiment_model.h"
#include "sotto/comments/sentiment_trainer.h"

namespace sotto::comments {

// Two-way, as reviews are labelled: a score above 0 is positive, whatever the thresholds say.
struct ReviewQuality {
  size_t comments = 0;
  std::array<std::array<size_t, 2>, 2> confusion{};  // [is positive][score > 0]
  double accuracy = 0;
  double macro_f1 = 0;
  double calibration_error = 0;      // expected calibration error with 15 bins of equal width (Guo et al., 2017)
  double coverage = 0;               // share that is labelled positive or negative, not neutral
  double accuracy_when_decided = 0;  // of those
};

// Errors: kInvalidArgument if there is no comment.
Result<ReviewQuality> MeasureReviews(const SentimentModel& model, std::span<const LabelledComment> comments);

struct ThreeWayComment {
  std::vector<char32_t> symbols;  // normalised
  SentimentLabel label = SentimentLabel::kNeutral;
};

// Three-way, as live comments are labelled.
struct LabelQuality {
  size_t comments = 0;
  std::array<std::array<size_t, 3>, 3> confusion{};  // [label][verdict]
  double accuracy = 0;
  double macro_f1 = 0;
};

// Errors: kInvalidArgument if there is no comment.
Result<LabelQuality> MeasureLabels(const SentimentModel& model, std::span<const ThreeWayComment> comments);

}  // namespace sotto::comments
