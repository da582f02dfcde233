// Sentiment of one comment by an additive model over hashed character n-grams with int8 weights.
//
//   z = bias + (scale / sqrt(n)) * sum of table[hash mod size] over the n distinct n-grams,   p(positive) =
//   sigmoid(temperature * z)
//
// S. Wang and C. Manning, "Baselines and Bigrams", ACL 2012 (NB-scaled linear models); int8 weights as trained at
// run-time norm. Additive, so that the evidence is exact: a verdict is the sum of its n-grams.
// The sum is an integer and the few float operations are IEEE basic ones, so native and WASM agree bit for bit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::comments {

enum class SentimentLabel : uint8_t { kNegative = 0, kNeutral = 1, kPositive = 2 };

// "negative", "neutral", "positive".
std::string_view SentimentLabelName(SentimentLabel label);

struct Sentiment {
  SentimentLabel label = SentimentLabel::kNeutral;
  float score = 0;       // 2 p - 1: from -1 (negative) to 1 (positive)
  float confidence = 0;  // max(p, 1 - p) for negative and positive; how near to undecided for neutral; 0 to 1
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
  std::vector<Evidence> evidence;  // one for each stretch of text, ordered by begin, not overlapping
};

class SentimentModel {
 public:
  // Reads models/sentiment.bin (format in sentiment_format.h). Everything is checked before it is used.
  // Errors: kMalformed (magic, sizes, not finite), kTruncated, kUnsupportedVersion, kMismatch (checksum),
  // kResourceExhausted above 4 MiB.
  static Result<SentimentModel> Load(ByteSpan file);

  // Errors: kMalformed if the text is not UTF-8, kResourceExhausted above text::kMaxCommentBytes.
  // Text without any n-gram (empty, spaces) is neutral with confidence 1.
  Result<Sentiment> Classify(std::string_view text) const;

  // The same verdict with its evidence. Slower; for a comment that somebody asks about.
  Result<Explanation> Explain(std::string_view text) const;

  std::string_view version() const { return version_; }

 private:
  SentimentModel() = default;
  // The implementer completes the private part.
  std::string version_;
};

}  // namespace sotto::comments
