#include "sotto/comments/comment_model.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

Verdict OfNothing() {
  Verdict verdict;
  const auto sure = [&verdict](Head head, auto label, bool abstains) {
    const auto i = static_cast<size_t>(head);
    verdict.choices[i] = {static_cast<uint8_t>(label), abstains, abstains ? 0.0F : 1.0F};
    if (!abstains) verdict.probabilities[i][static_cast<size_t>(label)] = 1;
  };
  sure(Head::kSentiment, SentimentLabel::kNeutral, false);
  sure(Head::kToxicity, ToxicityLabel::kNone, false);
  sure(Head::kEmotion, EmotionLabel::kNeutral, true);
  sure(Head::kIntent, IntentLabel::kChatter, true);
  sure(Head::kLanguage, LanguageLabel::kOther, true);
  return verdict;
}

// The column that speaks about a label, and whether it speaks against it.
struct Speaker {
  size_t column;
  bool against;
};

Speaker SpeakerOf(Head head, uint8_t label) {
  switch (head) {
    case Head::kSentiment:
      if (label == static_cast<uint8_t>(SentimentLabel::kNeutral)) return {kNeutrality, false};
      return {kPolarity, label == static_cast<uint8_t>(SentimentLabel::kNegative)};
    case Head::kToxicity:
      if (label == static_cast<uint8_t>(ToxicityLabel::kSpam)) return {kSpam, false};
      if (label == static_cast<uint8_t>(ToxicityLabel::kContact)) return {kContact, false};
      return {kOffence, label == static_cast<uint8_t>(ToxicityLabel::kNone)};
    default:
      return {SoftmaxColumns(head).first + label, false};
  }
}

// Stretches of the original text: first the symbols that share bytes are put together, then neighbours of one sign.
// What adds nothing is left out, and parts the stretches beside it.
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
  const auto sign_of = [](double weight) { return (weight > 0 ? 1 : 0) - (weight < 0 ? 1 : 0); };
  std::vector<Stretch> merged;
  for (const Stretch& part : parts) {
    if (!merged.empty() && sign_of(merged.back().weight) == sign_of(part.weight)) {
      merged.back().end = part.end;
      merged.back().weight += part.weight;
    } else {
      merged.push_back(part);
    }
  }
  std::vector<Evidence> evidence;
  for (const Stretch& part : merged) {
    if (part.weight != 0) evidence.push_back({part.begin, part.end, static_cast<float>(part.weight)});
  }
  return evidence;
}

}  // namespace

CommentModel::CommentModel(ModelParameters p)
    : version_(std::move(p.version)),
      norm_prior_(p.norm_prior),
      columns_(p.columns),
      temperatures_(p.temperatures),
      abstention_(p.abstention),
      toxic_at_(p.toxic_at),
      table_(p.fine_bits, p.wide_bits, p.fine, p.wide),
      lexicon_(std::move(p.lexicon)) {}

Result<CommentModel> CommentModel::Load(ByteSpan file) {
  SOTTO_ASSIGN_OR_RETURN(ModelParameters parameters, ReadModelFile(file));
  return CommentModel(std::move(parameters));
}

double CommentModel::UnitWeight(size_t column, size_t distinct) const {
  return columns_[column].scale / std::sqrt(static_cast<double>(distinct) + norm_prior_);
}

std::array<double, kColumns> CommentModel::Logits(const text::NormalisedText& comment) {
  const std::span<const uint32_t> hashes = reader_.Distinct(comment, lexicon_);
  const ColumnSums sums = table_.Sum(hashes);
  std::array<double, kColumns> z{};
  for (size_t column = 0; column < kColumns; ++column) {
    z[column] = columns_[column].bias;
    if (sums[column] != 0) z[column] += UnitWeight(column, hashes.size()) * sums[column];
  }
  return z;
}

Verdict CommentModel::ClassifyNormalised(const text::NormalisedText& comment) {
  if (comment.symbols.empty()) return OfNothing();
  return Judge(Logits(comment), temperatures_, toxic_at_, abstention_);
}

Result<Verdict> CommentModel::Classify(std::string_view text) {
  SOTTO_ASSIGN_OR_RETURN(const text::NormalisedText normalised, text::Normalise(text, lexicon_));
  return ClassifyNormalised(normalised);
}

Result<Explanation> CommentModel::Explain(std::string_view text, Head head, uint8_t label) {
  if (label >= LabelNames(head).size()) {
    return Error{ErrorCode::kInvalidArgument,
                 "the head " + std::string(HeadName(head)) + " has no label " + std::to_string(label) + ".", ""};
  }
  SOTTO_ASSIGN_OR_RETURN(const text::NormalisedText normalised, text::Normalise(text, lexicon_));
  const auto [column, against] = SpeakerOf(head, label);
  const double sign = against ? -1 : 1;
  Explanation explanation;
  explanation.verdict = ClassifyNormalised(normalised);
  explanation.bias = static_cast<float>(sign * columns_[column].bias);
  explanation.z = explanation.bias;
  if (normalised.symbols.empty()) return explanation;

  const std::span<const uint32_t> distinct = reader_.Distinct(normalised, lexicon_);
  const double unit = sign * UnitWeight(column, distinct.size());
  std::vector<std::pair<uint32_t, uint32_t>> counts;  // places of each hash, by hash
  counts.reserve(distinct.size());
  for (const uint32_t hash : distinct) counts.emplace_back(hash, 0);
  std::sort(counts.begin(), counts.end());
  const auto count_of = [&counts](uint32_t hash) -> uint32_t& {
    return std::lower_bound(counts.begin(), counts.end(), std::pair(hash, 0U))->second;
  };
  const std::span<const Feature> places = reader_.Places(normalised, lexicon_);
  // A pair's second part grows while the pairs are searched by their first, which stays unique.
  for (const Feature& feature : places) ++count_of(feature.hash);

  std::vector<double> weights(normalised.symbols.size(), 0.0);
  double z = sign * columns_[column].bias;
  for (const Feature& feature : places) {
    const int32_t weight = table_.Weight(feature.hash, column);
    if (weight == 0) continue;
    const double here = unit * weight / count_of(feature.hash);
    z += here;
    for (uint32_t i = 0; i < feature.count; ++i) weights[feature.first + i] += here / feature.count;
  }
  explanation.z = static_cast<float>(z);
  explanation.evidence = Stretches(normalised, weights);
  return explanation;
}

Status CommentModel::SetAbstention(const Abstention& abstention) {
  for (const float value : abstention) {
    if (!(value >= 0 && value <= 1)) {
      return Error{ErrorCode::kInvalidArgument, "a threshold of abstention must be from 0 to 1.", ""};
    }
  }
  abstention_ = abstention;
  return {};
}

}  // namespace sotto::comments
