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
    std::vector<Slot> kept;
    kept.reserve(used_);
    for (Slot& slot : slots_) {
      if (!(slot.key == Key{})) kept.push_back(slot);
      slot = {};
    }
    // A total order, so that the same half goes on every platform.
    const auto counts_more = [](const Slot& a, const Slot& b) {
      if (a.slow != b.slow) return a.slow > b.slow;
      if (a.comment != b.comment) return a.comment > b.comment;
      return a.key < b.key;
    };
    const size_t half = std::min(kept.size(), limit_ / 2);
    std::nth_element(kept.begin(), kept.begin() + static_cast<std::ptrdiff_t>(half), kept.end(), counts_more);
    kept.resize(half);
    // Neither does where the kept ones come to lie depend on how the library orders the halves.
    std::sort(kept.begin(), kept.end(), [](const Slot& a, const Slot& b) { return a.key < b.key; });
    used_ = half;
    for (const Slot& slot : kept) {
      uint32_t index = Home(slot.key);
      while (!(slots_[index].key == Key{})) index = Next(index);
      slots_[index] = slot;
    }
  }

  std::vector<Slot> slots_;
  size_t limit_;
  size_t used_ = 0;
  uint32_t shift_ = 64;
};

}  // namespace sotto::comments::analysis
