#include "sotto/comments/quality.h"

#include <gtest/gtest.h>

#include <vector>

#include "comments/small_model.h"

namespace sotto::comments {
namespace {

// 好: score 0.9866, positive. 差: -0.9866, negative. 一: 0, neutral and two-way negative.
SentimentModel GoodBadModel() {
  return ModelOf(SmallParameters({{"好", 10}, {"差", -10}}));
}

TEST(MeasureReviews, CountsByHand) {
  const std::vector<LabelledComment> comments = {{Symbols("好"), true},
                                                 {Symbols("好"), true},
                                                 {Symbols("好"), false},
                                                 {Symbols("差"), false},
                                                 {Symbols("一"), true}};
  const ReviewQuality q = MeasureReviews(GoodBadModel(), comments).value();
  EXPECT_EQ(q.comments, 5u);
  EXPECT_EQ(q.confusion[0][0], 1u);
  EXPECT_EQ(q.confusion[0][1], 1u);
  EXPECT_EQ(q.confusion[1][0], 1u);
  EXPECT_EQ(q.confusion[1][1], 2u);
  EXPECT_DOUBLE_EQ(q.accuracy, 3.0 / 5);
  // F1 of negative: 2 * 1 / (2 + 2); of positive: 2 * 2 / (3 + 3).
  EXPECT_DOUBLE_EQ(q.macro_f1, (0.5 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(q.coverage, 4.0 / 5);
  EXPECT_DOUBLE_EQ(q.accuracy_when_decided, 3.0 / 4);
  // Four comments of confidence 0.9933 of which three are right, one of 0.5 that is wrong.
  EXPECT_NEAR(q.calibration_error, (4 * 0.99330715 - 3 + 0.5) / 5, 1e-6);
}

TEST(MeasureReviews, RefusesNothing) {
  EXPECT_EQ(MeasureReviews(GoodBadModel(), {}).error().code, ErrorCode::kInvalidArgument);
}

TEST(MeasureLabels, CountsByHand) {
  const std::vector<ThreeWayComment> comments = {{Symbols("好"), SentimentLabel::kPositive},
                                                 {Symbols("一"), SentimentLabel::kNeutral},
                                                 {Symbols("一"), SentimentLabel::kPositive},
                                                 {Symbols("差"), SentimentLabel::kNeutral}};
  const LabelQuality q = MeasureLabels(GoodBadModel(), comments).value();
  EXPECT_EQ(q.confusion[2][2], 1u);
  EXPECT_EQ(q.confusion[1][1], 1u);
  EXPECT_EQ(q.confusion[2][1], 1u);
  EXPECT_EQ(q.confusion[1][0], 1u);
  EXPECT_DOUBLE_EQ(q.accuracy, 0.5);
  // Negative 0 of 1; neutral 2 / (2 + 2); positive 2 / (2 + 1).
  EXPECT_DOUBLE_EQ(q.macro_f1, (0 + 0.5 + 2.0 / 3) / 3);
  EXPECT_EQ(MeasureLabels(GoodBadModel(), {}).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::comments
