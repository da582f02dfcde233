#include "sotto/comments/sentiment_model.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/features.h"
#include "sotto/text/ngrams.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

// What each symbol adds to z: its share of every n-gram that covers it.
std::vector<double> SymbolWeights(const SentimentParameters& parameters, const std::vector<text::Ngram>& ngrams,
                                  size_t symbols) {
  std::unordered_map<uint32_t, uint32_t> places;  // of each hash
  for (const text::Ngram& ngram : ngrams) ++places[ngram.hash];
  const double unit = UnitWeight(parameters, places.size());

  std::vector<double> weights(symbols, 0.0);
  for (const text::Ngram& ngram : ngrams) {
    const double share =
        unit * EntryOf(parameters, ngram.hash) / (static_cast<double>(places[ngram.hash]) * ngram.count);
    for (uint32_t i = 0; i < ngram.count; ++i) weights[ngram.first + i] += share;
  }
  return weights;
}

// Stretches of the original text: first the symbols that share bytes are put together, then neighbours of one sign.
std::vector<Evidence> Stretches(const text::NormalisedText& text, const std::vector<double>& weights) {
  struct Stretch {
    uint32_t begin;
    uint32_t end;
    double weight;
  };
  std::vector<Stretch> parts;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (!parts.empty() && text.begin[i] < parts.back().end) {
      parts.back().end = std::max(parts.back().end, text.end[i]);
      parts.back().weight += weights[i];
    } else {
      parts.push_back({text.begin[i], text.end[i], weights[i]});
    }
  }
  std::vector<Stretch> merged;
  for (const Stretch& part : parts) {
    if (!merged.empty() && std::signbit(merged.back().weight) == std::signbit(part.weight)) {
      merged.back().end = part.end;
      merged.back().weight += part.weight;
    } else {
      merged.push_back(part);
    }
  }
  std::vector<Evidence> evidence;
  evidence.reserve(merged.size());
  for (const Stretch& part : merged) evidence.push_back({part.begin, part.end, static_cast<float>(part.weight)});
  return evidence;
}

}  // namespace

std::string_view SentimentLabelName(SentimentLabel label) {
  switch (label) {
    case SentimentLabel::kNegative:
      return "negative";
    case SentimentLabel::kNeutral:
      return "neutral";
    case SentimentLabel::kPositive:
      return "positive";
  }
  return "neutral";
}

Result<SentimentModel> SentimentModel::Load(ByteSpan file) {
  SOTTO_ASSIGN_OR_RETURN(SentimentParameters parameters, ReadSentimentFile(file));
  return SentimentModel(std::move(parameters));
}

Sentiment SentimentModel::Judge(double z) const {
  const auto score = static_cast<float>(2 * Sigmoid(parameters_.temperature * z) - 1);
  const float strength = std::fabs(score);
  if (score <= parameters_.negative_at) return {SentimentLabel::kNegative, score, (1 + strength) / 2};
  if (score >= parameters_.positive_at) return {SentimentLabel::kPositive, score, (1 + strength) / 2};
  return {SentimentLabel::kNeutral, score, 1 - strength};
}

Sentiment SentimentModel::ClassifySymbols(std::span<const char32_t> symbols) const {
  if (symbols.empty()) return {SentimentLabel::kNeutral, 0, 1};
  return Judge(Logit(parameters_, symbols));
}

Result<Sentiment> SentimentModel::Classify(std::string_view text) const {
  SOTTO_ASSIGN_OR_RETURN(const text::NormalisedText normalised, text::Normalise(text));
  return ClassifySymbols(normalised.symbols);
}

Result<Explanation> SentimentModel::Explain(std::string_view text) const {
  SOTTO_ASSIGN_OR_RETURN(const text::NormalisedText normalised, text::Normalise(text));
  Explanation explanation;
  explanation.sentiment = ClassifySymbols(normalised.symbols);
  explanation.bias = parameters_.bias;
  if (normalised.symbols.empty()) return explanation;

  std::vector<text::Ngram> ngrams;
  text::HashNgrams(normalised.symbols, parameters_.min_n, parameters_.max_n, ngrams);
  explanation.evidence = Stretches(normalised, SymbolWeights(parameters_, ngrams, normalised.symbols.size()));
  return explanation;
}

}  // namespace sotto::comments
