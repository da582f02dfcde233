#include "sotto/comments/sentiment_model.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <string>

#include "comments/small_model.h"
#include "sotto/base/random.h"
#include "sotto/comments/features.h"
#include "text/unicode_gen.h"

namespace sotto::comments {
namespace {

// A table of noise, so that every n-gram says something.
SentimentParameters NoisyParameters() {
  SentimentParameters parameters;
  parameters.scale = 0.05F;
  parameters.norm_prior = 8;
  parameters.bias = 0.125F;
  parameters.version = "noise";
  Bytes bytes(4096);
  EXPECT_TRUE(ChaCha20Source(7).Fill(bytes).ok());
  for (const uint8_t byte : bytes) parameters.table.push_back(static_cast<int8_t>(byte));
  return parameters;
}

TEST(SentimentModel, GivesTheScoreWorkedOutByHand) {
  const SentimentModel model = ModelOf(SmallParameters({{"好", 10}, {"差", -10}}));
  // z = 0.5 / sqrt(1) * 10 = 5, score = 2 / (1 + e^-5) - 1
  EXPECT_FLOAT_EQ(model.Classify("好").value().score, 0.98661429F);
  EXPECT_FLOAT_EQ(model.Classify("差").value().score, -0.98661429F);
  // n = 4 distinct symbols: z = 0.5 / 2 * 10
  EXPECT_FLOAT_EQ(model.Classify("茶很好喝").value().score, 0.84828364F);
  // They cancel out.
  EXPECT_EQ(model.Classify("好差").value().score, 0);
}

TEST(SentimentModel, CountsARepeatedNgramOnce) {
  const SentimentModel model = ModelOf(SmallParameters({{"好", 10}}));
  EXPECT_EQ(model.Classify("好茶好").value().score, model.Classify("好茶").value().score);
}

TEST(SentimentModel, AppliesPriorBiasAndTemperature) {
  SentimentParameters parameters = SmallParameters({{"好", 10}});
  parameters.norm_prior = 3;
  parameters.bias = -1;
  parameters.temperature = 2;
  // z = -1 + 0.5 / sqrt(1 + 3) * 10 = 1.5, score = 2 / (1 + e^-3) - 1
  EXPECT_FLOAT_EQ(ModelOf(parameters).Classify("好").value().score, 0.90514825F);
}

TEST(SentimentModel, LabelsByItsThresholds) {
  SentimentParameters parameters = SmallParameters({{"好", 10}, {"差", -10}});
  parameters.negative_at = -0.99F;
  parameters.positive_at = 0.5F;
  const SentimentModel model = ModelOf(parameters);
  const Sentiment good = model.Classify("好").value();
  EXPECT_EQ(good.label, SentimentLabel::kPositive);
  EXPECT_FLOAT_EQ(good.confidence, 0.99330715F);  // p
  const Sentiment bad = model.Classify("差").value();
  EXPECT_EQ(bad.label, SentimentLabel::kNeutral);
  EXPECT_FLOAT_EQ(bad.confidence, 1 - 0.98661429F);
  parameters.negative_at = -0.9866F;
  EXPECT_EQ(ModelOf(parameters).Classify("差").value().label, SentimentLabel::kNegative);
}

TEST(SentimentModel, IsUndecidedAboutWhatItNeverSaw) {
  const Sentiment sentiment = ModelOf(SmallParameters({})).Classify("天气预报").value();
  EXPECT_EQ(sentiment.label, SentimentLabel::kNeutral);
  EXPECT_EQ(sentiment.score, 0);
  EXPECT_EQ(sentiment.confidence, 1);
}

TEST(SentimentModel, IsSurelyNeutralAboutNothing) {
  const SentimentModel model = ModelOf(NoisyParameters());
  for (const char* nothing : {"", "   ", "\u3000\t\n", "\u200B\u200D", "\uFE0F"}) {
    const Sentiment sentiment = model.Classify(nothing).value();
    EXPECT_EQ(sentiment.label, SentimentLabel::kNeutral);
    EXPECT_EQ(sentiment.score, 0);
    EXPECT_EQ(sentiment.confidence, 1);
    EXPECT_TRUE(model.Explain(nothing).value().evidence.empty());
  }
}

TEST(SentimentModel, SeesThroughDisguises) {
  const SentimentModel model = ModelOf(NoisyParameters());
  const float plain = model.Classify("vx垃圾!!!").value().score;
  EXPECT_EQ(model.Classify("ＶＸ垃圾！！！！！").value().score, plain);
  EXPECT_EQ(model.Classify(" vX垃\u200B圾!!!\u3000").value().score, plain);
}

TEST(SentimentModel, RefusesTextThatIsNotUtf8OrTooLong) {
  const SentimentModel model = ModelOf(SmallParameters({}));
  EXPECT_EQ(model.Classify("\xC4\xE3").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(model.Explain("\xC4\xE3").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(model.Classify(std::string(text::kMaxCommentBytes + 1, 'a')).error().code, ErrorCode::kResourceExhausted);
}

TEST(SentimentModel, JudgesTheLongestComment) {
  const SentimentModel model = ModelOf(NoisyParameters());
  std::string text;
  char32_t next = 0x4E00;
  while (text.size() + 3 <= text::kMaxCommentBytes) text::AppendUtf8(next++, text);
  const float score = model.Classify(text).value().score;
  EXPECT_GE(score, -1);
  EXPECT_LE(score, 1);
}

TEST(SentimentModel, StaysFiniteAtTheEndsOfEveryRange) {
  SentimentParameters parameters = SmallParameters({{"好", 127}, {"差", -128}});
  parameters.scale = 1e6F;
  parameters.temperature = 1e6F;
  const SentimentModel model = ModelOf(parameters);
  EXPECT_EQ(model.Classify("好").value().score, 1);
  EXPECT_EQ(model.Classify("差").value().score, -1);
}

TEST(Explain, GivesTheEvidenceWorkedOutByHand) {
  const SentimentModel model = ModelOf(SmallParameters({{"好", 10}, {"差", -6}}));
  // Four distinct symbols: a unit is worth 0.5 / 2. 好 stands twice, so each place has half of 10.
  const Explanation explanation = model.Explain("好喝好，差").value();
  const Explanation& e = explanation;
  ASSERT_EQ(e.evidence.size(), 2u);
  EXPECT_EQ(e.evidence[0].begin, 0u);
  EXPECT_EQ(e.evidence[0].end, 12u);  // up to and with the comma
  EXPECT_FLOAT_EQ(e.evidence[0].weight, 2.5F);
  EXPECT_EQ(e.evidence[1].begin, 12u);
  EXPECT_EQ(e.evidence[1].end, 15u);
  EXPECT_FLOAT_EQ(e.evidence[1].weight, -1.5F);
}

TEST(Explain, SharesAnNgramAmongTheSymbolsThatItCovers) {
  SentimentParameters parameters = SmallParameters({});
  parameters.min_n = parameters.max_n = 2;
  parameters.table[PlaceOf("难吃", 1024)] = -12;
  // ^难 难吃 吃了 了$: z = 0.5 / sqrt(4) * -12 = -3, half of it from each of 难 and 吃.
  const Explanation e = ModelOf(parameters).Explain("难吃了").value();
  ASSERT_EQ(e.evidence.size(), 2u);
  EXPECT_EQ(e.evidence[0].begin, 0u);
  EXPECT_EQ(e.evidence[0].end, 6u);
  EXPECT_FLOAT_EQ(e.evidence[0].weight, -3);
  EXPECT_EQ(e.evidence[1].weight, 0);
}

TEST(Explain, PutsSymbolsOfOneCharacterTogether) {
  // One code point, eighteen symbols: one stretch for all its bytes.
  const Explanation e = ModelOf(NoisyParameters()).Explain("\uFDFA").value();
  ASSERT_EQ(e.evidence.size(), 1u);
  EXPECT_EQ(e.evidence[0].begin, 0u);
  EXPECT_EQ(e.evidence[0].end, 3u);
}

RC_GTEST_PROP(Explain, AddsUpToTheVerdictInStretchesThatDoNotOverlap, ()) {
  static const SentimentParameters parameters = NoisyParameters();
  static const SentimentModel model = ModelOf(parameters);
  const std::string text = *text::TrickyText();
  const Explanation e = model.Explain(text).value();
  const Sentiment sentiment = model.Classify(text).value();
  RC_ASSERT(e.sentiment.score == sentiment.score);
  RC_ASSERT(e.sentiment.label == sentiment.label);

  double z = e.bias;
  uint32_t end = 0;
  for (size_t i = 0; i < e.evidence.size(); ++i) {
    RC_ASSERT(e.evidence[i].begin >= end);
    RC_ASSERT(e.evidence[i].begin < e.evidence[i].end);
    end = e.evidence[i].end;
    if (i > 0) RC_ASSERT(std::signbit(e.evidence[i].weight) != std::signbit(e.evidence[i - 1].weight));
    z += double{e.evidence[i].weight};
  }
  RC_ASSERT(end <= text.size());
  const double expected = Logit(parameters, Symbols(text));
  RC_ASSERT(std::fabs(z - expected) <= 1e-5 * (1 + std::fabs(expected)) * (1 + static_cast<double>(e.evidence.size())));
}

TEST(SentimentLabelName, IsWhatTheApiSays) {
  EXPECT_EQ(SentimentLabelName(SentimentLabel::kNegative), "negative");
  EXPECT_EQ(SentimentLabelName(SentimentLabel::kNeutral), "neutral");
  EXPECT_EQ(SentimentLabelName(SentimentLabel::kPositive), "positive");
}

}  // namespace
}  // namespace sotto::comments
