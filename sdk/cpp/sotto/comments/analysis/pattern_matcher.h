// All places where any of many strings stands in a text, in one pass: A. Aho, M. Corasick, "Efficient String Matching:
// An Aid to Bibliographic Search", CACM 18 (6), 1975. Symbols are any 32-bit numbers; transitions lie in one hash
// table, because an alphabet of ideographs has no tables.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace sotto::comments::analysis {

class PatternMatcher {
 public:
  struct Pattern {
    std::vector<uint32_t> symbols;  // empty ones are never found
    uint32_t value = 0;             // what a match reports; patterns may be equal
  };
  struct Match {
    uint32_t begin = 0;  // [begin, end) of the text
    uint32_t end = 0;
    uint32_t value = 0;
  };

  // A matcher of nothing.
  PatternMatcher() : PatternMatcher(std::span<const Pattern>()) {}

  // Precondition: fewer than 2^24 symbols in all.
  explicit PatternMatcher(std::span<const Pattern> patterns);

  // Appends all matches to `out`, by end and then from the longest to the shortest. Precondition: fewer than 2^32
  // symbols.
  void Find(std::span<const uint32_t> text, std::vector<Match>& out) const;

 private:
  static constexpr uint32_t kRoot = 0;
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  struct Edge {
    uint64_t from_and_symbol = ~uint64_t{0};
    uint32_t to = kNone;
  };
  struct Node {
    uint32_t failure = kRoot;  // the longest proper suffix that is a node
    uint32_t output = kNone;   // first of `outputs_` that ends here
    uint32_t shorter = kNone;  // the longest proper suffix with an output
  };
  struct Output {
    uint32_t length;
    uint32_t value;
    uint32_t next;  // another pattern of the same symbols
  };

  uint32_t Child(uint32_t node, uint32_t symbol) const;
  size_t Home(uint64_t key) const { return static_cast<size_t>(key * 0x9E3779B97F4A7C15 >> shift_); }

  std::vector<Node> nodes_;
  std::vector<Output> outputs_;
  std::vector<Edge> edges_;  // open addressing, at most half full
  uint32_t shift_ = 63;
};

}  // namespace sotto::comments::analysis
