#include "sotto/recommend/evaluation/accuracy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sotto/recommend/metrics.h"

namespace sotto::recommend {
namespace {

TEST(PlacesOf, AreThoseOfRankOfForOneItem) {
  const std::vector<float> scores = {3, 2, 2, 2, 1};
  for (const uint32_t item : {0U, 1U, 2U, 4U}) {
    EXPECT_EQ(PlacesOf(std::vector{item}, scores, {}), std::vector{RankOf(item, scores, {})});
  }
}

TEST(PlacesOf, GiveNoPlaceTwiceAndNoneThatIsNotThere) {
  const std::vector<float> scores = {1, 1, 1, 1, 0};
  EXPECT_EQ(PlacesOf(std::vector{0U, 1U}, scores, {}), (std::vector<uint32_t>{2, 3}));
  EXPECT_EQ(PlacesOf(std::vector{0U, 1U, 2U, 3U, 4U}, scores, {}), (std::vector<uint32_t>{0, 1, 2, 3, 4}));
}

TEST(PlacesOf, LeaveExcludedItemsOut) {
  const std::vector<float> scores = {9, 8, 7, 6};
  const std::array exclude = {true, false, true, false};
  EXPECT_EQ(PlacesOf(std::vector{1U, 3U}, scores, exclude), (std::vector<uint32_t>{0, 1}));
}

TEST(AccuracyAt, HasTheValuesOfAnExampleWorkedByHand) {
  // Relevant at places 1, 3 and 7 of 10 candidates; the list has 5.
  const Accuracy one = AccuracyAt(std::vector{1U, 3U, 7U}, 10, 5);
  const auto gain = [](double place) { return 1 / std::log2(place + 2); };
  EXPECT_EQ(one.hit_rate, 1);
  EXPECT_DOUBLE_EQ(one.ndcg, (gain(1) + gain(3)) / (gain(0) + gain(1) + gain(2)));
  EXPECT_DOUBLE_EQ(one.mrr, 1.0 / 2);
  EXPECT_DOUBLE_EQ(one.map, (1.0 / 2 + 2.0 / 4) / 3);
  EXPECT_DOUBLE_EQ(one.precision, 2.0 / 5);
  EXPECT_DOUBLE_EQ(one.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(one.f1, 2 * (0.4 * 2 / 3) / (0.4 + 2.0 / 3));
  EXPECT_DOUBLE_EQ(one.accuracy, 0.6);  // three listed in vain and one missed
  EXPECT_DOUBLE_EQ(one.auc, 1 - (1 + 2 + 5) / 21.0);
}

TEST(AccuracyAt, OfOneItemIsWhatLeaveOneOutReports) {
  for (const uint32_t place : {0U, 4U, 9U, 10U, 50U}) {
    const Accuracy one = AccuracyAt(std::vector{place}, 100, 10);
    EXPECT_EQ(one.hit_rate, HitRateAt(place, 10));
    EXPECT_EQ(one.ndcg, NdcgAt(place, 10));
    EXPECT_EQ(one.mrr, ReciprocalRank(place));
    EXPECT_EQ(one.recall, one.hit_rate);
    EXPECT_DOUBLE_EQ(one.precision, one.hit_rate / 10);
  }
}

TEST(AccuracyAt, IsOneForAPerfectListAndNothingForAListOfRivals) {
  for (const double value : AccuracyAt(std::vector{0U, 1U, 2U}, 9, 3).Values()) EXPECT_EQ(value, 1);
  const Accuracy worst = AccuracyAt(std::vector{3U, 4U, 5U}, 6, 3);
  EXPECT_EQ(worst.ndcg + worst.map + worst.precision + worst.recall + worst.f1 + worst.accuracy + worst.auc, 0);
}

RC_GTEST_PROP(AccuracyAt, IsFromZeroToOneForEveryRanking, (std::vector<bool> is_relevant, std::vector<uint8_t> raw)) {
  const size_t count = std::min(is_relevant.size(), raw.size());
  std::vector<float> scores(raw.begin(), raw.begin() + static_cast<ptrdiff_t>(count));
  std::vector<uint32_t> items;
  for (uint32_t item = 0; item < count; ++item) {
    scores[item] = std::floor(scores[item] / 64);  // many ties
    if (is_relevant[item]) items.push_back(item);
  }
  RC_PRE(!items.empty());
  const auto k = *rc::gen::inRange(1U, 12U);
  for (const double value : AccuracyAt(PlacesOf(items, scores, {}), static_cast<uint32_t>(count), k).Values()) {
    RC_ASSERT(value >= -1e-12 && value <= 1 + 1e-12);
  }
}

}  // namespace
}  // namespace sotto::recommend
