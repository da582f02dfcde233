#include "sotto/text/ngrams.h"

#include <algorithm>

namespace sotto::text {
namespace {

// Neither a code point nor a token of normalise.h.
constexpr char32_t kBoundary = 0x110000;

constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio, odd

uint64_t Extend(uint64_t state, char32_t symbol) {
  state = (state + symbol + 1) * kMultiplier;
  return state ^ state >> 32;
}

// The upper half of a product depends on all bits of its factor.
uint32_t Finish(uint64_t state) {
  return static_cast<uint32_t>(state * kMultiplier >> 32);
}

}  // namespace

void HashNgrams(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<Ngram>& out) {
  out.clear();
  if (symbols.empty()) return;
  const size_t marked = symbols.size() + 2;
  out.reserve(marked * (max_n - min_n + 1));
  const auto at = [&](size_t i) { return i == 0 || i == marked - 1 ? kBoundary : symbols[i - 1]; };
  for (size_t start = 0; start < marked; ++start) {
    uint64_t state = 0;
    for (uint32_t n = 1; n <= max_n && start + n <= marked; ++n) {
      state = Extend(state, at(start + n - 1));
      // Real symbols [first, last) after the marks are clipped off.
      const size_t first = start == 0 ? 0 : start - 1;
      const size_t last = std::min(start + n - 1, symbols.size());
      if (n < min_n || first >= last) continue;
      out.push_back({Finish(state), static_cast<uint32_t>(first), static_cast<uint32_t>(last - first)});
    }
  }
}

void DistinctHashes(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<uint32_t>& out) {
  std::vector<Ngram> ngrams;
  HashNgrams(symbols, min_n, max_n, ngrams);
  out.clear();
  out.reserve(ngrams.size());
  for (const Ngram& ngram : ngrams) out.push_back(ngram.hash);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

}  // namespace sotto::text
