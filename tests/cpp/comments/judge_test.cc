// Judge of comment_model.h: from z of all columns to a verdict.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/comment_model.h"

namespace sotto::comments {
namespace {

using Z = std::array<double, kColumns>;

// The z whose logistic function is p.
double Odds(double p) {
  return std::log(p / (1 - p));
}

// Not toxic in any way.
Z Harmless() {
  Z z{};
  z[kOffence] = z[kHate] = z[kSpam] = z[kContact] = -50;
  return z;
}

Verdict Judged(const Z& z, const Abstention& abstention = {}) {
  return Judge(z, {}, {}, abstention);
}

Choice Toxicity(const Z& z, const ToxicAt& at = {}, float abstention = 0) {
  Abstention abstentions{};
  abstentions[static_cast<size_t>(Head::kToxicity)] = abstention;
  return Judge(z, {}, at, abstentions).of(Head::kToxicity);
}

uint8_t Number(ToxicityLabel label) {
  return static_cast<uint8_t>(label);
}

TEST(Judge, PutsSentimentTogetherFromPolarityAndNeutrality) {
  Z z = Harmless();
  z[kPolarity] = Odds(0.8);
  z[kNeutrality] = Odds(0.3);
  const Verdict verdict = Judged(z);
  const Probabilities& p = verdict.probabilities_of(Head::kSentiment);
  EXPECT_FLOAT_EQ(p[0], 0.14F);
  EXPECT_FLOAT_EQ(p[1], 0.3F);
  EXPECT_FLOAT_EQ(p[2], 0.56F);
  EXPECT_EQ(verdict.sentiment(), SentimentLabel::kPositive);
  EXPECT_EQ(verdict.of(Head::kSentiment).confidence, p[2]);
  EXPECT_FLOAT_EQ(verdict.score, 0.42F);
  z[kPolarity] = Odds(0.2);
  EXPECT_EQ(Judged(z).sentiment(), SentimentLabel::kNegative);
  EXPECT_FLOAT_EQ(Judged(z).score, -0.42F);
  z[kNeutrality] = Odds(0.6);
  EXPECT_EQ(Judged(z).sentiment(), SentimentLabel::kNeutral);
  EXPECT_FLOAT_EQ(Judged(z).of(Head::kSentiment).confidence, 0.6F);
}

TEST(Judge, GivesTheSoftmaxOfTheColumnsOfEachHead) {
  for (const Head head : {Head::kEmotion, Head::kIntent, Head::kLanguage}) {
    const size_t labels = LabelNames(head).size();
    const ColumnRange range = SoftmaxColumns(head);
    ASSERT_EQ(range.count, labels);
    for (size_t label = 0; label < labels; ++label) {
      Z z = Harmless();
      z[range.first + label] = std::log(3.0);
      const Verdict verdict = Judged(z);
      const Probabilities& p = verdict.probabilities_of(head);
      EXPECT_EQ(verdict.of(head).label, label);
      EXPECT_EQ(verdict.of(head).confidence, p[label]);
      for (size_t other = 0; other < kMostLabels; ++other) {
        const double share = 1.0 / static_cast<double>(labels + 2);
        EXPECT_FLOAT_EQ(p[other], static_cast<float>(other == label ? 3 * share : other < labels ? share : 0));
      }
    }
  }
}

TEST(Judge, KeepsTheColumnsOfTheHeadsApart) {
  std::array<bool, kColumns> taken{};
  const auto take = [&taken](size_t column) {
    EXPECT_FALSE(taken[column]) << column;
    taken[column] = true;
  };
  for (const size_t column : {kPolarity, kNeutrality, kOffence, kHate, kSpam, kContact}) take(column);
  for (const Head head : {Head::kEmotion, Head::kIntent, Head::kLanguage}) {
    for (size_t i = 0; i < SoftmaxColumns(head).count; ++i) take(SoftmaxColumns(head).first + i);
  }
  for (const bool is_taken : taken) EXPECT_TRUE(is_taken);
}

TEST(Judge, ScalesEachColumnByItsOwnTemperature) {
  Z z;
  for (size_t i = 0; i < kColumns; ++i) z[i] = std::sin(static_cast<double>(i) + 1);
  const auto columns_of = [](Head head) {
    std::vector<size_t> columns(SoftmaxColumns(head).count);
    std::iota(columns.begin(), columns.end(), SoftmaxColumns(head).first);
    return columns;
  };
  const std::vector<std::pair<float Temperatures::*, std::vector<size_t>>> all = {
      {&Temperatures::polarity, {kPolarity}},
      {&Temperatures::neutrality, {kNeutrality}},
      {&Temperatures::offence, {kOffence}},
      {&Temperatures::hate, {kHate}},
      {&Temperatures::spam, {kSpam}},
      {&Temperatures::contact, {kContact}},
      {&Temperatures::emotion, columns_of(Head::kEmotion)},
      {&Temperatures::intent, columns_of(Head::kIntent)},
      {&Temperatures::language, columns_of(Head::kLanguage)}};
  for (const auto& [temperature, columns] : all) {
    Temperatures temperatures;
    temperatures.*temperature = 2;
    Z scaled = z;
    for (const size_t column : columns) scaled[column] *= 2;
    const Verdict verdict = Judge(z, temperatures, {}, {});
    EXPECT_EQ(verdict.probabilities, Judged(scaled).probabilities) << columns[0];
    EXPECT_NE(verdict.probabilities, Judged(z).probabilities) << columns[0];
  }
}

TEST(Judge, GivesTheProbabilitiesOfToxicityWorkedOutByHand) {
  Z z{};
  z[kOffence] = Odds(0.6);
  z[kHate] = Odds(0.25);
  z[kSpam] = Odds(0.1);
  z[kContact] = Odds(0.2);
  const Probabilities p = Judged(z).probabilities_of(Head::kToxicity);
  EXPECT_FLOAT_EQ(p[Number(ToxicityLabel::kNone)], 0.4F * 0.9F * 0.8F);
  EXPECT_FLOAT_EQ(p[Number(ToxicityLabel::kInsult)], 0.45F);
  EXPECT_FLOAT_EQ(p[Number(ToxicityLabel::kHate)], 0.15F);
  EXPECT_FLOAT_EQ(p[Number(ToxicityLabel::kSpam)], 0.1F);
  EXPECT_FLOAT_EQ(p[Number(ToxicityLabel::kContact)], 0.2F);
}

TEST(Judge, CallsToxicFromTheThresholdOfTheKindOn) {
  const std::vector<std::tuple<size_t, float ToxicAt::*, ToxicityLabel>> kinds = {
      {kOffence, &ToxicAt::offence, ToxicityLabel::kInsult},
      {kSpam, &ToxicAt::spam, ToxicityLabel::kSpam},
      {kContact, &ToxicAt::contact, ToxicityLabel::kContact}};
  for (const auto& [column, threshold, label] : kinds) {
    Z z = Harmless();
    z[column] = 0;  // p = 1/2, exactly
    ToxicAt at;
    at.*threshold = 0.5F;
    EXPECT_EQ(Toxicity(z, at).label, Number(label));
    EXPECT_FLOAT_EQ(Toxicity(z, at).confidence, 0.5F);
    at.*threshold = std::nextafter(0.5F, 1.0F);
    EXPECT_EQ(Toxicity(z, at).label, Number(ToxicityLabel::kNone));
    EXPECT_FLOAT_EQ(Toxicity(z, at).confidence, 0.5F);
    z[column] = Odds(0.2);
    at.*threshold = 0.15F;
    EXPECT_EQ(Toxicity(z, at).label, Number(label));
    EXPECT_FLOAT_EQ(Toxicity(z, at).confidence, 0.2F);
  }
}

TEST(Judge, CallsOffenceByInsultAndHateTogetherAndNamesTheLikelier) {
  Z z = Harmless();
  z[kOffence] = Odds(0.6);
  z[kHate] = Odds(0.45);  // neither insult nor hate reaches one half alone
  EXPECT_EQ(Toxicity(z).label, Number(ToxicityLabel::kInsult));
  EXPECT_FLOAT_EQ(Toxicity(z).confidence, 0.6F);
  z[kHate] = Odds(0.55);
  EXPECT_EQ(Toxicity(z).label, Number(ToxicityLabel::kHate));
  EXPECT_FLOAT_EQ(Toxicity(z).confidence, 0.6F);
}

TEST(Judge, TakesTheLikeliestOfTheKindsThatReachTheirThreshold) {
  Z z = Harmless();
  z[kOffence] = Odds(0.7);
  z[kSpam] = Odds(0.8);
  z[kContact] = Odds(0.9);
  EXPECT_EQ(Toxicity(z).label, Number(ToxicityLabel::kContact));
  EXPECT_EQ(Toxicity(z, {.offence = 0.5F, .spam = 0.5F, .contact = 0.95F}).label, Number(ToxicityLabel::kSpam));
  EXPECT_EQ(Toxicity(z, {.offence = 0.5F, .spam = 0.85F, .contact = 0.95F}).label, Number(ToxicityLabel::kInsult));
  const Choice none = Toxicity(z, {.offence = 0.75F, .spam = 0.85F, .contact = 0.95F});
  EXPECT_EQ(none.label, Number(ToxicityLabel::kNone));
  EXPECT_FLOAT_EQ(none.confidence, 0.1F);
}

TEST(Judge, AbstainsFromToxicityBelowTheConfidenceOfTheKind) {
  Z z = Harmless();
  z[kSpam] = Odds(0.6);
  EXPECT_FALSE(Toxicity(z, {}, 0.59F).abstains);
  EXPECT_TRUE(Toxicity(z, {}, 0.61F).abstains);
  EXPECT_EQ(Toxicity(z, {}, 0.61F).label, Number(ToxicityLabel::kSpam));
  z[kSpam] = Odds(0.3);
  EXPECT_FALSE(Toxicity(z, {}, 0.69F).abstains);
  EXPECT_TRUE(Toxicity(z, {}, 0.71F).abstains);
}

TEST(Judge, IsUndecidedWithoutEvidence) {
  const Verdict verdict = Judged(Harmless());
  EXPECT_FLOAT_EQ(verdict.probabilities_of(Head::kSentiment)[0], 0.25F);
  EXPECT_EQ(verdict.sentiment(), SentimentLabel::kNeutral);
  EXPECT_EQ(verdict.score, 0);
  EXPECT_EQ(verdict.of(Head::kToxicity).label, Number(ToxicityLabel::kNone));
  EXPECT_NEAR(verdict.of(Head::kToxicity).confidence, 1, 1e-6);
}

RC_GTEST_PROP(Judge, GivesProbabilitiesWhateverZIs, ()) {
  Z z;
  for (double& value : z)
    value = *rc::gen::map(rc::gen::inRange<int64_t>(-2'000'000, 2'000'000),
                          [](int64_t n) { return static_cast<double>(n) * 1e-3; });
  const Verdict verdict = Judged(z);
  for (const Head head : {Head::kSentiment, Head::kEmotion, Head::kIntent, Head::kToxicity, Head::kLanguage}) {
    const Probabilities& p = verdict.probabilities_of(head);
    for (const float probability : p) RC_ASSERT(probability >= 0 && probability <= 1);
    const Choice& choice = verdict.of(head);
    RC_ASSERT(choice.label < LabelNames(head).size());
    RC_ASSERT(choice.confidence >= 0 && choice.confidence <= 1);
    if (head == Head::kToxicity) continue;
    RC_ASSERT(std::fabs(std::accumulate(p.begin(), p.end(), 0.0) - 1) < 1e-6);
    RC_ASSERT(choice.confidence == p[choice.label]);
    for (const float probability : p) RC_ASSERT(probability <= choice.confidence);
  }
}

}  // namespace
}  // namespace sotto::comments
