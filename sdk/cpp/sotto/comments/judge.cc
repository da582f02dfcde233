// From z of all columns to a verdict.
#include <algorithm>
#include <cmath>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/comment_model.h"

namespace sotto::comments {
namespace {

// `into` gets the softmax of temperature * z.
void Softmax(std::span<const double> z, double temperature, Probabilities& into) {
  std::array<double, kMostLabels> weights{};
  const double largest = *std::max_element(z.begin(), z.end());
  double total = 0;
  for (size_t i = 0; i < z.size(); ++i) {
    weights[i] = Exp(temperature * (z[i] - largest));
    total += weights[i];
  }
  for (size_t i = 0; i < z.size(); ++i) into[i] = static_cast<float>(weights[i] / total);
}

Choice Likeliest(const Probabilities& probabilities, size_t labels, float abstention) {
  const auto* best = std::max_element(probabilities.begin(), probabilities.begin() + labels);
  return {static_cast<uint8_t>(best - probabilities.begin()), *best < abstention, *best};
}

Probabilities SentimentOf(const std::array<double, kColumns>& z, const Temperatures& t) {
  const double neutral = Sigmoid(t.neutrality * z[kNeutrality]);
  const double positive = Sigmoid(t.polarity * z[kPolarity]);
  return {static_cast<float>((1 - neutral) * (1 - positive)), static_cast<float>(neutral),
          static_cast<float>((1 - neutral) * positive)};
}

// The kinds are not exclusive; "none" is as likely as that no kind applies, taken as independent.
Probabilities ToxicityOf(const std::array<double, kColumns>& z, const Temperatures& t) {
  const double offence = Sigmoid(t.offence * z[kOffence]);
  const double hate = Sigmoid(t.hate * z[kHate]);
  const double spam = Sigmoid(t.spam * z[kSpam]);
  const double contact = Sigmoid(t.contact * z[kContact]);
  return {static_cast<float>((1 - offence) * (1 - spam) * (1 - contact)), static_cast<float>(offence * (1 - hate)),
          static_cast<float>(offence * hate), static_cast<float>(spam), static_cast<float>(contact)};
}

// The likeliest kind of those that reach their threshold, else none.
Choice ChooseToxicity(const Probabilities& p, const ToxicAt& at, float abstention) {
  const auto index = [](ToxicityLabel label) { return static_cast<size_t>(label); };
  const float insult = p[index(ToxicityLabel::kInsult)];
  const float hate = p[index(ToxicityLabel::kHate)];
  const float offence = insult + hate;
  struct Kind {
    ToxicityLabel label;
    float probability;
    float at;
  };
  const std::array<Kind, 3> kinds = {
      Kind{hate > insult ? ToxicityLabel::kHate : ToxicityLabel::kInsult, offence, at.offence},
      Kind{ToxicityLabel::kSpam, p[index(ToxicityLabel::kSpam)], at.spam},
      Kind{ToxicityLabel::kContact, p[index(ToxicityLabel::kContact)], at.contact}};
  Choice choice{static_cast<uint8_t>(ToxicityLabel::kNone), false, 1 - offence};
  choice.confidence = std::min({1 - offence, 1 - kinds[1].probability, 1 - kinds[2].probability});
  float best = 0;
  for (const Kind& kind : kinds) {
    if (kind.probability < kind.at || kind.probability <= best) continue;
    best = kind.probability;
    choice = {static_cast<uint8_t>(kind.label), false, kind.probability};
  }
  choice.abstains = choice.confidence < abstention;
  return choice;
}

}  // namespace

Verdict Judge(const std::array<double, kColumns>& z, const Temperatures& t, const ToxicAt& toxic_at,
              const Abstention& abstention) {
  Verdict verdict;
  const auto probabilities = [&verdict](Head head) -> Probabilities& {
    return verdict.probabilities[static_cast<size_t>(head)];
  };
  const auto softmax = [&](Head head, double temperature) {
    const ColumnRange range = SoftmaxColumns(head);
    Softmax(std::span(z).subspan(range.first, range.count), temperature, probabilities(head));
  };
  probabilities(Head::kSentiment) = SentimentOf(z, t);
  probabilities(Head::kToxicity) = ToxicityOf(z, t);
  softmax(Head::kEmotion, t.emotion);
  softmax(Head::kIntent, t.intent);
  softmax(Head::kLanguage, t.language);
  for (const Head head : {Head::kSentiment, Head::kEmotion, Head::kIntent, Head::kLanguage}) {
    const auto i = static_cast<size_t>(head);
    verdict.choices[i] = Likeliest(verdict.probabilities[i], LabelNames(head).size(), abstention[i]);
  }
  constexpr auto kToxicity = static_cast<size_t>(Head::kToxicity);
  verdict.choices[kToxicity] = ChooseToxicity(verdict.probabilities[kToxicity], toxic_at, abstention[kToxicity]);
  const Probabilities& sentiment = probabilities(Head::kSentiment);
  verdict.score = sentiment[static_cast<size_t>(SentimentLabel::kPositive)] -
                  sentiment[static_cast<size_t>(SentimentLabel::kNegative)];
  return verdict;
}

}  // namespace sotto::comments
