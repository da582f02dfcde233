// Verdicts about one thing, decayed, and how sure one can be of their balance.
#pragma once

#include <cstdint>

#include "sotto/comments/analysis/decay.h"
#include "sotto/comments/heads.h"

namespace sotto::comments::analysis {

struct Opinion {
  uint64_t comments = 0;  // all, not decayed
  double positive = 0;    // decayed comments
  double neutral = 0;
  double negative = 0;
  double mean = 0;  // decayed mean score, -1 to 1
  // Share of the positive among those that are not neutral, 1/2 if there are none, and its 95 % interval: E. Wilson,
  // "Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927, with the effective number
  // (sum of weights)^2 / (sum of squared weights) of decayed comments (L. Kish, "Survey Sampling", 1965).
  double positive_share = 0.5;
  double low = 0;
  double high = 1;
  double last_s = 0;  // when the last one came; meaningless if there was none
};

// Sums as `decay` stores them; the owner multiplies them with what its Advance returns.
class Tally {
 public:
  void Add(const Decay& decay, double time_s, SentimentLabel label, double score);
  void Multiply(double factor);
  Opinion Read(const Decay& decay, double now_s) const;

 private:
  uint64_t comments_ = 0;
  double labels_[3] = {0, 0, 0};  // by SentimentLabel
  double score_ = 0;
  double squares_ = 0;  // of the weights of positive and negative ones
  double last_s_ = 0;
};

}  // namespace sotto::comments::analysis
