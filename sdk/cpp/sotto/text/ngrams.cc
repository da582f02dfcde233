#include "sotto/text/ngrams.h"

#include <algorithm>

#include "sotto/text/ngram_hash.h"

namespace sotto::text {

void HashNgrams(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<Ngram>& out) {
  out.clear();
  if (symbols.empty()) return;
  const size_t marked = symbols.size() + 2;
  out.reserve(marked * (max_n - min_n + 1));
  const auto at = [&](size_t i) { return i == 0 || i == marked - 1 ? char32_t{kNgramBoundary} : symbols[i - 1]; };
  for (size_t start = 0; start < marked; ++start) {
    uint64_t state = 0;
    for (uint32_t n = 1; n <= max_n && start + n <= marked; ++n) {
      state = ExtendNgram(state, at(start + n - 1));
      // Real symbols [first, last) after the marks are clipped off.
      const size_t first = start == 0 ? 0 : start - 1;
      const size_t last = std::min(start + n - 1, symbols.size());
      if (n < min_n || first >= last) continue;
      out.push_back({FinishNgram(state), static_cast<uint32_t>(first), static_cast<uint32_t>(last - first)});
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
