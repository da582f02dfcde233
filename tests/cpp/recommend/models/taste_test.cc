#include "sotto/recommend/models/taste.h"

#include <cmath>

#include "recommend/models/promises.h"

namespace sotto::recommend {
namespace {

// Items 0 and 1 are of feature 0, 2 and 3 of feature 1, nothing is known of item 4. Items 0 and 2 are the head.
TasteParts FiveItems() {
  TasteParts parts;
  parts.popularity = {8, 4, 2, 2, 0};
  parts.memberships = Matrix::Zero(5, 2);
  parts.memberships(0, 0) = parts.memberships(1, 0) = parts.memberships(2, 1) = parts.memberships(3, 1) = 1;
  parts.head = {0, 2};
  parts.head_weights = Matrix::Zero(2, 2);
  parts.head_weights(0, 1) = 0.5F;
  parts.prior = 4;
  parts.affinity = 2;
  return parts;
}

TasteModel AModel() {
  return TasteModel::Create(FiveItems()).value();
}

TEST(TasteModel, RanksByPopularityForAViewerOfWhomNothingIsKnown) {
  const auto scores = Scores(AModel(), {});
  EXPECT_FLOAT_EQ(scores[0], 0);
  EXPECT_FLOAT_EQ(scores[1], std::log(0.5F));
  EXPECT_FLOAT_EQ(scores[2], std::log(0.25F));
  EXPECT_FLOAT_EQ(scores[4], std::log(1e-6F));  // taken by nobody is not impossible
}

TEST(TasteModel, AddsTasteAndAffinityAsWorkedByHand) {
  TasteParts parts = FiveItems();
  parts.popularity = {8, 4, 2, 2, 16};
  const auto model = TasteModel::Create(parts).value();
  const std::vector<Engagement> history = {{0, 1}};
  const auto scores = Scores(model, history);
  // Shares of the features: 12 / 32 and 4 / 32. Lifts: (1 + 4 x 0.375) / (5 x 0.375) and (4 x 0.125) / (5 x 0.125).
  const double first = std::log(2.5 / 1.875);
  const double second = std::log(0.8);
  EXPECT_NEAR(scores[1], std::log(0.25) + first, 1e-6);
  EXPECT_NEAR(scores[3], std::log(0.125) + second, 1e-6);
  EXPECT_NEAR(scores[2], std::log(0.125) + second + 2 * 0.5, 1e-6);
  EXPECT_NEAR(scores[4], 0, 1e-6);  // no feature, not of the head
}

TEST(TasteModel, DividesAffinityByTheRootOfTheHistory) {
  TasteParts parts = FiveItems();
  parts.memberships.setZero();
  const auto model = TasteModel::Create(parts).value();
  const std::vector<Engagement> one = {{0, 1}};
  const std::vector<Engagement> four = {{0, 1}, {1, 1}, {3, 1}, {4, 1}};
  EXPECT_NEAR(Scores(model, one)[2] - Scores(model, {})[2], 1, 1e-6);
  EXPECT_NEAR(Scores(model, four)[2] - Scores(model, {})[2], 0.5, 1e-6);
}

TEST(TasteModel, NamesTheHeadItemThatSpeaksMost) {
  const auto model = AModel();
  const std::vector<Engagement> history = {{1, 1}, {0, 1}};
  EXPECT_EQ(model.Because(history, 2), 1U);
  EXPECT_EQ(model.Because(history, 1), std::nullopt);
}

TEST(TasteModel, KeepsTheModelsPromises) {
  const auto model = AModel();
  ExpectFiniteScores(model);
  ExpectRefusesBadHistories(model);
  ExpectReadsBackWhatItWrote(model);
  ExpectRefusesItsBytesCutOrGrown(model);
}

TEST(TasteModel, RefusesPartsThatDoNotFit) {
  const auto refuses = [](auto&& change) {
    TasteParts parts = FiveItems();
    change(parts);
    const auto model = TasteModel::Create(std::move(parts));
    return !model.ok() && model.error().code == ErrorCode::kInvalidArgument;
  };
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts = {}; }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.popularity[1] = -1; }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.popularity[1] = std::nanf(""); }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.memberships(1, 1) = 1.5F; }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.memberships(1, 1) = std::nanf(""); }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.memberships = Matrix::Zero(4, 2); }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.head[1] = 0; }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.head[1] = 5; }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.head_weights(0, 0) = HUGE_VALF; }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.head_weights = Matrix::Zero(3, 3); }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.prior = 0; }));
  EXPECT_TRUE(refuses([](TasteParts& parts) { parts.affinity = std::nanf(""); }));
}

}  // namespace
}  // namespace sotto::recommend
