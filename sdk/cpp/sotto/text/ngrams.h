// Hashed character n-grams: the features of every model that reads text here.
// Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009 (unsigned variant).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sotto::text {

inline constexpr uint32_t kMaxNgram = 4;

struct Ngram {
  uint32_t hash;   // 32 well-mixed bits; a model takes as many low bits as its table has
  uint32_t first;  // index of the first real symbol that it covers
  uint32_t count;  // real symbols that it covers, 1..max_n: the boundary marks are not counted
};

// All n-grams of min_n to max_n symbols, by start and then by length, over `symbols` with one boundary mark before and
// one after, so that the start and the end of a comment are features. Marks alone are no n-gram: no symbols, no
// n-grams. Clears `out` and fills it: at most (symbols + 2) * (max_n - min_n + 1) entries.
// Precondition: 1 <= min_n <= max_n <= kMaxNgram.
void HashNgrams(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<Ngram>& out);

// The hash of each different n-gram once, ascending. Clears `out` and fills it. Precondition as above.
void DistinctHashes(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<uint32_t>& out);

}  // namespace sotto::text
