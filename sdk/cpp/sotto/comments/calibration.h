// Probabilities that mean what they say, and what they are worth.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "sotto/base/result.h"
#include "sotto/comments/sentiment_format.h"
#include "sotto/comments/sentiment_model.h"
#include "sotto/comments/sentiment_trainer.h"

namespace sotto::comments {

// The temperature under which the labels of `comments` are most likely. C. Guo et al., "On Calibration of Modern Neural
// Networks", ICML 2017, section 4.2. The comments must not be those that the table was fitted to.
// Errors: kInvalidArgument if there is no comment, or if the labels are told apart perfectly (then it has no maximum).
Result<float> FitTemperature(const SentimentParameters& parameters, std::span<const LabelledComment> comments);

struct Quality {
  size_t comments = 0;
  std::array<std::array<size_t, 2>, 2> confusion{};  // [label][verdict]: 0 negative, 1 positive; score > 0 is positive
  double accuracy = 0;                               // of the two-way verdict, over all
  double macro_f1 = 0;                               // mean of the two classes' F1
  double calibration_error = 0;                      // expected calibration error, 15 bins of equal width (Guo et al.)
  double coverage = 0;                               // share that is not neutral
  double accuracy_when_decided = 0;                  // of those
};

// Errors: kInvalidArgument if there is no comment.
Result<Quality> MeasureQuality(const SentimentModel& model, std::span<const LabelledComment> comments);

}  // namespace sotto::comments
