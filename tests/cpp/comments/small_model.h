// A model small enough to work out by hand.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/comments/sentiment_format.h"
#include "sotto/comments/sentiment_model.h"
#include "sotto/text/ngrams.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {

inline std::vector<char32_t> Symbols(std::string_view text) {
  return text::Normalise(text).value().symbols;
}

// The place of a whole n-gram, without boundary marks.
inline size_t PlaceOf(std::string_view ngram, size_t entries) {
  const auto symbols = Symbols(ngram);
  std::vector<text::Ngram> ngrams;
  const auto n = static_cast<uint32_t>(symbols.size());
  text::HashNgrams(symbols, n, n, ngrams);
  for (const text::Ngram& candidate : ngrams) {
    if (candidate.count == n) return candidate.hash & (entries - 1);
  }
  return 0;
}

// Single symbols are the features; every entry that is not named is 0. scale 0.5, so that an entry of 10 in a comment
// of one symbol gives z = 5.
inline SentimentParameters SmallParameters(const std::map<std::string, int8_t>& entries) {
  SentimentParameters parameters;
  parameters.min_n = 1;
  parameters.max_n = 1;
  parameters.scale = 0.5F;
  parameters.version = "small";
  parameters.table.assign(1024, 0);
  for (const auto& [ngram, value] : entries) parameters.table[PlaceOf(ngram, 1024)] = value;
  return parameters;
}

inline SentimentModel ModelOf(const SentimentParameters& parameters) {
  return SentimentModel::Load(WriteSentimentFile(parameters).value()).value();
}

}  // namespace sotto::comments
