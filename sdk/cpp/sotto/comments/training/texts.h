// The texts that a model is trained on, as their features (features.h): what the table sees of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sotto::comments {

class Texts {
 public:
  // The different hashes of one text; returns its number, from 0.
  uint32_t Add(std::span<const uint32_t> hashes) {
    hashes_.insert(hashes_.end(), hashes.begin(), hashes.end());
    begin_.push_back(hashes_.size());
    return static_cast<uint32_t>(begin_.size() - 2);
  }
  size_t size() const { return begin_.size() - 1; }
  std::span<const uint32_t> HashesOf(uint32_t text) const {
    return std::span(hashes_).subspan(begin_[text], begin_[text + 1] - begin_[text]);
  }

 private:
  std::vector<uint32_t> hashes_;
  std::vector<size_t> begin_{0};
};

// A text as an example of one column: does what the column asks hold of it?
struct Example {
  uint32_t text;
  bool holds;
  float weight;  // > 0; 1 is one comment
};

}  // namespace sotto::comments
