#include "sotto/comments/sentiment_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "comments/small_model.h"
#include "sotto/base/random.h"
#include "sotto/comments/calibration.h"
#include "sotto/comments/emoji_examples.h"
#include "sotto/comments/features.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

// Comments that say 好 or 差 among random filler, `wrong` of every hundred with the other label.
std::vector<LabelledComment> Toy(uint64_t seed, size_t comments, uint64_t wrong) {
  ChaCha20Source random(seed);
  const auto below = [&random](uint64_t bound) { return random.Below(bound).value(); };
  std::vector<LabelledComment> toy;
  for (size_t i = 0; i < comments; ++i) {
    LabelledComment comment;
    const bool good = below(2) == 1;
    comment.positive = below(100) < wrong ? !good : good;
    for (int j = 0; j < 6; ++j) comment.symbols.push_back(static_cast<char32_t>(0x4E00 + below(200)));
    comment.symbols[below(6)] = good ? U'好' : U'差';
    toy.push_back(comment);
  }
  return toy;
}

TrainerOptions SmallOptions() {
  TrainerOptions options;
  options.table_bits = 12;
  options.max_n = 1;
  options.norm_prior = 0;
  options.cost = 1;
  return options;
}

TEST(FitTable, LearnsWhichSymbolDecides) {
  const SentimentParameters p = FitTable(Toy(1, 400, 0), SmallOptions()).value();
  const int good = p.table[PlaceOf("好", p.table.size())];
  const int bad = p.table[PlaceOf("差", p.table.size())];
  EXPECT_EQ(std::max(std::abs(good), std::abs(bad)), 127);  // the scale uses the whole range
  EXPECT_GT(good, 60);
  EXPECT_LT(bad, -60);
  EXPECT_GT(Logit(p, Symbols("一好二")), 0);
  EXPECT_LT(Logit(p, Symbols("一差二")), 0);
  EXPECT_EQ(Logit(p, Symbols("")), 0);
  EXPECT_EQ(p.bias, 0);
}

TEST(FitTable, GivesTheSameBytesTwice) {
  const auto toy = Toy(2, 300, 10);
  SentimentParameters first = FitTable(toy, SmallOptions()).value();
  SentimentParameters second = FitTable(toy, SmallOptions()).value();
  first.version = second.version = "toy";
  EXPECT_EQ(WriteSentimentFile(first).value(), WriteSentimentFile(second).value());
}

TEST(FitTable, ReachesTheMinimumOfItsLoss) {
  // One symbol, seen in three good comments and one bad one; alone in each. By symmetry the only other features are
  // none (max_n = 1), so z = w r with minimal u^2 / 2 + 3 log(1 + e^-z) + log(1 + e^z), z = u r.
  const std::vector<LabelledComment> comments = {{{U'x'}, true}, {{U'x'}, true}, {{U'x'}, true}, {{U'x'}, false}};
  const SentimentParameters p = FitTable(comments, SmallOptions()).value();
  const double entries = static_cast<double>(p.table.size());
  const double q = std::log((3 + 1) / (3 + entries)) - std::log((1 + 1) / (1 + entries));
  const double r = std::sqrt(q);
  double u = 0;
  for (int i = 0; i < 200; ++i) {  // Newton's method
    const double positive = 1 / (1 + std::exp(-u * r));
    const double slope = u + r * (4 * positive - 3);
    u -= slope / (1 + 4 * r * r * positive * (1 - positive));
  }
  EXPECT_NEAR(Logit(p, std::vector<char32_t>{U'x'}), u * r, 2e-3);
}

TEST(FitTable, RefusesCommentsThatNoNgramTellsApart) {
  const std::vector<LabelledComment> same = {{{U'茶'}, true}, {{U'茶'}, false}};
  EXPECT_EQ(FitTable(same, SmallOptions()).error().code, ErrorCode::kInvalidArgument);
  TrainerOptions idle = SmallOptions();
  idle.max_iterations = 0;
  EXPECT_EQ(FitTable(Toy(1, 50, 0), idle).error().code, ErrorCode::kInvalidArgument);
}

TEST(FitTable, RefusesOneClassAloneAndOptionsOutsideTheirRange) {
  const auto code = [](const std::vector<LabelledComment>& comments, const TrainerOptions& options) {
    const auto fitted = FitTable(comments, options);
    return fitted.ok() ? ErrorCode::kInternal : fitted.error().code;
  };
  EXPECT_EQ(code({}, SmallOptions()), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({{{U'x'}, true}, {{U'y'}, true}}, SmallOptions()), ErrorCode::kInvalidArgument);
  const auto toy = Toy(3, 20, 0);
  for (const auto& change : std::vector<void (*)(TrainerOptions&)>{
           [](TrainerOptions& o) { o.table_bits = 9; }, [](TrainerOptions& o) { o.table_bits = 22; },
           [](TrainerOptions& o) { o.min_n = 0; }, [](TrainerOptions& o) { o.max_n = 5; },
           [](TrainerOptions& o) { o.min_n = 2; }, [](TrainerOptions& o) { o.cost = 0; },
           [](TrainerOptions& o) { o.cost = std::nan(""); }, [](TrainerOptions& o) { o.smoothing = 0; },
           [](TrainerOptions& o) { o.norm_prior = -1; }}) {
    TrainerOptions options = SmallOptions();
    change(options);
    EXPECT_EQ(code(toy, options), ErrorCode::kInvalidArgument);
  }
}

TEST(FitTemperature, MakesTheMeanConfidenceThatOfTheLabels) {
  const auto fresh = Toy(5, 2'000, 20);
  SentimentParameters p = FitTable(Toy(4, 2'000, 20), SmallOptions()).value();
  p.temperature = FitTemperature(p, fresh).value();
  // Where the likelihood is at its maximum, the sum of margin * (right - p) is 0.
  double slope = 0;
  for (const LabelledComment& comment : fresh) {
    const double z = Logit(p, comment.symbols);
    slope += z * ((comment.positive ? 1 : 0) - 1 / (1 + std::exp(-double{p.temperature} * z)));
  }
  EXPECT_NEAR(slope / static_cast<double>(fresh.size()), 0, 1e-6);
}

TEST(FitTemperature, UndoesAScale) {
  const auto fresh = Toy(5, 500, 20);
  SentimentParameters p = FitTable(Toy(4, 500, 20), SmallOptions()).value();
  const float plain = FitTemperature(p, fresh).value();
  p.scale *= 4;
  EXPECT_NEAR(FitTemperature(p, fresh).value(), plain / 4, 1e-5);
}

TEST(FitTemperature, RefusesWhatHasNoBestTemperature) {
  const SentimentParameters p = FitTable(Toy(4, 200, 0), SmallOptions()).value();
  EXPECT_EQ(FitTemperature(p, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(FitTemperature(p, Toy(5, 200, 0)).error().code, ErrorCode::kInvalidArgument);    // all right
  EXPECT_EQ(FitTemperature(p, Toy(5, 200, 100)).error().code, ErrorCode::kInvalidArgument);  // all wrong
}

TEST(FitThresholds, LeavesTheTailOutsideOnEachSide) {
  SentimentParameters p = SmallParameters({{"好", 10}, {"差", -10}});
  // Scores: 0.9866 once, -0.9866 once, 0 eight times.
  std::vector<std::vector<char32_t>> neutral(8, Symbols("一"));
  neutral.push_back(Symbols("好"));
  neutral.push_back(Symbols("差"));
  ASSERT_TRUE(FitThresholds(p, neutral, 0.1).ok());
  EXPECT_FLOAT_EQ(p.positive_at, 0.01F);
  EXPECT_FLOAT_EQ(p.negative_at, -0.01F);
  ASSERT_TRUE(FitThresholds(p, neutral, 0.09).ok());
  EXPECT_FLOAT_EQ(p.positive_at, 0.99F);
  EXPECT_FLOAT_EQ(p.negative_at, -0.99F);
  EXPECT_FALSE(FitThresholds(p, {}, 0.1).ok());
  EXPECT_FALSE(FitThresholds(p, neutral, 0.6).ok());
  EXPECT_FALSE(FitThresholds(p, neutral, std::nan("")).ok());
}

TEST(AddEmojiExamples, GivesEachCommentItsOwnPolarityOrNone) {
  auto comments = Toy(6, 5'000, 0);
  const size_t before = comments.size();
  ChaCha20Source random(1);
  ASSERT_TRUE(AddEmojiExamples(comments, 0.05, random).ok());
  size_t own = 0;
  size_t neutral = 0;
  for (const LabelledComment& comment : comments) {
    const char32_t last = comment.symbols.back();
    if (last == text::kTokenNeutralEmoji) ++neutral;
    if (last == text::kTokenPositiveEmoji || last == text::kTokenNegativeEmoji) {
      ++own;
      EXPECT_EQ(comment.positive, last == text::kTokenPositiveEmoji);
    }
  }
  EXPECT_GT(comments.size(), before);
  EXPECT_NEAR(static_cast<double>(own), 5'000 * 0.055, 60);
  EXPECT_NEAR(static_cast<double>(neutral), 5'000 * 0.055, 60);
}

TEST(AddEmojiExamples, DoesNothingForNoShareAndRefusesOnesOutsideTheRange) {
  auto comments = Toy(6, 50, 0);
  ChaCha20Source random(1);
  ASSERT_TRUE(AddEmojiExamples(comments, 0, random).ok());
  EXPECT_EQ(comments.size(), 50u);
  for (const LabelledComment& comment : comments) EXPECT_EQ(comment.symbols.size(), 6u);
  EXPECT_EQ(AddEmojiExamples(comments, 0.51, random).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(AddEmojiExamples(comments, std::nan(""), random).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::comments
