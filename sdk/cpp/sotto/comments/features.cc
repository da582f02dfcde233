#include "sotto/comments/features.h"

#include <cmath>
#include <vector>

#include "sotto/text/ngrams.h"

namespace sotto::comments {

int32_t EntryOf(const SentimentParameters& parameters, uint32_t hash) {
  return parameters.table[hash & (parameters.table.size() - 1)];
}

double UnitWeight(const SentimentParameters& parameters, size_t distinct) {
  return parameters.scale / std::sqrt(static_cast<double>(distinct) + parameters.norm_prior);
}

double Logit(const SentimentParameters& parameters, std::span<const char32_t> symbols) {
  std::vector<uint32_t> hashes;
  text::DistinctHashes(symbols, parameters.min_n, parameters.max_n, hashes);
  if (hashes.empty()) return parameters.bias;
  int32_t sum = 0;  // at most 2^21 n-grams of 2^7 each
  for (const uint32_t hash : hashes) sum += EntryOf(parameters, hash);
  return parameters.bias + UnitWeight(parameters, hashes.size()) * sum;
}

}  // namespace sotto::comments
