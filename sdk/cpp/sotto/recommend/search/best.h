// The best k of many scored items that arrive by ascending number. Candidates are kept unsorted until they are twice
// too many and are cut in one go; from then on the k-th score is a threshold below which nothing need be kept. (The
// batch selection of B. Frederickson's `implicit`, implicit/cpu/select.h.) Internal to this folder.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sotto/recommend/search/index.h"

namespace sotto::recommend {

class Best {
 public:
  // Precondition: k > 0.
  void Start(size_t k) {
    k_ = k;
    limit_ = 2 * k + 32;
    threshold_ = -std::numeric_limits<float>::infinity();
    hits_.clear();
    hits_.reserve(limit_);
  }

  // A score that is not above this cannot be among the best: an equal one came earlier, with a lower item.
  float threshold() const { return threshold_; }

  void Add(uint32_t item, float score) {
    hits_.push_back({item, score});
    if (hits_.size() == limit_) Cut();
  }

  // Writes them, the best first, and returns how many. Precondition: best.size() >= k.
  size_t Finish(std::span<Hit> best) {
    const size_t count = std::min(k_, hits_.size());
    std::partial_sort(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(count), hits_.end());
    std::copy_n(hits_.begin(), count, best.begin());
    return count;
  }

 private:
  void Cut() {
    std::nth_element(hits_.begin(), hits_.begin() + static_cast<std::ptrdiff_t>(k_ - 1), hits_.end());
    threshold_ = hits_[k_ - 1].score;
    hits_.resize(k_);
  }

  size_t k_ = 0;
  size_t limit_ = 0;
  float threshold_ = 0;
  std::vector<Hit> hits_;
};

}  // namespace sotto::recommend
