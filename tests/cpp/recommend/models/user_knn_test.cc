#include "sotto/recommend/models/user_knn.h"

#include "recommend/models/promises.h"

namespace sotto::recommend {
namespace {

// Users: {0, 1}, {0, 1, 2}, {3}.
Interactions ThreeUsers() {
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 3}};
  return Interactions::Create(3, 4, events).value();
}

TEST(UserKnnModel, HasTheVotesOfAnExampleWorkedByHand) {
  const auto model = UserKnnModel::Fit(ThreeUsers(), {.k = 10}).value();
  const std::vector<Engagement> history = {{0, 1}};
  const auto scores = Scores(model, history);
  EXPECT_NEAR(scores[1], 1 / std::sqrt(2.0) + 1 / std::sqrt(3.0), 1e-6);
  EXPECT_NEAR(scores[2], 1 / std::sqrt(3.0), 1e-6);
  EXPECT_EQ(scores[3], 0);
}

TEST(UserKnnModel, AsksTheKNearestAlone) {
  const auto model = UserKnnModel::Fit(ThreeUsers(), {.k = 1}).value();
  const std::vector<Engagement> history = {{0, 1}};
  EXPECT_EQ(Scores(model, history)[2], 0);
}

TEST(UserKnnModel, TrustsFewSharedItemsLessIfToldTo) {
  const auto model = UserKnnModel::Fit(ThreeUsers(), {.k = 10, .shrink = 1}).value();
  const std::vector<Engagement> history = {{0, 1}, {1, 1}};
  EXPECT_NEAR(Scores(model, history)[2], 2 / std::sqrt(6.0) * 2 / 3, 1e-6);
}

TEST(UserKnnModel, LetsNobodyVoteWhoOnlySharesWhatTheViewerDislikes) {
  const auto model = UserKnnModel::Fit(ThreeUsers(), {}).value();
  const std::vector<Engagement> history = {{0, -1}};
  EXPECT_EQ(Scores(model, history), (std::vector<float>{0, 0, 0, 0}));
}

TEST(UserKnnModel, WeighsRareItemsMoreUnderBm25) {
  // Everybody has 0. The viewer shares it with user 1, and the rare 1 with user 0.
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 3}, {1, 4}, {2, 0}, {3, 0}, {4, 0}};
  const auto all = Interactions::Create(5, 5, events).value();
  const std::vector<Engagement> history = {{0, 1}, {1, 1}};
  const auto plain = Scores(UserKnnModel::Fit(all, {}).value(), history);
  const auto weighed = Scores(UserKnnModel::Fit(all, {.weighting = KnnWeighting::kBm25}).value(), history);
  EXPECT_GT(weighed[2], weighed[3]);
  EXPECT_GT(weighed[2] * plain[3], plain[2] * weighed[3]);
}

RC_GTEST_PROP(UserKnnModel, DoesNotDependOnHowItemsAreNumbered, (uint64_t seed)) {
  constexpr uint32_t kItems = 12;
  auto events = RandomEvents(20, kItems, 5, seed);
  const auto order = RandomOrder(kItems, seed + 1);
  const UserKnnOptions options{.k = 20, .weighting = seed % 2 == 0 ? KnnWeighting::kCosine : KnnWeighting::kBm25};
  const auto model = UserKnnModel::Fit(Interactions::Create(20, kItems, events).value(), options).value();
  for (Interaction& event : events) event.item = order[event.item];
  const auto renamed = UserKnnModel::Fit(Interactions::Create(20, kItems, events).value(), options).value();
  const std::vector<Engagement> history = {{0, 1}, {5, 2}};
  const std::vector<Engagement> renamed_history = {{order[0], 1}, {order[5], 2}};
  const auto scores = Scores(model, history);
  const auto renamed_scores = Scores(renamed, renamed_history);
  for (uint32_t item = 0; item < kItems; ++item) {
    RC_ASSERT(std::fabs(scores[item] - renamed_scores[order[item]]) < 1e-4F);
  }
}

TEST(UserKnnModel, KeepsTheModelsPromises) {
  const auto all = Interactions::Create(9, 7, RandomEvents(9, 7, 4, 1)).value();
  for (const KnnWeighting weighting : {KnnWeighting::kCosine, KnnWeighting::kBm25}) {
    const auto model = UserKnnModel::Fit(all, {.k = 3, .weighting = weighting, .shrink = 1}).value();
    ExpectFiniteScores(model);
    ExpectRefusesBadHistories(model);
    ExpectReadsBackWhatItWrote(model);
    ExpectRefusesItsBytesCutOrGrown(model);
  }
}

TEST(UserKnnModel, RefusesWhatIsOutOfRange) {
  EXPECT_FALSE(UserKnnModel::Fit(ThreeUsers(), {.k = 0}).ok());
  EXPECT_FALSE(UserKnnModel::Fit(ThreeUsers(), {.shrink = std::nanf("")}).ok());
  const std::vector<Interaction> heavy = {{0, 0, 1e30F, 0}};
  EXPECT_FALSE(UserKnnModel::Fit(Interactions::Create(1, 1, heavy).value(), {}).ok());
}

TEST(UserKnnModel, RefusesAFileThatFitNeverWrites) {
  const auto code = [](uint32_t k, uint8_t weighting, float b, uint32_t item, float weight) {
    ByteWriter out;
    out.U32(k);
    out.U8(weighting);
    out.F32(1.2F);
    out.F32(b);
    out.F32(0);
    out.U32(1);
    out.U32(1);
    out.U32(item);
    out.F32(weight);
    ByteReader in(out.bytes());
    const auto read = UserKnnModel::Read(in, 2);
    return read.ok() ? ErrorCode::kInternal : read.error().code;
  };
  EXPECT_EQ(code(1, 1, 0.75F, 1, 1), ErrorCode::kInternal);
  EXPECT_EQ(code(0, 0, 0.75F, 1, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 2, 0.75F, 1, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 1, 7, 1, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 1, 0.75F, 2, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 1, 0.75F, 1, 0), ErrorCode::kMalformed);
  EXPECT_EQ(code(1, 1, 0.75F, 1, std::nanf("")), ErrorCode::kMalformed);
}

}  // namespace
}  // namespace sotto::recommend
