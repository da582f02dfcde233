// What one comment says: sentiment, emotion, intent, toxicity and language (heads.h), by an additive model over hashed
// n-grams of letters, sounds and shapes (features.h) with int8 weights in one table (table.h).
//
//   z[c] = bias[c] + scale[c] / sqrt(n + norm_prior) * sum of the weights of its n different features in column c
//
// S. Wang and C. Manning, "Baselines and Bigrams", ACL 2012 (NB-scaled linear models); int8 weights trained with the
// norm of run time; C. Guo et al., ICML 2017 (temperatures). norm_prior pulls very short comments, which have little
// evidence, towards the bias. Additive, so that the evidence is exact: a verdict is the sum of what its n-grams say.
// The sums are integers, and the rest is IEEE basic operations in a fixed order, so native and WASM agree bit for bit.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/comments/features.h"
#include "sotto/comments/heads.h"
#include "sotto/comments/model_format.h"
#include "sotto/comments/table.h"

namespace sotto::comments {

// The probabilities of a head's labels; entries past its labels are 0.
using Probabilities = std::array<float, kMostLabels>;

// A head's verdict.
struct Choice {
  uint8_t label = 0;     // the likeliest; the head's enumeration in heads.h
  bool abstains = true;  // its confidence is below the head's threshold: do not act on it
  float confidence = 0;  // the label's probability; of toxicity see Judge
};

struct Verdict {
  std::array<Choice, kHeads> choices{};
  std::array<Probabilities, kHeads> probabilities{};  // of toxicity: not exclusive, so they need not add up to 1
  // p(positive) - p(negative), -1 to 1: the sign says which, the size how strongly (the intensity of the sentiment).
  float score = 0;

  const Choice& of(Head head) const { return choices[static_cast<size_t>(head)]; }
  const Probabilities& probabilities_of(Head head) const { return probabilities[static_cast<size_t>(head)]; }
  SentimentLabel sentiment() const { return static_cast<SentimentLabel>(of(Head::kSentiment).label); }
};

// A stretch of the original text and what it added to z.
struct Evidence {
  uint32_t begin = 0;  // bytes of the original text, [begin, end)
  uint32_t end = 0;
  float weight = 0;
};

struct Explanation {
  Verdict verdict;
  float z = 0;                     // of the column that was asked for
  float bias = 0;                  // bias + sum of the weights = z, up to float rounding
  std::vector<Evidence> evidence;  // one for each stretch of text of one sign, ordered by begin, not overlapping; text
                                   // that adds nothing is in none
};

// The confidence below which each head abstains, 0 to 1; replaces the model's own.
using Abstention = std::array<float, kHeads>;

class CommentModel {
 public:
  // Reads models/comments.bin (format and errors in model_format.h). Everything is checked before it is used.
  static Result<CommentModel> Load(ByteSpan file);

  // Errors: kMalformed if the text is not UTF-8, kResourceExhausted above text::kMaxCommentBytes. Text without any
  // feature (empty, spaces) is surely neutral and not toxic; the other heads abstain with confidence 0 and
  // probabilities of 0 (emotion neutral, intent chatter, language other), whatever the thresholds. Not const because it
  // keeps its working memory; the result depends on nothing but model and text.
  Result<Verdict> Classify(std::string_view text);

  // The same for a comment that was normalised with lexicon().
  Verdict ClassifyNormalised(const text::NormalisedText& comment);

  // The verdict, and what in the text speaks for (> 0) and against (< 0) `label` of `head`: exactly what its column
  // adds up. For sentiment that is polarity for positive, its negative for negative, and neutrality for neutral; for
  // none of toxicity, insult and hate it is offence (for none its negative). The weight of a feature is shared equally
  // among the places where it stands, and there among the symbols that it covers; neighbouring symbols that pull the
  // same way are one stretch. Errors as in Classify, and kInvalidArgument for a label that the head does not have.
  // Slower; for a comment that somebody asks about.
  Result<Explanation> Explain(std::string_view text, Head head, uint8_t label);

  // Errors: kInvalidArgument unless each is from 0 to 1; nothing is changed then.
  Status SetAbstention(const Abstention& abstention);
  const Abstention& abstention() const { return abstention_; }

  const text::Lexicon& lexicon() const { return lexicon_; }
  std::string_view version() const { return version_; }

  // z of all columns, for calibration.
  std::array<double, kColumns> Logits(const text::NormalisedText& comment);

 private:
  explicit CommentModel(ModelParameters parameters);

  double UnitWeight(size_t column, size_t distinct) const;

  std::string version_;
  float norm_prior_;
  std::array<ColumnParameters, kColumns> columns_;
  Temperatures temperatures_;
  Abstention abstention_;
  ToxicAt toxic_at_;
  Table table_;
  text::Lexicon lexicon_;
  FeatureReader reader_;
};

// The verdict that z of all columns gives: of each head the likeliest label. Of toxicity the likeliest of the kinds
// that reach their threshold in toxic_at, where insult and hate are one kind, offence, of probability p(insult) +
// p(hate), and the likelier of the two is its label; none if no kind reaches its threshold. The confidence is the
// kind's probability, or for none that of not being the likeliest kind.
Verdict Judge(const std::array<double, kColumns>& z, const Temperatures& temperatures, const ToxicAt& toxic_at,
              const Abstention& abstention);

}  // namespace sotto::comments
