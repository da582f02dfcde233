// Who engaged with what, by number: what every model is fitted on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::recommend {

inline constexpr uint32_t kMaxUsers = 10'000'000;
inline constexpr uint32_t kMaxItems = 4'000'000;

struct Interaction {
  uint32_t user = 0;
  uint32_t item = 0;
  float weight = 1;  // how much it says, finite and > 0: 1, a rating, or a count
  double time = 0;   // in any unit, finite; 0 throughout where the data has none
};

// A users x items matrix in rows, and for each user the items in order of time, oldest first; of equal times, in the
// order in which they were given. Each pair occurs once.
class Interactions {
 public:
  // `events` in any order. A pair that occurs again keeps its last occurrence (by time, then by order).
  // Errors: kInvalidArgument for a user or item outside the given numbers, a weight that is not finite and positive, or
  // a time that is not finite, naming the event's index; kResourceExhausted above kMaxUsers, kMaxItems.
  static Result<Interactions> Create(uint32_t users, uint32_t items, std::span<const Interaction> events);

  uint32_t users() const { return static_cast<uint32_t>(begin_.size() - 1); }
  uint32_t items() const { return items_; }
  size_t size() const { return item_.size(); }
  bool timed() const { return timed_; }  // two of the times differ

  // Of one user, oldest first; the three are as long as each other. Precondition: user < users().
  std::span<const uint32_t> ItemsOf(uint32_t user) const { return Row(item_, user); }
  std::span<const float> WeightsOf(uint32_t user) const { return Row(weight_, user); }
  std::span<const double> TimesOf(uint32_t user) const { return Row(time_, user); }

  // How many users have each item.
  std::vector<uint32_t> ItemCounts() const;

 private:
  Interactions() = default;

  template <class T>
  std::span<const T> Row(const std::vector<T>& column, uint32_t user) const {
    return std::span<const T>(column).subspan(begin_[user], begin_[user + 1] - begin_[user]);
  }

  uint32_t items_ = 0;
  bool timed_ = false;
  std::vector<size_t> begin_{0};  // users + 1
  std::vector<uint32_t> item_;
  std::vector<float> weight_;
  std::vector<double> time_;
};

}  // namespace sotto::recommend
