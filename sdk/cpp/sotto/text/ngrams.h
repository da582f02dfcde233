// Hashed character n-grams: the features of every model that reads text here.
// Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009 (unsigned variant).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sotto::text {

struct Ngram {
  uint32_t hash;   // 32 well-mixed bits; a model takes as many low bits as its table has
  uint32_t first;  // index of the first symbol
  uint32_t count;  // symbols, min_n..max_n
};

// All n-grams of min_n to max_n symbols, by start and then by length, over `symbols` with one boundary mark before and
// one after (so that the start and the end of a comment are features; spans are clipped to real symbols).
// Clears `out` and fills it: at most (symbols + 2) * (max_n - min_n + 1) entries. Precondition: 1 <= min_n <= max_n
// <= 4.
void HashNgrams(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<Ngram>& out);

}  // namespace sotto::text
