#include "sotto/recommend/ranker.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "recommend/shop.h"
#include "sotto/base/random.h"
#include "sotto/recommend/models/ease.h"

namespace sotto::recommend {
namespace {

Ranker ShopRanker() {
  return Ranker::Create(TeaShop(), {}).value();
}

NamedModel RoomModel(std::vector<std::string> items, const Matrix& weights, const std::string& version) {
  return {{.version = version, .catalogue = "", .items = std::move(items)},
          std::make_shared<const EaseModel>(EaseModel::Create(weights).value())};
}

// Whoever takes green tea takes the lamp, and now and then the throw.
NamedModel LampModel() {
  Matrix weights = Matrix::Zero(4, 4);
  weights(0, 2) = 0.5F;   // green -> lamp
  weights(0, 1) = 0.25F;  // green -> throw
  weights(1, 2) = 0.1F;   // throw -> lamp
  return RoomModel({"green", "throw", "lamp", "not in this shop"}, weights, "3");
}

std::vector<uint32_t> Products(const std::vector<Recommendation>& recommendations) {
  std::vector<uint32_t> products;
  for (const Recommendation& recommendation : recommendations) products.push_back(recommendation.product);
  return products;
}

TEST(Ranker, KeepsTheCataloguesOrderWithoutHistoryAndModel) {
  const auto ranked = ShopRanker().Rank({}, {}).value();
  EXPECT_EQ(Products(ranked), (std::vector<uint32_t>{0, 1, 2, 3, 4, 5}));
  for (const Recommendation& one : ranked) {
    EXPECT_EQ(one.reason, ReasonKind::kPopular);
    EXPECT_FALSE(one.because.has_value());
    EXPECT_EQ(one.score, 0);
  }
}

TEST(Ranker, StartsFromWhatTheRoomLikesOnceThereIsAModel) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(LampModel()).ok());
  const auto ranked = ranker.Rank({}, {.k = 3}).value();
  EXPECT_EQ(Products(ranked), (std::vector<uint32_t>{kLamp, kThrow, kGreenTea}));
  EXPECT_EQ(ranked[0].reason, ReasonKind::kPopular);
  EXPECT_FLOAT_EQ(ranked[0].score, 0.6F);
}

TEST(Ranker, RanksBySimilarityWithoutAModelAndSaysWhy) {
  const std::vector<Engagement> history = {{kGreenTea, 1}};
  const auto ranked = ShopRanker().Rank(history, {.k = 2, .ease_weight = 0.5F}).value();
  ASSERT_EQ(ranked.size(), 2U);
  EXPECT_EQ(ranked[0].product, kOolong);
  EXPECT_EQ(ranked[0].reason, ReasonKind::kSimilar);
  EXPECT_EQ(ranked[0].because, kGreenTea);
  EXPECT_EQ(ranked[0].content_share, 1);
  EXPECT_EQ(ranked[0].score, 0.5F);
}

TEST(Ranker, FollowsTheRoomsModelWhereContentKnowsNothing) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(LampModel()).ok());
  EXPECT_EQ(ranker.model_version(), "3");
  const std::vector<Engagement> history = {{kGreenTea, 1}};
  const auto ranked = ranker.Rank(history, {.k = 6, .ease_weight = 0.7F}).value();
  EXPECT_EQ(ranked[0].product, kLamp);
  EXPECT_EQ(ranked[0].reason, ReasonKind::kTogether);
  EXPECT_EQ(ranked[0].because, kGreenTea);
  EXPECT_LT(ranked[0].content_share, 0.5F);
  // Not in the model, which then says nothing.
  const auto oolong = std::ranges::find(ranked, kOolong, &Recommendation::product);
  ASSERT_NE(oolong, ranked.end());
  EXPECT_EQ(oolong->reason, ReasonKind::kSimilar);
  EXPECT_EQ(oolong->content_share, 1);
  EXPECT_FLOAT_EQ(oolong->score, 0.3F);
}

TEST(Ranker, NamesTheEngagementThatContributedMost) {
  const std::vector<Engagement> history = {{kCushion, 1}, {kGreenTea, 1}};
  const auto ranked = ShopRanker().Rank(history, {}).value();
  for (const Recommendation& one : ranked) {
    if (one.product == kOolong || one.product == kThrow) {
      EXPECT_EQ(one.because, one.product == kOolong ? kGreenTea : kCushion);
    }
  }
}

TEST(Ranker, SaysPopularWhereNothingInTheHistorySpeaksForAProduct) {
  Matrix weights = Matrix::Zero(2, 2);
  weights(0, 1) = -1;
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(RoomModel({"green", "lamp"}, weights, "1")).ok());
  const std::vector<Engagement> history = {{kGreenTea, 1}};
  const auto ranked = ranker.Rank(history, {.ease_weight = 1}).value();
  EXPECT_EQ(ranked.back().product, kLamp);
  EXPECT_EQ(ranked.back().reason, ReasonKind::kPopular);
  EXPECT_FALSE(ranked.back().because.has_value());
}

TEST(Ranker, LetsHeavierAndNewerEngagementsCountMore) {
  const Ranker ranker = ShopRanker();
  const std::vector<Engagement> tea_bought = {{kGreenTea, 3}, {kCushion, 0.3F}};
  EXPECT_EQ(ranker.Rank(tea_bought, {}).value()[0].product, kOolong);
  const std::vector<Engagement> cushion_bought = {{kGreenTea, 0.3F}, {kCushion, 3}};
  EXPECT_EQ(ranker.Rank(cushion_bought, {}).value()[0].product, kThrow);

  std::vector<Engagement> tea_then_cushion(20, {kGreenTea, 1});
  tea_then_cushion.insert(tea_then_cushion.end(), 8, {kCushion, 1});
  EXPECT_EQ(ranker.Rank(tea_then_cushion, {.half_life = 1e6F}).value()[0].product, kOolong);
  EXPECT_EQ(ranker.Rank(tea_then_cushion, {.half_life = 2}).value()[0].product, kThrow);
}

TEST(Ranker, LeavesOutWhatTheViewerHasUnlessAsked) {
  const Ranker ranker = ShopRanker();
  const std::vector<Engagement> history = {{kGreenTea, 1}, {kOolong, 1}, {kGreenTea, 1}};
  const auto without = Products(ranker.Rank(history, {}).value());
  EXPECT_EQ(without.size(), 4U);
  EXPECT_EQ(std::ranges::count(without, kGreenTea), 0);
  const auto with = ranker.Rank(history, {.include_engaged = true}).value();
  EXPECT_EQ(with.size(), 6U);
  for (const Recommendation& one : with) EXPECT_NE(one.because, one.product);
}

TEST(Ranker, ReturnsNoMoreThanThereIs) {
  const Ranker ranker = ShopRanker();
  EXPECT_EQ(ranker.Rank({}, {.k = 4'000'000'000}).value().size(), 6U);
  std::vector<Engagement> all;
  for (uint32_t product = 0; product < 6; ++product) all.push_back({product, 1});
  EXPECT_TRUE(ranker.Rank(all, {}).value().empty());
}

TEST(Ranker, BreaksTiesByCatalogueOrder) {
  const std::vector<Product> twins = {
      {"a", "tea", "", 1}, {"b", "tea", "", 1}, {"c", "tea", "", 1}, {"d", "tea", "", 1}};
  const Ranker ranker = Ranker::Create(twins, {}).value();
  const std::vector<Engagement> history = {{1, 1}};
  EXPECT_EQ(Products(ranker.Rank(history, {}).value()), (std::vector<uint32_t>{0, 2, 3}));
}

RC_GTEST_PROP(Ranker, DoesNotDependOnTheOrderOfTheCatalogue, (uint64_t seed)) {
  ChaCha20Source random(seed);
  std::vector<uint32_t> place(TeaShop().size());  // of the original product in the shuffled catalogue
  std::iota(place.begin(), place.end(), 0U);
  for (size_t i = place.size() - 1; i > 0; --i) std::swap(place[i], place[random.Below(i + 1).value()]);
  std::vector<Product> shuffled(place.size());
  for (size_t i = 0; i < place.size(); ++i) shuffled[place[i]] = TeaShop()[i];

  std::vector<Engagement> history;
  std::vector<Engagement> shuffled_history;
  for (uint64_t i = random.Below(4).value() + 1; i > 0; --i) {
    const auto product = static_cast<uint32_t>(random.Below(place.size()).value());
    const float weight = static_cast<float>(random.Below(30).value() + 1) / 8;
    history.push_back({product, weight});
    shuffled_history.push_back({place[product], weight});
  }
  Ranker ranker = ShopRanker();
  Ranker other = Ranker::Create(shuffled, {}).value();
  if (random.Below(2).value() == 1) {
    RC_ASSERT(ranker.UseModel(LampModel()).ok());
    RC_ASSERT(other.UseModel(LampModel()).ok());
  }
  const auto ranked = ranker.Rank(history, {}).value();
  const auto other_ranked = other.Rank(shuffled_history, {}).value();
  RC_ASSERT(ranked.size() == other_ranked.size());
  for (size_t i = 0; i < ranked.size(); ++i) {
    RC_ASSERT(std::isfinite(ranked[i].score));
    RC_ASSERT(ranked[i].score == other_ranked[i].score);
    RC_ASSERT(ranked[i].content_share == other_ranked[i].content_share);
    // Two products of equal score come in catalogue order, which differs.
    const bool tied = (i > 0 && ranked[i - 1].score == ranked[i].score) ||
                      (i + 1 < ranked.size() && ranked[i + 1].score == ranked[i].score);
    RC_ASSERT(tied || place[ranked[i].product] == other_ranked[i].product);
  }
}

TEST(Ranker, RefusesAHistoryOrOptionsOutsideTheirRange) {
  const Ranker ranker = ShopRanker();
  const float nan = std::nanf("");
  const float infinity = std::numeric_limits<float>::infinity();
  for (const Engagement& bad :
       {Engagement{6, 1}, Engagement{0, 0}, Engagement{0, -1}, Engagement{0, nan}, Engagement{0, infinity}}) {
    const std::vector<Engagement> history = {{0, 1}, bad};
    const auto ranked = ranker.Rank(history, {});
    ASSERT_FALSE(ranked.ok());
    EXPECT_EQ(ranked.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(ranked.error().message.find("history[1]"), std::string::npos);
  }
  for (const RankOptions& bad :
       {RankOptions{.k = 0}, RankOptions{.ease_weight = -0.1F}, RankOptions{.ease_weight = 1.1F},
        RankOptions{.ease_weight = nan}, RankOptions{.half_life = 0}, RankOptions{.half_life = infinity}}) {
    EXPECT_EQ(ranker.Rank({}, bad).error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Ranker, StandsWeightsAtTheEndsOfTheirRange) {
  const std::vector<Engagement> history = {{kGreenTea, std::numeric_limits<float>::max()},
                                           {kCushion, std::numeric_limits<float>::max()},
                                           {kLamp, std::numeric_limits<float>::denorm_min()}};
  const auto ranked = ShopRanker().Rank(history, {.half_life = 1e-30F}).value();
  EXPECT_EQ(ranked.size(), 3U);
  for (const Recommendation& one : ranked) EXPECT_TRUE(std::isfinite(one.score));
}

TEST(Ranker, RefusesACatalogueThatIsEmptyTooLargeOrWrong) {
  EXPECT_EQ(Ranker::Create({}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Ranker::Create({{"a", "", "", -1}}, {}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Ranker::Create(std::vector<Product>(100'001), {}).error().code, ErrorCode::kResourceExhausted);
}

TEST(Ranker, RefusesAModelOfAnotherRoomAndKeepsTheOldOne) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(LampModel()).ok());
  const Status refused = ranker.UseModel(RoomModel({"x"}, Matrix::Zero(1, 1), "9"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kMismatch);
  EXPECT_EQ(ranker.model_version(), "3");
}

}  // namespace
}  // namespace sotto::recommend
