// Sentiment of one comment by an additive model over hashed character n-grams with int8 weights.
//
//   z = bias + scale / sqrt(n + norm_prior) * sum of table[hash mod entries] over the n distinct n-grams
//   p(positive) = 1 / (1 + exp(-temperature * z)),   score = 2 p - 1
//
// S. Wang and C. Manning, "Baselines and Bigrams", ACL 2012 (NB-scaled linear models); int8 weights trained with the
// norm of run time. norm_prior pulls very short comments, which have little evidence, towards undecided. Additive, so
// that the evidence is exact: a verdict is the sum of what its n-grams say. The sum is an integer, and the rest is IEEE
// basic operations in a fixed order, so native and WASM agree bit for bit.
//
// "Neutral" means "not enough evidence": the score lies between the model's thresholds negative_at and positive_at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/comments/sentiment_format.h"

namespace sotto::comments {

enum class SentimentLabel : uint8_t { kNegative = 0, kNeutral = 1, kPositive = 2 };

// "negative", "neutral", "positive".
std::string_view SentimentLabelName(SentimentLabel label);

struct Sentiment {
  SentimentLabel label = SentimentLabel::kNeutral;
  float score = 0;       // 2 p - 1: from -1 (negative) to 1 (positive)
  float confidence = 0;  // max(p, 1 - p) for negative and positive, 1 - |score| for neutral; 0 to 1
};

// A part of the original text and what it added to the score.
struct Evidence {
  uint32_t begin = 0;  // bytes of the original text, [begin, end)
  uint32_t end = 0;
  float weight = 0;  // contribution to z: positive pulls towards positive
};

struct Explanation {
  Sentiment sentiment;
  float bias = 0;                  // bias + sum of the weights = z, up to float rounding
  std::vector<Evidence> evidence;  // one for each stretch of text of one sign, ordered by begin, not overlapping
};

class SentimentModel {
 public:
  // Reads models/sentiment.bin (format and errors in sentiment_format.h). Everything is checked before it is used.
  static Result<SentimentModel> Load(ByteSpan file);

  // Errors: kMalformed if the text is not UTF-8, kResourceExhausted above text::kMaxCommentBytes.
  // Text without any n-gram (empty, spaces) is neutral with score 0 and confidence 1.
  Result<Sentiment> Classify(std::string_view text) const;

  // The same verdict with its evidence. The weight of an n-gram is shared equally among the places where it stands, and
  // there among the symbols that it covers; neighbouring symbols that pull the same way are one stretch. Errors as in
  // Classify. Slower; for a comment that somebody asks about.
  Result<Explanation> Explain(std::string_view text) const;

  // The verdict on text that is already normalised.
  Sentiment ClassifySymbols(std::span<const char32_t> symbols) const;

  std::string_view version() const { return parameters_.version; }

 private:
  explicit SentimentModel(SentimentParameters parameters) : parameters_(std::move(parameters)) {}

  // The verdict for z.
  Sentiment Judge(double z) const;

  SentimentParameters parameters_;
};

}  // namespace sotto::comments
