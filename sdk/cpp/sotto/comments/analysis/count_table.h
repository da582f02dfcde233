// How many comments contained each of many things, in bounded memory: a hash table with open addressing that forgets
// the smaller half of its decayed counts when it is full. So a thing's count is exact from the last time that it was
// forgotten, and what is forgotten counted less than the half that stays. (The idea of lossy counting: G. Manku,
// R. Motwani, "Approximate Frequency Counts over Data Streams", VLDB 2002, with decay in the place of its buckets.)
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sotto::comments::analysis {

// Key: Key{} stands for "none"; operator== and operator<; uint64_t Hash() const with well-mixed high bits.
template <class Key>
class CountTable {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  struct Slot {
    Key key{};
    double slow = 0;  // sums under two half-lives, as Decay stores them
    double fast = 0;
    uint32_t comment = 0;  // the last that contained it
  };

  // Precondition: `slots` is a power of two.
  explicit CountTable(uint32_t slots) : slots_(slots), limit_(size_t{slots} / 4 * 3) {
    for (uint32_t left = slots; left > 1; left /= 2) --shift_;
  }

  // Makes sure that `insertions` new keys fit; indices of slots are void after it.
  // Precondition: insertions <= slots * 3 / 8.
  void MakeRoom(size_t insertions) {
    if (used_ + insertions > limit_) ForgetHalf();
  }

  // Finds or inserts the key, and adds to its sums unless `comment` has done so before. Returns its index.
  // Precondition: MakeRoom has made room.
  uint32_t Add(const Key& key, uint32_t comment, double slow, double fast) {
    uint32_t index = Home(key);
    while (!(slots_[index].key == key)) {
      if (slots_[index].key == Key{}) {
        slots_[index] = {key, slow, fast, comment};
        ++used_;
        return index;
      }
      index = Next(index);
    }
    Slot& slot = slots_[index];
    if (slot.comment != comment) {
      slot.slow += slow;
      slot.fast += fast;
      slot.comment = comment;
    }
    return index;
  }

  uint32_t Find(const Key& key) const {
    for (uint32_t index = Home(key);; index = Next(index)) {
      if (slots_[index].key == key) return index;
      if (slots_[index].key == Key{}) return kNone;
    }
  }

  void Multiply(double slow, double fast) {
    for (Slot& slot : slots_) {
      slot.slow *= slow;
      slot.fast *= fast;
    }
  }

  const std::vector<Slot>& slots() const { return slots_; }
  size_t used() const { return used_; }

 private:
  uint32_t Home(const Key& key) const { return static_cast<uint32_t>(key.Hash() >> shift_); }
  uint32_t Next(uint32_t index) const { return (index + 1) & static_cast<uint32_t>(slots_.size() - 1); }

  void ForgetHalf() {
    const size_t stay = limit_ / 2;
    std::vector<Slot> kept;
    kept.reserve(stay);
    {
      // The count that divides the halves; what has just that count is divided by when it came, then by key, so that
      // the same half goes on every platform.
      std::vector<double> counts;
      counts.reserve(used_);
      for (const Slot& slot : slots_) {
        if (!(slot.key == Key{})) counts.push_back(slot.slow);
      }
      const auto middle = counts.begin() + static_cast<std::ptrdiff_t>(stay);
      std::nth_element(counts.begin(), middle, counts.end(), [](double a, double b) { return a > b; });
      const double border = *middle;
      std::vector<uint32_t> undecided;  // indices
      for (uint32_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].key == Key{}) continue;
        if (slots_[i].slow > border) kept.push_back(slots_[i]);
        if (slots_[i].slow == border) undecided.push_back(i);
      }
      const auto fill = undecided.begin() + static_cast<std::ptrdiff_t>(stay - kept.size());
      const auto later = [&](uint32_t a, uint32_t b) { return Later(slots_[a], slots_[b]); };
      std::nth_element(undecided.begin(), fill, undecided.end(), later);
      std::sort(undecided.begin(), fill, later);
      std::for_each(undecided.begin(), fill, [&](uint32_t i) { kept.push_back(slots_[i]); });
    }
    std::fill(slots_.begin(), slots_.end(), Slot{});
    for (const Slot& slot : kept) {
      uint32_t index = Home(slot.key);
      while (!(slots_[index].key == Key{})) index = Next(index);
      slots_[index] = slot;
    }
    used_ = kept.size();
  }

  static bool Later(const Slot& a, const Slot& b) {
    return a.comment != b.comment ? a.comment > b.comment : a.key < b.key;
  }

  std::vector<Slot> slots_;
  size_t limit_;
  size_t used_ = 0;
  uint32_t shift_ = 64;
};

}  // namespace sotto::comments::analysis
