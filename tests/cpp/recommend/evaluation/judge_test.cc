#include "sotto/recommend/evaluation/judge.h"

#include <gtest/gtest.h>

namespace sotto::recommend {
namespace {

// User 0 trained on items 0 and 1, is tested on 3; item 4 is put aside.
Split OneUser() {
  const std::vector<Interaction> events = {{0, 1, 2, 10}, {0, 0, 1, 20}};
  return {Interactions::Create(1, 6, events).value(), {{.user = 0, .items = {3}, .aside = {4}}}, 0};
}

TEST(HistoryOf, IsOldestFirstWithItsWeights) {
  const auto history = HistoryOf(OneUser().train, 0);
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].item, 1U);
  EXPECT_EQ(history[0].weight, 2);
  EXPECT_EQ(history[1].item, 0U);
}

TEST(Judge, TakesTrainingItemsAndWhatIsAsideForNoRivals) {
  const Split split = OneUser();
  Judge judge(split, 2);
  const std::vector<float> scores = {9, 8, 1, 5, 7, 6};
  const Verdict verdict = judge.Full(split.test[0], scores);
  EXPECT_EQ(verdict.list, (std::vector<uint32_t>{5, 3}));
  EXPECT_EQ(verdict.accuracy.mrr, 0.5);
  EXPECT_EQ(verdict.accuracy.auc, 0.5);  // of 2 and 5, one is worse
}

TEST(Judge, ForgetsOneUserBeforeTheNext) {
  const std::vector<Interaction> events = {{0, 0}, {1, 1}};
  const Split split{
      Interactions::Create(2, 3, events).value(), {{.user = 0, .items = {1}}, {.user = 1, .items = {0}}}, 0};
  Judge judge(split, 1);
  const std::vector<float> scores = {3, 2, 1};
  EXPECT_EQ(judge.Full(split.test[0], scores).list, std::vector<uint32_t>{1});
  EXPECT_EQ(judge.Full(split.test[1], scores).list, std::vector<uint32_t>{0});
  EXPECT_EQ(judge.Full(split.test[0], scores).list, std::vector<uint32_t>{1});
}

TEST(Judge, LetsCandidatesAloneBeRivals) {
  const Split split = OneUser();
  Judge judge(split, 2, {false, false, true, true, true, false});
  const std::vector<float> scores = {9, 8, 1, 5, 7, 6};
  const Verdict verdict = judge.Full(split.test[0], scores);
  EXPECT_EQ(verdict.list, (std::vector<uint32_t>{3, 2}));
  EXPECT_EQ(verdict.accuracy.mrr, 1);
  EXPECT_EQ(verdict.accuracy.auc, 1);
}

TEST(Judge, GivesAConstantScorerHalfAmongSampledNegatives) {
  const Split split = OneUser();
  const Judge judge(split, 2);
  const std::vector<float> scores(6, 1);
  const std::vector<uint32_t> negatives = {2, 5};
  const Accuracy even = judge.Sampled(split.test[0], negatives, scores);
  EXPECT_EQ(even.mrr, 0.5);
  EXPECT_EQ(even.auc, 0.5);
  EXPECT_DOUBLE_EQ(even.accuracy, 1 - 1.0 / 3);  // one of two listed in vain
}

}  // namespace
}  // namespace sotto::recommend
