#include "sotto/comments/analysis/pattern_matcher.h"

namespace sotto::comments::analysis {

PatternMatcher::PatternMatcher(std::span<const Pattern> patterns) {
  size_t symbols = 1;
  for (const Pattern& pattern : patterns) symbols += pattern.symbols.size();
  size_t slots = 2;
  for (; slots < 2 * symbols; slots *= 2) --shift_;
  edges_.resize(slots);

  // The trie. A node's children come after it, but not in order of depth.
  struct Birth {
    uint32_t parent;
    uint32_t symbol;
    uint32_t depth;
  };
  std::vector<Birth> births = {{kNone, 0, 0}};
  nodes_.emplace_back();
  for (const Pattern& pattern : patterns) {
    if (pattern.symbols.empty()) continue;
    uint32_t node = kRoot;
    for (const uint32_t symbol : pattern.symbols) {
      uint32_t child = Child(node, symbol);
      if (child == kNone) {
        child = static_cast<uint32_t>(nodes_.size());
        nodes_.emplace_back();
        births.push_back({node, symbol, births[node].depth + 1});
        const uint64_t key = uint64_t{node} << 32 | symbol;
        size_t slot = Home(key);
        while (edges_[slot].to != kNone) slot = (slot + 1) & (edges_.size() - 1);
        edges_[slot] = {key, child};
      }
      node = child;
    }
    outputs_.push_back({static_cast<uint32_t>(pattern.symbols.size()), pattern.value, nodes_[node].output});
    nodes_[node].output = static_cast<uint32_t>(outputs_.size() - 1);
  }

  // Failures, by depth.
  std::vector<std::vector<uint32_t>> by_depth;
  for (uint32_t node = 1; node < nodes_.size(); ++node) {
    if (births[node].depth > by_depth.size()) by_depth.resize(births[node].depth);
    by_depth[births[node].depth - 1].push_back(node);
  }
  for (const auto& layer : by_depth) {
    for (const uint32_t node : layer) {
      Node& at = nodes_[node];
      const Birth& birth = births[node];
      if (birth.parent != kRoot) {
        uint32_t suffix = nodes_[birth.parent].failure;
        uint32_t next = Child(suffix, birth.symbol);
        while (next == kNone && suffix != kRoot) {
          suffix = nodes_[suffix].failure;
          next = Child(suffix, birth.symbol);
        }
        at.failure = next == kNone ? kRoot : next;
      }
      at.shorter = nodes_[at.failure].output != kNone ? at.failure : nodes_[at.failure].shorter;
    }
  }
}

uint32_t PatternMatcher::Child(uint32_t node, uint32_t symbol) const {
  const uint64_t key = uint64_t{node} << 32 | symbol;
  for (size_t slot = Home(key); edges_[slot].to != kNone; slot = (slot + 1) & (edges_.size() - 1)) {
    if (edges_[slot].from_and_symbol == key) return edges_[slot].to;
  }
  return kNone;
}

void PatternMatcher::Find(std::span<const uint32_t> text, std::vector<Match>& out) const {
  if (nodes_.size() == 1) return;
  uint32_t node = kRoot;
  for (size_t i = 0; i < text.size(); ++i) {
    uint32_t next = Child(node, text[i]);
    while (next == kNone && node != kRoot) {
      node = nodes_[node].failure;
      next = Child(node, text[i]);
    }
    node = next == kNone ? kRoot : next;
    for (uint32_t at = nodes_[node].output != kNone ? node : nodes_[node].shorter; at != kNone;
         at = nodes_[at].shorter) {
      for (uint32_t output = nodes_[at].output; output != kNone; output = outputs_[output].next) {
        const auto end = static_cast<uint32_t>(i + 1);
        out.push_back({end - outputs_[output].length, end, outputs_[output].value});
      }
    }
  }
}

}  // namespace sotto::comments::analysis
