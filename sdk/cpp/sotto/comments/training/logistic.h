// One column of the table: logistic regression over hashed features with naive Bayes scaling,
//
//   minimise  1/2 |u|^2 + cost * sum over examples of weight * log(1 + exp(-y z)),   y = +1 or -1,
//   z = u[bias] + sum over the different features of u[j] r[j] / sqrt(n + norm_prior)
//
// where r[j] is the damped naive Bayes log-count ratio of the feature: sign(q) sqrt(|q|), q = log of how much likelier
// it is where the column holds (S. Wang, C. Manning, ACL 2012; the damping is ours and better on development data than
// q itself or no ratio). The norm is the one of run time, so that int8 weights lose nothing measurable.
//
// Pure: no files, no clock. The same examples in the same order give the same bits.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/training/texts.h"

namespace sotto::comments {

struct LogisticOptions {
  double norm_prior = 30;
  double cost = 12;               // > 0: how much an example weighs against the size of the weights
  double smoothing = 1;           // > 0: added to each count of the log-count ratio
  uint32_t max_iterations = 100;  // > 0
  bool has_bias = false;          // else a text without evidence is exactly undecided
};

// Examples as rows of ids, one after another.
struct Rows {
  std::vector<uint32_t> ids;
  std::vector<size_t> begin{0};  // row i is ids[begin[i], begin[i + 1])
  std::vector<float> norm;       // 1 / sqrt(n + norm_prior), n counting the features without id too
  std::vector<float> weight;
  std::vector<uint8_t> holds;
  uint32_t dimension = 0;  // ids are below it

  size_t size() const { return norm.size(); }
  std::span<const uint32_t> Row(size_t i) const { return std::span(ids).subspan(begin[i], begin[i + 1] - begin[i]); }
};

struct Fitted {
  std::vector<double> weights;  // u r, for each id
  double bias = 0;
};

// Errors: kInvalidArgument if an option is outside its range or one of the two classes has no example.
Result<Fitted> FitLogistic(const Rows& rows, const LogisticOptions& options);

}  // namespace sotto::comments
