// Training of the sentiment model (sentiment_model.h): logistic regression over the table's entries,
//
//   minimise  1/2 |u|^2 + cost * sum over comments of log(1 + exp(-y z)),
//   z = sum over the distinct n-grams of u[j] r[j] / sqrt(n + norm_prior),   y = +1 or -1,
//
// where r[j] is the damped naive Bayes log-count ratio of the entry: sign(q) sqrt(|q|), q = log of how much likelier
// the entry is in a positive comment (S. Wang, C. Manning, ACL 2012; the damping is ours and better on development data
// than q itself or no ratio). There is no bias: a comment without evidence is exactly undecided. u r is then rounded to
// int8. The norm is the one of run time, so int8 costs nothing measurable.
//
// Pure: no files, no clock. With the same comments in the same order the result is the same to the bit.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/sentiment_format.h"

namespace sotto::comments {

struct LabelledComment {
  std::vector<char32_t> symbols;  // normalised (text/normalise.h)
  bool positive = false;
};

struct TrainerOptions {
  uint32_t table_bits = 18;  // 10..21: the table has 2^table_bits bytes
  uint32_t min_n = 1;
  uint32_t max_n = 3;
  double norm_prior = 30;
  double cost = 12;               // > 0: how much a comment weighs against the size of the weights
  double smoothing = 1;           // > 0: added to each count of the log-count ratio
  uint32_t max_iterations = 150;  // > 0
  std::function<void(uint32_t)> on_iteration = [](uint32_t) {};  // after each, from 1
};

// The table and its scale; temperature and thresholds as SentimentParameters has them, no version yet.
// Errors: kInvalidArgument if options are outside their ranges, one of the two classes has no comment, or no n-gram
// tells them apart.
Result<SentimentParameters> FitTable(std::span<const LabelledComment> comments, const TrainerOptions& options);

}  // namespace sotto::comments
