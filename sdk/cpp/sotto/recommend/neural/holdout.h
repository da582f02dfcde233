// When to stop training: some viewers keep one engagement back, and how high it is ranked says how good the model is.
// It comes from the training data alone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sotto/recommend/interactions.h"
#include "sotto/recommend/neural/draw.h"

namespace sotto::recommend::neural {

// Of viewers with three interactions or more, drawn at random, a tenth, but at least 200 and at most 2,000, and never
// more than half of them. In order of their numbers.
std::vector<uint32_t> HoldoutUsers(const Interactions& interactions, Draw& draw);

// 1 / log2(rank + 2) with the item's rank among all that are not in `known` (NDCG of one relevant item, not cut off, so
// that few viewers suffice); ties count half. Precondition: `known` lacks the item.
double HoldoutGain(std::span<const float> scores, uint32_t item, std::span<const uint32_t> known);

// Watches the gain of every epoch: after `patience` epochs without a better one the learning rate is halved, since what
// is left to learn may need smaller steps; after the third time it is enough.
class Schedule {
 public:
  explicit Schedule(uint32_t patience) : patience_(patience) {}

  // True if this is the best so far.
  bool Better(double gain) {
    halve_ = false;
    if (gain > best_) {
      best_ = gain;
      worse_ = 0;
      return true;
    }
    if (++worse_ == patience_) {
      worse_ = 0;
      halve_ = ++times_ < kTimes;
    }
    return false;
  }
  bool halve() const { return halve_; }  // now
  bool stop() const { return times_ == kTimes; }

 private:
  static constexpr uint32_t kTimes = 3;
  uint32_t patience_;
  uint32_t worse_ = 0;
  uint32_t times_ = 0;
  bool halve_ = false;
  double best_ = -1;
};

}  // namespace sotto::recommend::neural
