#include "sotto/comments/analysis/tally.h"

#include <algorithm>
#include <cmath>

namespace sotto::comments::analysis {
namespace {

constexpr double kNormal95 = 1.959963984540054;

}  // namespace

void Tally::Add(const Decay& decay, double time_s, SentimentLabel label, double score) {
  const double weight = decay.weight();
  ++comments_;
  labels_[std::min<size_t>(static_cast<size_t>(label), 2)] += weight;
  score_ += weight * score;
  if (label != SentimentLabel::kNeutral) squares_ += weight * weight;
  last_s_ = time_s;
}

void Tally::Multiply(double factor) {
  for (double& label : labels_) label *= factor;
  score_ *= factor;
  squares_ *= factor * factor;
}

Opinion Tally::Read(const Decay& decay, double now_s) const {
  const double decided = labels_[0] + labels_[2];
  const double all = decided + labels_[1];
  Opinion opinion{.comments = comments_,
                  .positive = decay.Read(labels_[2], now_s),
                  .neutral = decay.Read(labels_[1], now_s),
                  .negative = decay.Read(labels_[0], now_s),
                  .mean = all > 0 ? std::clamp(score_ / all, -1.0, 1.0) : 0,
                  .last_s = last_s_};
  if (!(decided > 0 && squares_ > 0)) return opinion;
  // Neither the share nor the effective number changes while time passes; what fades is `positive` and its fellows.
  const double p = labels_[2] / decided;
  const double n = decided * decided / squares_;
  const double z2 = kNormal95 * kNormal95;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kNormal95 * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  opinion.positive_share = p;
  opinion.low = std::max(0.0, centre - half);
  opinion.high = std::min(1.0, centre + half);
  return opinion;
}

}  // namespace sotto::comments::analysis
