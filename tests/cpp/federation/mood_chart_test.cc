#include "sotto/federation/mood_chart.h"

#include <gtest/gtest.h>

#include <cmath>

#include "federation/split_tasks.h"
#include "sotto/privacy/noise.h"

namespace sotto::federation {
namespace {

Release AMinute(double variance) {
  Release release{std::vector<int64_t>(kMoodBuckets, 0), 100, variance};
  release.sums[0 * kMoodIntents + 3] = 60;
  release.sums[2 * kMoodIntents + 3] = 30;
  release.sums[2 * kMoodIntents + 11] = 10;
  return release;
}

TEST(ChartOfMood, AddsUpBySentimentAndByIntent) {
  const MoodChart chart = ChartOfMood(MoodTask(), AMinute(4)).value();
  EXPECT_EQ(chart.minute, 12U);
  EXPECT_EQ(chart.reports, 100U);
  EXPECT_EQ(chart.buckets[3].estimate, 60);
  EXPECT_EQ(chart.sentiments[0].estimate, 60);
  EXPECT_EQ(chart.sentiments[1].estimate, 0);
  EXPECT_EQ(chart.sentiments[2].estimate, 40);
  EXPECT_EQ(chart.intents[3].estimate, 90);
  EXPECT_EQ(chart.intents[11].estimate, 10);
}

TEST(ChartOfMood, HasBarsAsLongAsTheNoiseOfWhatIsAddedUp) {
  const MoodChart chart = ChartOfMood(MoodTask(), AMinute(4)).value();
  EXPECT_NEAR(chart.buckets[3].high - 60, 1.96 * 2, 1e-3);
  EXPECT_NEAR(60 - chart.buckets[3].low, 1.96 * 2, 1e-3);
  EXPECT_NEAR(chart.sentiments[0].high - 60, 1.96 * 2 * std::sqrt(12.0), 1e-3);
  EXPECT_NEAR(90 - chart.intents[3].low, 1.96 * 2 * std::sqrt(3.0), 1e-3);
}

TEST(ChartOfMood, CutsBarsOffAtNobodyAndAtEverybody) {
  Release release = AMinute(100);
  release.sums[5] = -30;
  const MoodChart chart = ChartOfMood(MoodTask(), release).value();
  EXPECT_EQ(chart.buckets[5].estimate, -30);
  EXPECT_EQ(chart.buckets[5].low, 0);
  EXPECT_EQ(chart.buckets[5].high, 0);
  EXPECT_EQ(chart.intents[3].high, 100);
}

TEST(ChartOfMood, HoldsTheTruthInNineteenBarsOfTwenty) {
  ChaCha20Source random(2);
  int held = 0;
  int bars = 0;
  for (int minute = 0; minute < 200; ++minute) {
    Release release{std::vector<int64_t>(kMoodBuckets, 500), 18'000, 2 * 64.0};
    for (int aggregator = 0; aggregator < 2; ++aggregator) {
      const auto noise = privacy::NoiseVector({64, 1}, kMoodBuckets, random).value();
      for (size_t i = 0; i < noise.size(); ++i) release.sums[i] += noise[i];
    }
    const MoodChart chart = ChartOfMood(MoodTask(), release).value();
    for (const MoodBar& bar : chart.buckets) {
      held += bar.low <= 500 && 500 <= bar.high ? 1 : 0;
      ++bars;
    }
  }
  // 7,200 bars: 0.95 within four standard deviations.
  EXPECT_NEAR(held / static_cast<double>(bars), 0.95, 4 * std::sqrt(0.95 * 0.05 / bars));
}

TEST(ChartOfMood, RefusesOtherTasksAndOtherReleases) {
  EXPECT_EQ(ChartOfMood(PopularityTask(), AMinute(4)).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ChartOfMood(MoodTask(), {std::vector<int64_t>(35), 100, 4}).error().code, ErrorCode::kMismatch);
}

}  // namespace
}  // namespace sotto::federation
