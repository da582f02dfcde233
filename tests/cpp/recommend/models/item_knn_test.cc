#include "sotto/recommend/models/item_knn.h"

#include "recommend/models/promises.h"

namespace sotto::recommend {
namespace {

// Users: {0, 1}, {0, 1, 2}, {0}, {3}.
Interactions FourUsers() {
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 0}, {3, 3}};
  return Interactions::Create(4, 4, events).value();
}

TEST(ItemKnnModel, HasTheCosinesOfAnExampleWorkedByHand) {
  const auto model = ItemKnnModel::Fit(FourUsers(), {.k = 10, .weighting = KnnWeighting::kCosine}).value();
  const std::vector<Engagement> history = {{0, 1}};
  const auto scores = Scores(model, history);
  EXPECT_EQ(scores[0], 0);
  EXPECT_NEAR(scores[1], 2 / std::sqrt(3.0 * 2), 1e-6);
  EXPECT_NEAR(scores[2], 1 / std::sqrt(3.0), 1e-6);
  EXPECT_EQ(scores[3], 0);
}

TEST(ItemKnnModel, AddsUpWhatEachEngagementSays) {
  const auto model = ItemKnnModel::Fit(FourUsers(), {.k = 10, .weighting = KnnWeighting::kCosine}).value();
  const std::vector<Engagement> history = {{0, 2}, {1, -1}};
  EXPECT_NEAR(Scores(model, history)[2], 2 / std::sqrt(3.0) - 1 / std::sqrt(2.0), 1e-6);
}

TEST(ItemKnnModel, TrustsFewSharedUsersLessIfToldTo) {
  const auto model = ItemKnnModel::Fit(FourUsers(), {.k = 10, .weighting = KnnWeighting::kCosine, .shrink = 2}).value();
  const std::vector<Engagement> history = {{0, 1}};
  const auto scores = Scores(model, history);
  EXPECT_NEAR(scores[1], 2 / std::sqrt(6.0) * 2 / 4, 1e-6);
  EXPECT_NEAR(scores[2], 1 / std::sqrt(3.0) * 1 / 3, 1e-6);
}

TEST(ItemKnnModel, KeepsTheKNearestOfEitherSideAndOfEqualOnesTheLower) {
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 3}};
  const auto all = Interactions::Create(2, 4, events).value();
  const std::vector<Engagement> popular = {{0, 1}};
  const auto scores_of = [&](uint32_t k, KnnNeighbours neighbours) {
    return Scores(
        ItemKnnModel::Fit(all, {.k = k, .neighbours = neighbours, .weighting = KnnWeighting::kCosine}).value(),
        popular);
  };
  // 0 is as near to 1 as to 2 and 3, and takes the lower two; 3 has nobody nearer than 0, 2 has 1.
  const auto engaged = scores_of(2, KnnNeighbours::kOfEngaged);
  EXPECT_GT(engaged[1], 0);
  EXPECT_GT(engaged[2], 0);
  EXPECT_EQ(engaged[3], 0);
  const auto candidate = scores_of(1, KnnNeighbours::kOfCandidate);
  EXPECT_EQ(candidate[1], 0);
  EXPECT_EQ(candidate[2], 0);
  EXPECT_GT(candidate[3], 0);
}

TEST(ItemKnnModel, WeighsUsersOfFewItemsMoreUnderBm25) {
  // Item 0 shares a user of two items with 1, and a user of everything with 2.
  const std::vector<Interaction> events = {{0, 0}, {0, 1}, {1, 0}, {1, 2}, {1, 3}, {1, 4}, {1, 5}, {1, 6}, {2, 7}};
  const auto all = Interactions::Create(3, 8, events).value();
  const std::vector<Engagement> history = {{0, 1}};
  const auto scores = Scores(ItemKnnModel::Fit(all, {}).value(), history);
  EXPECT_GT(scores[1], scores[2]);
}

TEST(ItemKnnModel, NamesTheEngagementThatSpeaksMostForAnItem) {
  const auto model = ItemKnnModel::Fit(FourUsers(), {.k = 10, .weighting = KnnWeighting::kCosine}).value();
  const std::vector<Engagement> history = {{3, 9}, {0, 1}, {1, 3}, {2, -5}};
  EXPECT_EQ(model.Because(history, 2), 2U);
  EXPECT_EQ(model.Because(history, 1), 1U);
  EXPECT_EQ(model.Because(history, 3), std::nullopt);
  EXPECT_EQ(model.Because({}, 1), std::nullopt);
}

RC_GTEST_PROP(ItemKnnModel, DoesNotDependOnHowItemsAreNumbered, (uint64_t seed)) {
  constexpr uint32_t kItems = 12;
  auto events = RandomEvents(20, kItems, 5, seed);
  const auto order = RandomOrder(kItems, seed + 1);
  const ItemKnnOptions options{.k = kItems, .weighting = seed % 2 == 0 ? KnnWeighting::kCosine : KnnWeighting::kBm25};
  const auto model = ItemKnnModel::Fit(Interactions::Create(20, kItems, events).value(), options).value();
  for (Interaction& event : events) event.item = order[event.item];
  const auto renamed = ItemKnnModel::Fit(Interactions::Create(20, kItems, events).value(), options).value();
  const std::vector<Engagement> history = {{0, 1}, {5, 2}};
  const std::vector<Engagement> renamed_history = {{order[0], 1}, {order[5], 2}};
  const auto scores = Scores(model, history);
  const auto renamed_scores = Scores(renamed, renamed_history);
  for (uint32_t item = 0; item < kItems; ++item) {
    RC_ASSERT(std::fabs(scores[item] - renamed_scores[order[item]]) < 1e-5F);
  }
}

TEST(ItemKnnModel, KeepsTheModelsPromises) {
  const auto all = Interactions::Create(9, 7, RandomEvents(9, 7, 4, 1)).value();
  for (const KnnWeighting weighting : {KnnWeighting::kCosine, KnnWeighting::kBm25}) {
    const auto model = ItemKnnModel::Fit(all, {.k = 3, .weighting = weighting}).value();
    ExpectFiniteScores(model);
    ExpectRefusesBadHistories(model);
    ExpectReadsBackWhatItWrote(model);
    ExpectRefusesItsBytesCutOrGrown(model);
  }
}

TEST(ItemKnnModel, LearnsNothingFromNobody) {
  const auto model = ItemKnnModel::Fit(Interactions::Create(0, 3, {}).value(), {}).value();
  const std::vector<Engagement> history = {{0, 1}};
  EXPECT_EQ(Scores(model, history), (std::vector<float>{0, 0, 0}));
}

TEST(ItemKnnModel, RefusesOptionsOutOfRange) {
  EXPECT_FALSE(ItemKnnModel::Fit(FourUsers(), {.k = 0}).ok());
  EXPECT_FALSE(ItemKnnModel::Fit(FourUsers(), {.shrink = -1}).ok());
  EXPECT_FALSE(ItemKnnModel::Fit(FourUsers(), {.weighting = KnnWeighting::kBm25, .bm25 = {.k1 = -1}}).ok());
  EXPECT_FALSE(ItemKnnModel::Fit(FourUsers(), {.weighting = KnnWeighting::kBm25, .bm25 = {.b = 2}}).ok());
}

TEST(ItemKnnModel, RefusesNeighboursThatFitNeverMakes) {
  const auto code = [](std::initializer_list<std::pair<uint32_t, float>> neighbours) {
    ByteWriter out;
    out.U32(static_cast<uint32_t>(neighbours.size()));
    for (const auto& [item, similarity] : neighbours) {
      out.U32(item);
      out.F32(similarity);
    }
    out.U32(0);
    out.U32(0);
    ByteReader in(out.bytes());
    const auto read = ItemKnnModel::Read(in, 3);
    return read.ok() ? ErrorCode::kInternal : read.error().code;
  };
  EXPECT_EQ(code({{1, 0.5F}, {2, 1}}), ErrorCode::kInternal);
  EXPECT_EQ(code({{0, 0.5F}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({{3, 0.5F}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({{2, 1}, {1, 1}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({{1, 1}, {1, 1}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({{1, 0}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({{1, std::nanf("")}}), ErrorCode::kMalformed);
  EXPECT_EQ(code({{1, 1e30F}}), ErrorCode::kMalformed);
}

TEST(ItemKnnModel, RefusesACountThatIsLargerThanTheFile) {
  ByteWriter out;
  out.U32(UINT32_MAX);
  ByteReader in(out.bytes());
  EXPECT_EQ(ItemKnnModel::Read(in, 1).error().code, ErrorCode::kTruncated);
}

}  // namespace
}  // namespace sotto::recommend
