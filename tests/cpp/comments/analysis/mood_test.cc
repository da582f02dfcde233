#include "sotto/comments/analysis/mood.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "comments/analysis/random_numbers.h"
#include "sotto/comments/analysis/mean_shift.h"

namespace sotto::comments::analysis {
namespace {

MeanShiftDetector MakeDetector(MeanShiftOptions options = {}) {
  return MeanShiftDetector::Create(options).value();
}

TEST(MeanShift, GivesNoMoreFalseAlarmsThanTheTheorySays) {
  // 1,000 hours of buckets of 10 s. Siegmund: 360,000 / 9,556 = 38 alarms.
  Draws draws(1);
  MeanShiftDetector detector = MakeDetector();
  int alarms = 0;
  for (int i = 0; i < 360'000; ++i) {
    const double weight = 5 + 40 * draws.Uniform();
    alarms += detector.Add(i * 10, 0.2 + 0.6 * draws.Normal() / std::sqrt(weight), weight).has_value();
  }
  RecordProperty("false_alarms_in_1000_hours", alarms);
  EXPECT_LT(alarms, 60);
  EXPECT_GT(alarms, 5);  // or it would be blind
}

TEST(MeanShift, SeesAShiftOfTwoDeviationsWithinAMinuteOrTwo) {
  Draws draws(2);
  double delay = 0;
  double from_error = 0;
  int seen = 0;
  constexpr int kRuns = 500;
  for (int run = 0; run < kRuns; ++run) {
    MeanShiftDetector detector = MakeDetector();
    const int sign = run % 2 == 0 ? 1 : -1;
    for (int i = 0; i < 60; ++i) {
      const double level = i < 30 ? 0.1 : 0.1 + sign * 2 * 0.1;
      const auto shift = detector.Add(i, level + 0.1 * draws.Normal(), 25);
      if (!shift || i < 30) continue;
      EXPECT_EQ(shift->direction, sign);
      EXPECT_NEAR(shift->after - shift->before, sign * 0.2, 0.15);
      delay += i - 29;
      from_error += std::fabs(shift->from_s - 30);
      ++seen;
      break;
    }
  }
  RecordProperty("mean_delay_in_tenths_of_a_bucket", static_cast<int>(10 * delay / seen));
  EXPECT_GE(seen, kRuns * 98 / 100);
  EXPECT_LT(delay / seen, 9);  // buckets; the known-mean formula gives 9.2 / 1.5 = 6.1
  EXPECT_LT(from_error / seen, 2);
}

TEST(MeanShift, IsNotMovedByOneOddValue) {
  Draws draws(3);
  MeanShiftDetector detector = MakeDetector();
  for (int i = 0; i < 60; ++i) {
    EXPECT_FALSE(detector.Add(i, i == 40 ? 1 : 0.05 * draws.Normal(), 25).has_value());
  }
}

TEST(MeanShift, SeesNothingInAConstantSeries) {
  MeanShiftDetector detector = MakeDetector();
  for (int i = 0; i < 10'000; ++i) EXPECT_FALSE(detector.Add(i, 0.25, 10).has_value());
}

TEST(MeanShift, RefusesOptionsOutsideTheirRanges) {
  EXPECT_FALSE(MeanShiftDetector::Create({.reference = 0}).ok());
  EXPECT_FALSE(MeanShiftDetector::Create({.threshold = std::nan("")}).ok());
  EXPECT_FALSE(MeanShiftDetector::Create({.warm_up = 2}).ok());
}

Mood Make(MoodOptions options = {}) {
  return Mood::Create(options).value();
}

TEST(Mood, GivesMeanAndErrorOfEachBucket) {
  Mood mood = Make();
  const auto say = [&](double time_s, SentimentLabel label, double score) {
    mood.Advance(time_s);
    mood.Observe(label, score);
  };
  say(12, SentimentLabel::kPositive, 0.9);
  say(15, SentimentLabel::kNeutral, 0.1);
  say(19.9, SentimentLabel::kNegative, -0.7);
  say(40, SentimentLabel::kPositive, 0.5);
  const auto buckets = mood.Buckets();
  ASSERT_EQ(buckets.size(), 2u);
  EXPECT_EQ(buckets[0].begin_s, 10);
  EXPECT_EQ(buckets[0].comments, 3u);
  EXPECT_EQ(buckets[0].positive, 1u);
  EXPECT_EQ(buckets[0].neutral, 1u);
  EXPECT_EQ(buckets[0].negative, 1u);
  EXPECT_NEAR(buckets[0].mean, 0.1, 1e-12);
  EXPECT_NEAR(buckets[0].standard_error, 0.8 / std::sqrt(3), 1e-12);  // variance (0.64 + 0 + 0.64) / 2
  EXPECT_EQ(buckets[1].begin_s, 40);
  EXPECT_EQ(buckets[1].standard_error, 1);
}

TEST(Mood, KeepsAsManyBucketsAsItWasTold) {
  Mood mood = Make({.history = 3});
  for (int i = 0; i < 100; ++i) {
    mood.Advance(i * 10);
    mood.Observe(SentimentLabel::kNeutral, 0);
  }
  EXPECT_EQ(mood.Buckets().size(), 4u);
  EXPECT_EQ(mood.Buckets().back().begin_s, 990);
}

TEST(Mood, TellsWhenARoomTurns) {
  Draws draws(4);
  Mood mood = Make();
  std::vector<MeanShift> changes;
  for (double time = 0; time < 1'200; time += draws.Exponential(3)) {
    const double positive = time < 600 ? 0.5 : 0.1;
    if (const auto change = mood.Advance(time)) changes.push_back(*change);
    const double drawn = draws.Uniform();
    if (drawn < positive) {
      mood.Observe(SentimentLabel::kPositive, 0.8);
    } else if (drawn < 0.6) {
      mood.Observe(SentimentLabel::kNegative, -0.8);
    } else {
      mood.Observe(SentimentLabel::kNeutral, 0);
    }
  }
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0].direction, -1);
  EXPECT_NEAR(changes[0].from_s, 600, 20);
  EXPECT_LE(changes[0].detected_s, 650);
  EXPECT_NEAR(changes[0].before, 0.32, 0.1);
  EXPECT_NEAR(changes[0].after, -0.32, 0.1);
}

TEST(Mood, LetsAFewCommentsWaitForMore) {
  // One comment in a bucket: only every fifth bucket can give a value, so six values take 30.
  Mood mood = Make();
  int changes = 0;
  for (int i = 0; i < 400; ++i) {
    changes += mood.Advance(i * 10).has_value();
    mood.Observe(SentimentLabel::kPositive, i < 200 ? 0.2 + 0.1 * (i % 2) : -0.6 + 0.1 * (i % 2));
  }
  EXPECT_EQ(changes, 1);
}

TEST(Opinion, HasTheWilsonIntervalWorkedOutByHand) {
  Decay decay(60);
  decay.Advance(0);
  Tally tally;
  for (int i = 0; i < 10; ++i) tally.Add(decay, 0, i < 8 ? SentimentLabel::kPositive : SentimentLabel::kNegative, 0.5);
  const Opinion opinion = tally.Read(decay, 0);
  EXPECT_DOUBLE_EQ(opinion.positive_share, 0.8);
  // Wilson's interval for 8 of 10.
  EXPECT_NEAR(opinion.low, 0.4901625, 1e-6);
  EXPECT_NEAR(opinion.high, 0.9433178, 1e-6);
}

TEST(Opinion, IsAllDoubtWithoutADecidedComment) {
  Decay decay(60);
  decay.Advance(0);
  Tally tally;
  tally.Add(decay, 0, SentimentLabel::kNeutral, 0);
  const Opinion opinion = tally.Read(decay, 0);
  EXPECT_EQ(opinion.low, 0);
  EXPECT_EQ(opinion.high, 1);
}

TEST(Opinion, ForgetsByHalfLife) {
  Decay decay(60);
  decay.Advance(0);
  Tally tally;
  tally.Add(decay, 0, SentimentLabel::kNegative, -1);
  tally.Multiply(decay.Advance(60));
  tally.Add(decay, 60, SentimentLabel::kPositive, 1);
  const Opinion opinion = tally.Read(decay, 60);
  EXPECT_DOUBLE_EQ(opinion.positive, 1);
  EXPECT_DOUBLE_EQ(opinion.negative, 0.5);
  EXPECT_NEAR(opinion.mean, 1 / 3.0, 1e-12);
}

}  // namespace
}  // namespace sotto::comments::analysis
