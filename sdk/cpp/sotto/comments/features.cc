#include "sotto/comments/features.h"

#include <algorithm>
#include <cmath>

#include "sotto/text/ngrams.h"

namespace sotto::comments {

void DistinctHashes(std::span<const char32_t> symbols, uint32_t min_n, uint32_t max_n, std::vector<uint32_t>& hashes) {
  std::vector<text::Ngram> ngrams;
  text::HashNgrams(symbols, min_n, max_n, ngrams);
  hashes.clear();
  hashes.reserve(ngrams.size());
  for (const text::Ngram& ngram : ngrams) hashes.push_back(ngram.hash);
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

int32_t EntryOf(const SentimentParameters& parameters, uint32_t hash) {
  return parameters.table[hash & (parameters.table.size() - 1)];
}

double UnitWeight(const SentimentParameters& parameters, size_t distinct) {
  return parameters.scale / std::sqrt(static_cast<double>(distinct) + parameters.norm_prior);
}

double Logit(const SentimentParameters& parameters, std::span<const char32_t> symbols) {
  std::vector<uint32_t> hashes;
  DistinctHashes(symbols, parameters.min_n, parameters.max_n, hashes);
  if (hashes.empty()) return parameters.bias;
  int32_t sum = 0;  // at most 2^21 n-grams of 2^7 each
  for (const uint32_t hash : hashes) sum += EntryOf(parameters, hash);
  return parameters.bias + UnitWeight(parameters, hashes.size()) * sum;
}

}  // namespace sotto::comments
