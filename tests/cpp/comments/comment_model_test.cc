#include "sotto/comments/comment_model.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "comments/small_model.h"
#include "sotto/text/utf8.h"
#include "text/unicode_gen.h"

namespace sotto::comments {
namespace {

constexpr std::array kAllHeads = {Head::kSentiment, Head::kEmotion, Head::kIntent, Head::kToxicity, Head::kLanguage};

// Whatever disguises there are at once: emoji, traditional and split characters, phrases, runs, words.
constexpr std::string_view kEverything =
    "👍這個真女子喫！！！！！ yyds 加v信 sh1t 哈哈哈哈哈哈 🐴 ＶＥＲＹ　good❤️ 買買 亻尔好 \u200B e\u0301 ㍿";

bool Same(const Verdict& a, const Verdict& b) {
  for (size_t i = 0; i < kHeads; ++i) {
    const Choice& x = a.choices[i];
    const Choice& y = b.choices[i];
    if (x.label != y.label || x.abstains != y.abstains || x.confidence != y.confidence) return false;
  }
  return a.probabilities == b.probabilities && a.score == b.score;
}

void ExpectSound(const Verdict& verdict) {
  for (const Head head : kAllHeads) {
    const Probabilities& p = verdict.probabilities_of(head);
    for (const float probability : p) {
      EXPECT_GE(probability, 0) << HeadName(head);
      EXPECT_LE(probability, 1) << HeadName(head);
    }
    EXPECT_LT(verdict.of(head).label, LabelNames(head).size());
    EXPECT_GE(verdict.of(head).confidence, 0);
    EXPECT_LE(verdict.of(head).confidence, 1);
    if (head != Head::kToxicity) EXPECT_NEAR(std::accumulate(p.begin(), p.end(), 0.0), 1, 1e-6) << HeadName(head);
  }
  EXPECT_GE(verdict.score, -1);
  EXPECT_LE(verdict.score, 1);
}

TEST(Logits, AreWhatIsWorkedOutByHand) {
  ModelParameters p = EmptyParameters();
  SetWeight(p, NgramOf("好"), kPolarity, 10);
  SetWeight(p, NgramOf("吃"), kPolarity, -4);
  SetWeight(p, NgramOf("好"), kSpam, -100);
  p.norm_prior = 7;
  p.columns[kPolarity] = {2, 0.5F};
  p.columns[kContact] = {2, -0.25F};
  CommentModel model = ModelOf(p);
  // A character alone has nine features: 2 / sqrt(9 + 7) * 10.
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("好"))[kPolarity], 0.5 + 5);
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("好"))[kSpam], -25);
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("好"))[kContact], -0.25);
  // Two have eighteen: 2 / sqrt(18 + 7) * (10 - 4).
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("好吃"))[kPolarity], 0.5 + 2.4);
  // A feature counts once however often it stands; 3 characters of which two are equal have 24 features.
  EXPECT_EQ(FeaturesOf("好茶好").size(), 24u);
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("好茶好"))[kPolarity], 0.5 + 2 / std::sqrt(31.0) * 10);
}

TEST(CommentModel, JudgesByItsLogitsAndItsThresholds) {
  ModelParameters p = ParametersThatKnow("很好吃", 3);
  p.temperatures = {0.5F, 2, 1.5F, 3, 0.25F, 2, 0.75F, 1.25F, 4};
  p.toxic_at = {0.3F, 0.4F, 0.6F};
  p.abstention = {0.5F, 0.6F, 0.7F, 0.8F, 0.9F};
  CommentModel model = ModelOf(p);
  const Verdict expected = Judge(model.Logits(Normalised("很好吃")), p.temperatures, p.toxic_at, p.abstention);
  EXPECT_TRUE(Same(model.Classify("很好吃").value(), expected));
  EXPECT_TRUE(Same(model.ClassifyNormalised(Normalised("很好吃")), expected));
  ExpectSound(expected);
}

TEST(CommentModel, IsSurelyNeutralAboutNothing) {
  CommentModel model = ModelOf(ParametersThatKnow("好", 1));
  for (const char* nothing : {"", "   ", "\u3000\t\n", "\u200B\u200D", "\uFE0F"}) {
    const Verdict verdict = model.Classify(nothing).value();
    EXPECT_EQ(verdict.sentiment(), SentimentLabel::kNeutral);
    EXPECT_EQ(verdict.score, 0);
    EXPECT_EQ(verdict.probabilities_of(Head::kSentiment)[1], 1);
    EXPECT_EQ(verdict.of(Head::kToxicity).label, static_cast<uint8_t>(ToxicityLabel::kNone));
    EXPECT_EQ(verdict.of(Head::kEmotion).label, static_cast<uint8_t>(EmotionLabel::kNeutral));
    EXPECT_EQ(verdict.of(Head::kIntent).label, static_cast<uint8_t>(IntentLabel::kChatter));
    EXPECT_EQ(verdict.of(Head::kLanguage).label, static_cast<uint8_t>(LanguageLabel::kOther));
    for (const Head head : kAllHeads) {
      const bool sure = head == Head::kSentiment || head == Head::kToxicity;
      EXPECT_EQ(verdict.of(head).abstains, !sure) << HeadName(head);
      EXPECT_EQ(verdict.of(head).confidence, sure ? 1 : 0) << HeadName(head);
      const auto explanation = model.Explain(nothing, head, 0).value();
      EXPECT_TRUE(explanation.evidence.empty());
      EXPECT_EQ(explanation.z, explanation.bias);
      EXPECT_TRUE(Same(explanation.verdict, verdict));
    }
  }
}

TEST(CommentModel, SeesThroughDisguises) {
  CommentModel model = ModelOf(ParametersThatKnow("这个女马好永远的神微信shit", 2));
  const auto same = [&model](std::string_view a, std::string_view b) {
    return Same(model.Classify(a).value(), model.Classify(b).value());
  };
  EXPECT_TRUE(same("這個", "这个"));
  EXPECT_TRUE(same("女馬好", "妈好"));
  EXPECT_TRUE(same("yyds", "永远的神"));
  EXPECT_TRUE(same("ＶＸ", "微信"));
  EXPECT_TRUE(same("sh1t", "shit"));
  EXPECT_TRUE(same(" 这\u200B个\u3000", "这个"));
  EXPECT_FALSE(same("这个", "永远的神"));
}

TEST(CommentModel, KnowsAnEmojiByItsMoodAlone) {
  ModelParameters p = EmptyParameters();
  SetWeight(p, FeaturesOf("👍").at(0), kPolarity, 30);
  CommentModel model = ModelOf(p);
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("👍"))[kPolarity], 30);
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("👍👍👍"))[kPolarity], 30);
  EXPECT_DOUBLE_EQ(model.Logits(Normalised("👎"))[kPolarity], 0);
}

TEST(CommentModel, RefusesTextThatIsNotUtf8OrTooLong) {
  CommentModel model = ModelOf(EmptyParameters());
  EXPECT_EQ(model.Classify("\xC4\xE3").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(model.Explain("\xC4\xE3", Head::kIntent, 0).error().code, ErrorCode::kMalformed);
  const std::string too_long(text::kMaxCommentBytes + 1, 'a');
  EXPECT_EQ(model.Classify(too_long).error().code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(model.Explain(too_long, Head::kIntent, 0).error().code, ErrorCode::kResourceExhausted);
}

TEST(CommentModel, JudgesTheLongestComments) {
  CommentModel model = ModelOf(ParametersThatKnow("好茶哈哈哈哈丁", 2, 8));
  std::string different;
  for (char32_t next = 0x4E00; different.size() + 3 <= text::kMaxCommentBytes; ++next) {
    text::AppendUtf8(next, different);
  }
  std::string repeated;
  for (int i = 0; i < 10'000; ++i) repeated += "好";
  std::string words;
  while (words.size() + 6 <= text::kMaxCommentBytes) words += "a1 👍";
  for (const std::string& text : {different, repeated, words, std::string(text::kMaxCommentBytes, 'a')}) {
    ExpectSound(model.Classify(text).value());
    const Explanation explanation = model.Explain(text, Head::kSentiment, 2).value();
    EXPECT_TRUE(std::isfinite(explanation.z));
  }
  EXPECT_TRUE(Same(model.Classify(repeated).value(), model.Classify(repeated.substr(0, 3 * 9'000)).value()));
}

TEST(CommentModel, DoesNotRememberWhatItRead) {
  const ModelParameters p = ParametersThatKnow("很好吃", 4);
  const Verdict fresh = ModelOf(p).Classify("很好吃").value();
  CommentModel model = ModelOf(p);
  const std::string longest(text::kMaxCommentBytes, 'a');
  for (const char* before : {"", "不好", "\xFF", longest.c_str()}) {
    static_cast<void>(model.Classify(before));
    static_cast<void>(model.Explain("茶", Head::kEmotion, 1));
    EXPECT_TRUE(Same(model.Classify("很好吃").value(), fresh));
  }
}

TEST(CommentModel, StaysFiniteAtTheEndsOfEveryRange) {
  for (const int8_t weight : {int8_t{127}, int8_t{-128}}) {
    ModelParameters p = EmptyParameters();
    for (size_t column = 0; column < kColumns; ++column) {
      SetWeight(p, NgramOf("好"), column, weight);
      p.columns[column] = {1e6F, weight > 0 ? 1e6F : -1e6F};
    }
    p.temperatures = {1e6F, 1e6F, 1e6F, 1e6F, 1e6F, 1e6F, 1e6F, 1e6F, 1e6F};
    CommentModel model = ModelOf(p);
    ExpectSound(model.Classify("好").value());
    for (const Head head : kAllHeads) {
      const Explanation explanation = model.Explain("好", head, 0).value();
      EXPECT_TRUE(std::isfinite(explanation.z));
      for (const Evidence& part : explanation.evidence) EXPECT_TRUE(std::isfinite(part.weight));
    }
  }
}

TEST(CommentModel, TellsItsVersionAndItsLexicon) {
  const CommentModel model = ModelOf(EmptyParameters());
  EXPECT_EQ(model.version(), "small");
  EXPECT_EQ(model.lexicon().Fold(U'這'), U'这');
}

TEST(SetAbstention, DecidesFromWhichConfidenceAVerdictHolds) {
  ModelParameters p = ParametersThatKnow("很好吃", 5);
  for (ColumnParameters& column : p.columns) column = {0.001F, 0};  // so that no head is sure
  CommentModel model = ModelOf(p);
  const Verdict before = model.Classify("很好吃").value();
  for (const Head head : kAllHeads) {
    const auto i = static_cast<size_t>(head);
    Abstention abstention{};
    abstention[i] = before.of(head).confidence;
    ASSERT_TRUE(model.SetAbstention(abstention).ok());
    EXPECT_EQ(model.abstention(), abstention);
    EXPECT_FALSE(model.Classify("很好吃").value().of(head).abstains) << HeadName(head);
    abstention[i] = std::nextafter(before.of(head).confidence, 2.0F);
    ASSERT_TRUE(model.SetAbstention(abstention).ok());
    const Verdict verdict = model.Classify("很好吃").value();
    for (const Head other : kAllHeads) EXPECT_EQ(verdict.of(other).abstains, other == head) << HeadName(other);
    EXPECT_EQ(verdict.of(head).label, before.of(head).label);
    EXPECT_EQ(verdict.of(head).confidence, before.of(head).confidence);
  }
}

TEST(SetAbstention, RefusesWhatIsNoShareAndKeepsWhatItHad) {
  CommentModel model = ModelOf(EmptyParameters());
  const Abstention held = {0, 1, 0.5F, 0.25F, 0.75F};
  ASSERT_TRUE(model.SetAbstention(held).ok());
  for (const float bad : {-0.01F, 1.01F, std::numeric_limits<float>::quiet_NaN()}) {
    for (size_t i = 0; i < kHeads; ++i) {
      Abstention abstention{};
      abstention[i] = bad;
      EXPECT_EQ(model.SetAbstention(abstention).error().code, ErrorCode::kInvalidArgument);
      EXPECT_EQ(model.abstention(), held);
    }
  }
}

TEST(Explain, GivesTheEvidenceWorkedOutByHand) {
  ModelParameters p = EmptyParameters();
  SetWeight(p, NgramOf("好"), kPolarity, 10);
  SetWeight(p, NgramOf("差"), kPolarity, -6);
  p.norm_prior = static_cast<float>(100 - FeaturesOf("好喝好，差").size());  // so that a unit is 1 / 10
  p.columns[kPolarity].bias = 0.5F;
  CommentModel model = ModelOf(p);
  const Explanation e = model.Explain("好喝好，差", Head::kSentiment, 2).value();
  // 好 stands twice, and each place has half of its weight. What adds nothing is not in the evidence.
  ASSERT_EQ(e.evidence.size(), 3u);
  EXPECT_EQ(e.evidence[0].begin, 0u);
  EXPECT_EQ(e.evidence[0].end, 3u);
  EXPECT_FLOAT_EQ(e.evidence[0].weight, 0.5F);
  EXPECT_EQ(e.evidence[1].begin, 6u);
  EXPECT_EQ(e.evidence[1].end, 9u);
  EXPECT_FLOAT_EQ(e.evidence[1].weight, 0.5F);
  EXPECT_EQ(e.evidence[2].begin, 12u);
  EXPECT_EQ(e.evidence[2].end, 15u);
  EXPECT_FLOAT_EQ(e.evidence[2].weight, -0.6F);
  EXPECT_FLOAT_EQ(e.bias, 0.5F);
  EXPECT_FLOAT_EQ(e.z, 0.9F);
}

TEST(Explain, SharesAnNgramAmongTheSymbolsThatItCovers) {
  ModelParameters p = EmptyParameters();
  SetWeight(p, NgramOf("难吃"), kPolarity, -12);
  const double unit = 1 / std::sqrt(static_cast<double>(FeaturesOf("难👍吃了").size()));
  CommentModel model = ModelOf(p);
  const Explanation e = model.Explain("难👍吃了", Head::kSentiment, 2).value();
  ASSERT_EQ(e.evidence.size(), 1u);
  EXPECT_EQ(e.evidence[0].begin, 0u);
  EXPECT_EQ(e.evidence[0].end, 10u);  // with the emoji that stands inside
  EXPECT_FLOAT_EQ(e.evidence[0].weight, static_cast<float>(-12 * unit));
}

TEST(Explain, PointsAtTheOriginalOfWhatWasRewritten) {
  ModelParameters p = EmptyParameters();
  SetWeight(p, NgramOf("妈"), kPolarity, 10);
  CommentModel model = ModelOf(p);
  const Explanation e = model.Explain("茶女馬茶", Head::kSentiment, 2).value();
  ASSERT_EQ(e.evidence.size(), 1u);
  EXPECT_EQ(e.evidence[0].begin, 3u);
  EXPECT_EQ(e.evidence[0].end, 9u);
}

TEST(Explain, PutsSymbolsOfOneCharacterTogether) {
  // One code point, eighteen symbols: one stretch for all its bytes, whatever its symbols say.
  CommentModel model = ModelOf(ParametersThatKnow("\uFDFA", 9));
  const Explanation e = model.Explain("\uFDFA", Head::kIntent, 3).value();
  ASSERT_EQ(e.evidence.size(), 1u);
  EXPECT_EQ(e.evidence[0].begin, 0u);
  EXPECT_EQ(e.evidence[0].end, 3u);
}

TEST(Explain, RefusesALabelThatTheHeadDoesNotHave) {
  CommentModel model = ModelOf(EmptyParameters());
  for (const Head head : kAllHeads) {
    const auto labels = static_cast<uint8_t>(LabelNames(head).size());
    EXPECT_TRUE(model.Explain("好", head, static_cast<uint8_t>(labels - 1)).ok());
    EXPECT_EQ(model.Explain("好", head, labels).error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(model.Explain("好", head, 255).error().code, ErrorCode::kInvalidArgument);
  }
}

// The z that explains a label, as the header says it.
double ZOf(const std::array<double, kColumns>& z, Head head, size_t label) {
  switch (head) {
    case Head::kSentiment:
      return std::array{-z[kPolarity], z[kNeutrality], z[kPolarity]}[label];
    case Head::kToxicity:
      return std::array{-z[kOffence], z[kOffence], z[kOffence], z[kSpam], z[kContact]}[label];
    case Head::kEmotion:
      return z[kFirstEmotion + label];
    case Head::kIntent:
      return z[kFirstIntent + label];
    case Head::kLanguage:
      return z[kFirstLanguage + label];
  }
  return 0;
}

// Nothing, or what is wrong with it.
std::string WrongWith(const Explanation& e, std::string_view text, double expected) {
  double z = e.bias;
  double size = std::fabs(e.bias);
  uint32_t end = 0;
  for (size_t i = 0; i < e.evidence.size(); ++i) {
    const Evidence& part = e.evidence[i];
    if (part.begin < end || part.begin >= part.end || part.end > text.size()) return "stretches overlap or are outside";
    const auto inside = [text](uint32_t at) { return at < text.size() && (text[at] & 0xC0) == 0x80; };
    if (inside(part.begin) || inside(part.end)) return "a stretch cuts a character in two";
    if (part.weight == 0) return "a stretch says nothing";
    if (i > 0 && part.begin == end && std::signbit(part.weight) == std::signbit(e.evidence[i - 1].weight)) {
      return "neighbours of one sign are two stretches";
    }
    end = part.end;
    z += part.weight;
    size += std::fabs(part.weight);
  }
  if (std::fabs(z - expected) > 1e-6 * (1 + size)) return "bias and evidence do not add up";
  if (std::fabs(e.z - expected) > 1e-6 * (1 + size)) return "z is not that of the column";
  return "";
}

std::string WrongWithAny(CommentModel& model, std::string_view text) {
  const Verdict verdict = model.Classify(text).value();
  const auto normalised = Normalised(text);
  std::array<double, kColumns> z = model.Logits(normalised);
  for (const Head head : kAllHeads) {
    for (size_t label = 0; label < LabelNames(head).size(); ++label) {
      const Explanation e = model.Explain(text, head, static_cast<uint8_t>(label)).value();
      const std::string wrong = !Same(e.verdict, verdict) ? "another verdict" : WrongWith(e, text, ZOf(z, head, label));
      if (!wrong.empty())
        return wrong + " for " + std::string(LabelNames(head)[label]) + " of '" + std::string(text) + "'";
    }
  }
  return "";
}

TEST(Explain, AddsUpForEveryLabelWhateverTheDisguise) {
  for (const std::string_view text :
       {kEverything, std::string_view("👍"), std::string_view("👍👍👎"), std::string_view("女子女子女子"),
        std::string_view("買錢買錢"), std::string_view("好好好好好好好"), std::string_view("！"),
        std::string_view(" 好 ")}) {
    CommentModel model = ModelOf(ParametersThatKnow(text, 11));
    EXPECT_EQ(WrongWithAny(model, text), "");
    bool speaks = false;
    for (const Head head : kAllHeads) speaks = speaks || !model.Explain(text, head, 1).value().evidence.empty();
    EXPECT_TRUE(speaks) << text;
  }
}

RC_GTEST_PROP(Explain, AddsUpForEveryLabelOfAnyText, ()) {
  const std::string text = *text::TrickyText();
  CommentModel model = ModelOf(ParametersThatKnow(text, 12, 6));
  RC_ASSERT(WrongWithAny(model, text) == "");
}

TEST(LabelNames, AreWhatTheApiSays) {
  const auto names = [](Head head) {
    const auto labels = LabelNames(head);
    return std::vector<std::string>(labels.begin(), labels.end());
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names(Head::kSentiment), (Names{"negative", "neutral", "positive"}));
  EXPECT_EQ(names(Head::kEmotion), (Names{"joy", "anger", "sadness", "surprise", "fear", "neutral"}));
  EXPECT_EQ(names(Head::kIntent), (Names{"price", "availability", "shipping", "discount", "product_question", "usage",
                                         "purchase", "after_sales", "praise", "greeting", "host_request", "chatter"}));
  EXPECT_EQ(names(Head::kToxicity), (Names{"none", "insult", "hate", "spam", "contact"}));
  EXPECT_EQ(names(Head::kLanguage), (Names{"zh", "en", "ja", "ko", "other"}));
  EXPECT_EQ(HeadName(Head::kSentiment), "sentiment");
  EXPECT_EQ(HeadName(Head::kEmotion), "emotion");
  EXPECT_EQ(HeadName(Head::kIntent), "intent");
  EXPECT_EQ(HeadName(Head::kToxicity), "toxicity");
  EXPECT_EQ(HeadName(Head::kLanguage), "language");
}

}  // namespace
}  // namespace sotto::comments
