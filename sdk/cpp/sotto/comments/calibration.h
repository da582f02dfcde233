// From the sums of a fitted table to probabilities that mean what they say, and to labels that abstain.
#pragma once

#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/sentiment_format.h"
#include "sotto/comments/sentiment_trainer.h"

namespace sotto::comments {

// The temperature under which the labels of `comments` are most likely. C. Guo et al., "On Calibration of Modern Neural
// Networks", ICML 2017, section 4.2. The comments must not be those that the table was fitted to.
// Errors: kInvalidArgument if there is no comment, or if no temperature is best (all verdicts right, or no better than
// chance).
Result<float> FitTemperature(const SentimentParameters& parameters, std::span<const LabelledComment> comments);

// Sets negative_at and positive_at to the hundredths nearest to 0 at which at most `tail` of the neutral comments are
// called negative, and at most `tail` positive. The two ends differ because small talk reads like a bad review more
// often than like a good one. Needs the final temperature.
//   neutral  normalised symbols of comments that say neither
// Errors: kInvalidArgument if there is no comment or unless 0 <= tail <= 0.5.
Status FitThresholds(SentimentParameters& parameters, std::span<const std::vector<char32_t>> neutral, double tail);

}  // namespace sotto::comments
