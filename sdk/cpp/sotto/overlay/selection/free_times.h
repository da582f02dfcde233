// From which time on each of several places (lanes, rows) is free, and which of them is free first.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {

class FreeTimes {
 public:
  static constexpr MediaTime kNever = INT64_MAX;

  // All are free from 0 on.
  explicit FreeTimes(int32_t count) : leaves_(std::bit_ceil(static_cast<size_t>(std::max(count, 1)))) {
    times_.assign(2 * leaves_, kNever);
    for (int32_t place = 0; place < count; ++place) Set(place, 0);
  }

  // The earliest time at which one is free; kNever if there is none. O(1).
  MediaTime earliest() const { return times_[1]; }
  MediaTime at(int32_t place) const { return times_[leaves_ + static_cast<size_t>(place)]; }

  // The first place that is free at time t. Precondition: t >= earliest(). O(log count).
  int32_t FirstFree(MediaTime t) const {
    size_t node = 1;
    while (node < leaves_) {
      node *= 2;
      if (times_[node] > t) ++node;
    }
    return static_cast<int32_t>(node - leaves_);
  }

  // O(log count).
  void Set(int32_t place, MediaTime time) {
    size_t node = leaves_ + static_cast<size_t>(place);
    times_[node] = time;
    while (node > 1) {
      node /= 2;
      times_[node] = std::min(times_[2 * node], times_[2 * node + 1]);
    }
  }

 private:
  // A binary tree in an array: node i has children 2i and 2i + 1 and holds the lesser of their times; the leaves are
  // the places' times.
  std::vector<MediaTime> times_;
  size_t leaves_;
};

}  // namespace sotto::overlay
