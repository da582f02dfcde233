#include "sotto/recommend/ranking/ranker.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "recommend/shop.h"
#include "sotto/base/deterministic_math.h"
#include "sotto/base/random.h"
#include "sotto/recommend/content_titles.h"

namespace sotto::recommend {
namespace {

// Weights from item to item, as a model of any kind.
class TableModel final : public Model {
 public:
  TableModel(std::string kind, Matrix weights, std::vector<float> base = {})
      : kind_(std::move(kind)), weights_(std::move(weights)), base_(std::move(base)) {}

  std::string_view kind() const override { return kind_; }
  uint32_t items() const override { return static_cast<uint32_t>(weights_.rows()); }
  void Write(ByteWriter&) const override {}
  std::optional<size_t> Because(std::span<const Engagement> history, uint32_t item) const override {
    std::optional<size_t> because;
    float most = 0;
    for (size_t i = 0; i < history.size(); ++i) {
      const float part = history[i].weight * weights_(history[i].item, item);
      if (part <= most) continue;
      most = part;
      because = i;
    }
    return because;
  }

 private:
  void ScoreAll(std::span<const Engagement> history, std::span<float> scores) const override {
    for (size_t i = 0; i < scores.size(); ++i) {
      if (!base_.empty()) scores[i] = base_[i];
      for (const Engagement& one : history) {
        scores[i] += one.weight * weights_(one.item, static_cast<Eigen::Index>(i));
      }
    }
  }

  std::string kind_;
  Matrix weights_;
  std::vector<float> base_;
};

const ModelInfo kLampInfo{.version = "3", .catalogue = {}, .items = {"green", "throw", "lamp", "not in this shop"}};

// Whoever takes green tea takes the lamp, and now and then the throw.
std::shared_ptr<const Model> LampModel(const std::string& kind = "ease") {
  Matrix weights = Matrix::Zero(4, 4);
  weights(0, 2) = 0.5F;   // green -> lamp
  weights(0, 1) = 0.25F;  // green -> throw
  weights(1, 2) = 0.1F;   // throw -> lamp
  return std::make_shared<TableModel>(kind, weights);
}

Ranker RankerOf(const std::vector<Product>& products) {
  return Ranker::Create(products, ContentVectors(products, {}).value(), "autumn").value();
}

Ranker ShopRanker() {
  return RankerOf(TeaShop());
}

Event Did(uint32_t product, EventKind kind, int64_t at_ms = 0) {
  return {.product = product, .kind = kind, .at_ms = at_ms};
}

void Observe(Ranker& ranker, const Event& event) {
  const Status status = ranker.Observe(event);
  ASSERT_TRUE(status.ok()) << ToString(status.error());
}

// Everything there is, the best first.
RankRequest All() {
  RankRequest request;
  request.k = 1000;
  request.include_engaged = true;
  request.diversity = 0;
  return request;
}

std::vector<Recommendation> Rank(const Ranker& ranker, const RankRequest& request = All()) {
  auto ranked = ranker.Rank(request);
  EXPECT_TRUE(ranked.ok()) << ToString(ranked.error());
  return std::move(ranked).value();
}

std::vector<uint32_t> Numbers(const std::vector<Recommendation>& recommendations) {
  std::vector<uint32_t> products;
  for (const Recommendation& recommendation : recommendations) products.push_back(recommendation.product);
  return products;
}

Recommendation Of(const Ranker& ranker, uint32_t product, const RankRequest& request = All()) {
  const auto ranked = Rank(ranker, request);
  const auto found = std::ranges::find(ranked, product, &Recommendation::product);
  EXPECT_NE(found, ranked.end());
  return found == ranked.end() ? Recommendation{} : *found;
}

float Part(const Recommendation& one, Feature feature) {
  return one.contributions[static_cast<size_t>(feature)];
}

bool Lists(const Ranker& ranker, uint32_t product, const RankRequest& request = All()) {
  return std::ranges::count(Numbers(Rank(ranker, request)), product) == 1;
}

// What a list is made of.

TEST(Ranker, KeepsTheCataloguesOrderWhereNothingIsKnown) {
  const auto ranked = Rank(ShopRanker());
  EXPECT_EQ(Numbers(ranked), (std::vector<uint32_t>{0, 1, 2, 3, 4, 5}));
  for (const Recommendation& one : ranked) {
    EXPECT_EQ(one.reason, ReasonKind::kListed);
    EXPECT_FALSE(one.because.has_value());
    EXPECT_FLOAT_EQ(one.score, static_cast<float>(Sigmoid(PriorOf(Feature::kBias).mean)));
  }
}

TEST(Ranker, GivesAScoreThatIsTheLogisticOfItsContributions) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(kLampInfo, LampModel()).ok());
  Observe(ranker, Did(kGreenTea, EventKind::kClick));
  for (const Recommendation& one : Rank(ranker)) {
    double logit = 0;
    for (const float part : one.contributions) logit += static_cast<double>(part);
    EXPECT_NEAR(one.score, Sigmoid(logit), 1e-6);
  }
}

TEST(Ranker, RanksBySimilarityWithoutAModelAndSaysWhy) {
  Ranker ranker = ShopRanker();
  Observe(ranker, Did(kGreenTea, EventKind::kClick));
  RankRequest request = All();
  request.include_engaged = false;
  const auto ranked = Rank(ranker, request);
  EXPECT_EQ(ranked.size(), 5U);
  EXPECT_EQ(ranked[0].product, kOolong);
  EXPECT_EQ(ranked[0].reason, ReasonKind::kSimilar);
  EXPECT_EQ(ranked[0].because, kGreenTea);
  EXPECT_EQ(ranked[0].content_share, 1);
}

TEST(Ranker, FollowsTheRoomsModelAndNamesTheEngagementThatItSpeaksFor) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(kLampInfo, LampModel()).ok());
  EXPECT_EQ(ranker.model_version(ModelRole::kTogether), "3");
  Observe(ranker, Did(kGreenTea, EventKind::kClick));
  const Recommendation lamp = Of(ranker, kLamp);
  EXPECT_EQ(lamp.reason, ReasonKind::kTogether);
  EXPECT_EQ(lamp.because, kGreenTea);
  EXPECT_LT(lamp.content_share, 0.5F);
  EXPECT_FLOAT_EQ(Part(lamp, Feature::kTogether), static_cast<float>(PriorOf(Feature::kTogether).mean));
  EXPECT_EQ(Part(Of(ranker, kOolong), Feature::kTogether), 0);  // not in the model
}

TEST(Ranker, NamesForSimilarityTheEngagementThatContributedMost) {
  Ranker ranker = ShopRanker();
  Observe(ranker, Did(kCushion, EventKind::kClick));
  Observe(ranker, Did(kGreenTea, EventKind::kClick));
  EXPECT_EQ(Of(ranker, kOolong).because, kGreenTea);
  EXPECT_EQ(Of(ranker, kThrow).because, kCushion);
}

TEST(Ranker, LetsStrongerAndNewerEngagementsCountMore) {
  Ranker tea = ShopRanker();
  Observe(tea, Did(kGreenTea, EventKind::kBuy));
  Observe(tea, Did(kCushion, EventKind::kView));
  EXPECT_GT(Part(Of(tea, kOolong), Feature::kContent), Part(Of(tea, kThrow), Feature::kContent));

  Taste taste(100);
  for (uint32_t product = 0; product < 33; ++product) taste.Add(product, EventKind::kClick);
  EXPECT_DOUBLE_EQ(taste.signs().back().weight, 1);
  EXPECT_DOUBLE_EQ(taste.signs().front().weight, 16.0 / 48);
}

TEST(Ranker, UsesATowersScoresOrThePagesInItsPlace) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(kLampInfo, LampModel("two-tower")).ok());
  Observe(ranker, Did(kGreenTea, EventKind::kClick));
  const auto weight = [&ranker] {
    return static_cast<float>(ranker.blend().means()[static_cast<size_t>(Feature::kTower)]);
  };
  EXPECT_FLOAT_EQ(Part(Of(ranker, kLamp), Feature::kTower), weight());
  EXPECT_EQ(Part(Of(ranker, kLamp), Feature::kTogether), 0);
  EXPECT_EQ(Of(ranker, kLamp).reason, ReasonKind::kSuits);

  ASSERT_TRUE(ranker.UseScores(std::vector<float>{0, 0, 9, 0, 0, 0}).ok());
  EXPECT_FLOAT_EQ(Part(Of(ranker, kTeapot), Feature::kTower), weight());
  EXPECT_LT(Part(Of(ranker, kLamp), Feature::kTower), 0);
  Observe(ranker, Did(kThrow, EventKind::kClick));  // the page's scores stay
  EXPECT_FLOAT_EQ(Part(Of(ranker, kTeapot), Feature::kTower), weight());

  ASSERT_TRUE(ranker.UseScores({}).ok());
  EXPECT_FLOAT_EQ(Part(Of(ranker, kLamp), Feature::kTower), weight());
  ranker.DropModel(ModelRole::kTower);
  EXPECT_EQ(Part(Of(ranker, kLamp), Feature::kTower), 0);
  EXPECT_EQ(ranker.model_version(ModelRole::kTower), "");
}

TEST(Ranker, StartsFromWhatIsPopular) {
  Ranker ranker = ShopRanker();
  const auto popular = std::make_shared<TableModel>("popularity", Matrix::Zero(4, 4), std::vector<float>{4, 1, 16, 99});
  ASSERT_TRUE(ranker.UseModel(kLampInfo, popular).ok());
  const auto ranked = Rank(ranker);
  EXPECT_EQ(Numbers(ranked), (std::vector<uint32_t>{kLamp, kGreenTea, kThrow, kOolong, kTeapot, kCushion}));
  EXPECT_EQ(ranked[0].reason, ReasonKind::kPopular);
  EXPECT_FLOAT_EQ(Part(ranked[0], Feature::kPopularity), 1);
  EXPECT_FLOAT_EQ(Part(ranked[1], Feature::kPopularity), 0.5F);
}

TEST(Ranker, LetsTheCollaborativeModelStandInForAPopularityModel) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(kLampInfo, LampModel()).ok());
  const auto ranked = Rank(ranker);
  EXPECT_EQ(ranked[0].product, kLamp);
  EXPECT_EQ(ranked[1].product, kThrow);
  EXPECT_EQ(ranked[0].reason, ReasonKind::kPopular);
  ranker.DropModel(ModelRole::kTogether);
  EXPECT_EQ(Rank(ranker)[0].reason, ReasonKind::kListed);
}

TEST(Ranker, KnowsWhatIsOnStage) {
  RankRequest request = All();
  request.context.on_stage = kTeapot;
  const Ranker ranker = ShopRanker();
  EXPECT_EQ(Rank(ranker, request)[0].product, kTeapot);
  EXPECT_EQ(Rank(ranker, request)[0].reason, ReasonKind::kOnStage);
  request.context.mood = 1;
  EXPECT_GT(Part(Of(ranker, kTeapot, request), Feature::kMood), 0.45F);
  request.context.mood = -1;
  EXPECT_LT(Part(Of(ranker, kTeapot, request), Feature::kMood), -0.45F);
}

TEST(Ranker, PrefersWhatHasACouponOrIsAboutToSellOutAndHidesWhatHas) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker
                  .SetOffers(std::vector<Offer>{{.product = kLamp, .price = 100, .stock = 5, .coupon = 0.5F},
                                                {.product = kThrow, .price = 100, .stock = 2},
                                                {.product = kTeapot, .price = 100, .stock = 0}})
                  .ok());
  const auto ranked = Rank(ranker);
  EXPECT_EQ(ranked.size(), 5U);
  EXPECT_EQ(ranked[0].product, kLamp);
  EXPECT_EQ(ranked[0].reason, ReasonKind::kOffer);
  EXPECT_FLOAT_EQ(Part(ranked[0], Feature::kOffer), 0.5F);
  EXPECT_EQ(ranked[1].product, kThrow);
  EXPECT_FLOAT_EQ(Part(ranked[1], Feature::kScarcity), 0.3F * 0.8F);
  EXPECT_FALSE(Lists(ranker, kTeapot));
  ASSERT_TRUE(ranker.SetOffers({}).ok());
  EXPECT_TRUE(Lists(ranker, kTeapot));
}

TEST(Ranker, FitsThePriceAfterTheCoupon) {
  std::vector<Product> products = {{"a", "x", "", 1000}, {"b", "y", "", 1000}, {"c", "z", "", 4000}};
  Ranker ranker = RankerOf(products);
  Observe(ranker, Did(0, EventKind::kClick));
  const float near = Part(Of(ranker, 1), Feature::kPriceFit);
  const float far = Part(Of(ranker, 2), Feature::kPriceFit);
  EXPECT_GT(near, 0.3F);
  EXPECT_LT(far, -0.3F);
  ASSERT_TRUE(ranker.SetOffers(std::vector<Offer>{{.product = 2, .price = 4000, .coupon = 0.75F}}).ok());
  EXPECT_FLOAT_EQ(Part(Of(ranker, 2), Feature::kPriceFit), near);
  // The largest price there is, with a coupon of nearly nothing.
  const int64_t largest = std::numeric_limits<int64_t>::max();
  ASSERT_TRUE(ranker.SetOffers(std::vector<Offer>{{.product = 2, .price = largest, .coupon = 1e-9F}}).ok());
  EXPECT_FLOAT_EQ(Part(Of(ranker, 2), Feature::kPriceFit), -0.4F);
}

TEST(Ranker, RemembersHowLongAgoACategoryWasLookedAt) {
  Ranker ranker = ShopRanker();
  Observe(ranker, Did(kGreenTea, EventKind::kClick, 1000));
  RankRequest request = All();
  request.context.now_ms = 1000 + 30 * 60'000;
  const auto weight = static_cast<float>(PriorOf(Feature::kRecency).mean);
  EXPECT_FLOAT_EQ(Part(Of(ranker, kGreenTea, request), Feature::kRecency), weight * 0.5F);
  EXPECT_FLOAT_EQ(Part(Of(ranker, kOolong, request), Feature::kRecency), weight * 0.25F);
  EXPECT_EQ(Part(Of(ranker, kLamp, request), Feature::kRecency), 0);
}

TEST(Ranker, LeavesOutWhatTheViewerHasUnlessAsked) {
  Ranker ranker = ShopRanker();
  Observe(ranker, Did(kGreenTea, EventKind::kView));
  Observe(ranker, Did(kOolong, EventKind::kBuy));
  RankRequest request = All();
  request.include_engaged = false;
  EXPECT_EQ(Rank(ranker, request).size(), 4U);
  EXPECT_FALSE(Lists(ranker, kGreenTea, request));
  EXPECT_TRUE(Lists(ranker, kGreenTea));
  EXPECT_NE(Of(ranker, kGreenTea).because, kGreenTea);
}

TEST(Ranker, TakesAwayWhatTheViewerWantsLessOfAndPushesDownWhatIsLikeIt) {
  Ranker ranker = ShopRanker();
  Observe(ranker, Did(kGreenTea, EventKind::kLess));
  EXPECT_FALSE(Lists(ranker, kGreenTea));
  EXPECT_EQ(Numbers(Rank(ranker)).back(), kOolong);
  EXPECT_LT(Part(Of(ranker, kOolong), Feature::kLess), -0.3F);
  Observe(ranker, Did(kGreenTea, EventKind::kView));  // an accident does not bring it back
  EXPECT_FALSE(Lists(ranker, kGreenTea));
  Observe(ranker, Did(kGreenTea, EventKind::kClick));
  EXPECT_TRUE(Lists(ranker, kGreenTea));
  EXPECT_EQ(Part(Of(ranker, kOolong), Feature::kLess), 0);
}

TEST(Ranker, TiresOfWhatIsShownInVain) {
  Ranker ranker = ShopRanker();
  for (int64_t i = 0; i < 4; ++i) Observe(ranker, Did(kLamp, EventKind::kShown, i * 100'000));
  // Three are over; the fourth is awaited.
  EXPECT_FLOAT_EQ(Part(Of(ranker, kLamp), Feature::kFatigue) /
                      static_cast<float>(ranker.blend().means()[static_cast<size_t>(Feature::kFatigue)]),
                  3.0F / 5);
  Observe(ranker, Did(kLamp, EventKind::kClick, 310'000));
  EXPECT_EQ(Part(Of(ranker, kLamp), Feature::kFatigue), 0);
}

// Rules.

TEST(Ranker, AppliesExclusionsBoostsCapsAndPins) {
  const Ranker ranker = ShopRanker();
  RankRequest request = All();
  request.rules.exclusions = {{.product = std::nullopt, .category = "tea"}, {.product = kLamp, .category = {}}};
  EXPECT_EQ(Numbers(Rank(ranker, request)), (std::vector<uint32_t>{kTeapot, kCushion, kThrow}));

  request.rules = {.boosts = {{.target = {.product = std::nullopt, .category = "textiles"}, .factor = 3},
                              {.target = {.product = kThrow, .category = {}}, .factor = 1.5F}}};
  const auto boosted = Rank(ranker, request);
  EXPECT_EQ(Numbers(boosted), (std::vector<uint32_t>{kThrow, kCushion, kGreenTea, kOolong, kTeapot, kLamp}));
  EXPECT_EQ(boosted[0].score, boosted[5].score);  // a boost changes the order, not what is believed

  request.rules = {
      .caps = {{.category = "tea", .brand = {}, .most = 1}, {.category = "textiles", .brand = {}, .most = 0}}};
  EXPECT_EQ(Numbers(Rank(ranker, request)), (std::vector<uint32_t>{kGreenTea, kTeapot, kLamp}));

  request.rules = {
      .pins = {{.product = kLamp, .place = 1}, {.product = kOolong, .place = 0}, {.product = kThrow, .place = 9}}};
  const auto pinned = Rank(ranker, request);
  EXPECT_EQ(Numbers(pinned), (std::vector<uint32_t>{kOolong, kLamp, kGreenTea, kTeapot, kCushion, kThrow}));
  EXPECT_EQ(pinned[1].reason, ReasonKind::kPinned);
  EXPECT_EQ(pinned[2].reason, ReasonKind::kListed);
}

TEST(Ranker, CountsPinsTowardsCapsAndCapsBrands) {
  std::vector<Product> products;
  for (const char* id : {"a", "b", "c", "d"})
    products.push_back({.id = id, .title = id, .category = "x", .brand = "Pine"});
  products[3].brand = "Kettle";
  const Ranker ranker = RankerOf(products);
  RankRequest request = All();
  request.rules = {.pins = {{.product = 2, .place = 0}}, .caps = {{.category = {}, .brand = "Pine", .most = 2}}};
  EXPECT_EQ(Numbers(Rank(ranker, request)), (std::vector<uint32_t>{2, 0, 3}));
  request.diversity = 0.5F;
  EXPECT_EQ(Rank(ranker, request).size(), 3U);
}

TEST(Ranker, DoesNotPinWhatIsSoldOutExcludedUnwantedOrBeyondTheList) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.SetOffers(std::vector<Offer>{{.product = 0, .price = 1, .stock = 0}}).ok());
  Observe(ranker, Did(1, EventKind::kLess));
  RankRequest request = All();
  request.k = 3;
  request.rules = {.pins = {{.product = 0, .place = 0},
                            {.product = 1, .place = 1},
                            {.product = 5, .place = 2},
                            {.product = 4, .place = 3}},
                   .exclusions = {{.product = 5, .category = {}}}};
  for (const Recommendation& one : Rank(ranker, request)) EXPECT_NE(one.reason, ReasonKind::kPinned);
  EXPECT_EQ(Rank(ranker, request).size(), 3U);
}

TEST(Ranker, FillsTheListFromBeyondTheBestWhereACapPassesThemOver) {
  std::vector<Product> products(2000);
  for (size_t i = 0; i < products.size(); ++i) {
    products[i].id = std::to_string(i);
    products[i].title = "same";
    products[i].category = i < 1990 ? "many" : "few";
  }
  const Ranker ranker = RankerOf(products);
  RankRequest request;
  request.k = 10;
  request.rules.caps = {{.category = "many", .brand = {}, .most = 2}};
  for (const float diversity : {0.0F, 0.5F}) {
    request.diversity = diversity;
    EXPECT_EQ(Numbers(Rank(ranker, request)),
              (std::vector<uint32_t>{0, 1, 1990, 1991, 1992, 1993, 1994, 1995, 1996, 1997}));
  }
}

TEST(Ranker, ChoosesByMaximalMarginalRelevance) {
  // Two that are the same, and better than a third that is like neither.
  std::vector<Product> products = {{"a", "x", "", 1}, {"b", "y", "", 1}, {"c", "z", "", 1}, {"d", "w", "", 1}};
  Matrix content(4, 2);
  content << 1, 0, 1, 0, 0, 1, -1, 0;
  Ranker ranker = Ranker::Create(products, content, "").value();
  ASSERT_TRUE(ranker.UseScores(std::vector<float>{1, 0.9F, 0.6F, 0}).ok());
  RankRequest request = All();
  // Relevance 1, 0.9, 0.6, 0. After a: b (1-d) 0.9 - d; c (1-d) 0.6. Equal at d = 0.3 / 1.3.
  request.diversity = 0.2F;
  EXPECT_EQ(Numbers(Rank(ranker, request)), (std::vector<uint32_t>{0, 1, 2, 3}));
  request.diversity = 0.25F;
  EXPECT_EQ(Numbers(Rank(ranker, request)), (std::vector<uint32_t>{0, 2, 1, 3}));
  request.diversity = 1;
  EXPECT_EQ(Numbers(Rank(ranker, request))[0], 0U);
}

// Learning.

TEST(Ranker, LearnsFromAShowingOnceAndByWhatFollowed) {
  const auto examples = [](std::vector<Event> events) {
    Ranker ranker = ShopRanker();
    for (const Event& event : events) Observe(ranker, event);
    return std::pair(ranker.blend().examples(), ranker.blend().means()[0] - PriorOf(Feature::kBias).mean);
  };
  const auto shown = Did(kLamp, EventKind::kShown, 0);
  const auto later = Did(kThrow, EventKind::kView, 60'001);
  EXPECT_EQ(examples({shown}).first, 0U);  // awaited
  EXPECT_EQ(examples({shown, Did(kLamp, EventKind::kShown, 30'000)}).first, 0U);
  const auto vain = examples({shown, later});
  EXPECT_EQ(vain.first, 1U);
  EXPECT_LT(vain.second, 0);
  const auto viewed = examples({shown, Did(kLamp, EventKind::kView, 10), later});
  EXPECT_EQ(viewed.first, 1U);
  EXPECT_GT(viewed.second, 0);
  const auto clicked = examples({shown, Did(kLamp, EventKind::kView, 10), Did(kLamp, EventKind::kClick, 20),
                                 Did(kLamp, EventKind::kBuy, 30), later});
  EXPECT_EQ(clicked.first, 1U);
  EXPECT_GT(clicked.second, viewed.second);
  const auto by_itself = examples({Did(kLamp, EventKind::kClick, 0), Did(kLamp, EventKind::kCart, 10)});
  EXPECT_EQ(by_itself.first, 1U);
  EXPECT_GT(by_itself.second, 0);
  const auto less = examples({shown, Did(kLamp, EventKind::kLess, 10), later});
  EXPECT_EQ(less.first, 1U);
  EXPECT_LT(less.second, 2 * vain.second);
}

TEST(Ranker, HasRoomForSixtyFourShowingsThatAreAwaited) {
  std::vector<Product> products(80);
  for (size_t i = 0; i < products.size(); ++i) products[i] = {std::to_string(i), "x", "", 1};
  Ranker ranker = RankerOf(products);
  for (uint32_t i = 0; i < 64; ++i) Observe(ranker, Did(i, EventKind::kShown));
  EXPECT_EQ(ranker.blend().examples(), 0U);
  for (uint32_t i = 64; i < 80; ++i) Observe(ranker, Did(i, EventKind::kShown));
  EXPECT_EQ(ranker.blend().examples(), 16U);
}

TEST(Ranker, LearnsFromWhatRankSawWhenTheProductWasShown) {
  Ranker ranker = ShopRanker();
  Event shown = Did(kLamp, EventKind::kShown);
  shown.on_stage = kLamp;
  shown.mood = 1;
  Observe(ranker, shown);
  Observe(ranker, Did(kLamp, EventKind::kClick, 10));
  for (const Feature feature : {Feature::kOnStage, Feature::kMood}) {
    EXPECT_GT(ranker.blend().means()[static_cast<size_t>(feature)], PriorOf(feature).mean);
  }
}

// A shop of sixty products, most of them about to sell out, and a viewer who leaves those to others: against the prior.
class PatientViewer {
 public:
  PatientViewer() {
    std::vector<Offer> offers;
    for (uint32_t i = 0; i < kProducts; ++i) {
      products_.push_back({"p" + std::to_string(i), "thing " + std::to_string(i * 7919 % 97), "", 1000});
      offers.push_back({.product = i, .price = 1000, .stock = Scarce(i) ? 1 : 100});
    }
    ranker_.emplace(RankerOf(products_));
    EXPECT_TRUE(ranker_->SetOffers(offers).ok());
    unlearning_ = ranker_;
  }

  Ranker& ranker() { return *ranker_; }
  static bool Scarce(uint32_t product) { return product % 3 != 2; }
  static double ClickProbability(uint32_t product) { return Scarce(product) ? 0.05 : 0.6; }

  void Visit(int rounds, uint64_t seed, bool explore) {
    ChaCha20Source random(seed);
    for (int round = 0; round < rounds; ++round) {
      now_ms_ += 100'000;
      RankRequest request = Request(5);
      if (explore) request.exploration_seed = seed * 1000 + static_cast<uint64_t>(round);
      const auto listed = Rank(*ranker_, request);
      for (const Recommendation& one : listed) {
        Judge(one.product, one.score, learned_);
        Judge(one.product, Of(*unlearning_, one.product, Request(kProducts)).score, of_prior_);
        Happens(Did(one.product, EventKind::kShown, now_ms_));
      }
      for (const Recommendation& one : listed) {
        if (static_cast<double>(random.Below(1000).value()) >= 1000 * ClickProbability(one.product)) continue;
        Happens(Did(one.product, EventKind::kClick, now_ms_ + 1000));
      }
    }
  }

  double ClicksExpectedFromTopFive() const {
    double sum = 0;
    for (const Recommendation& one : Rank(*ranker_, Request(5))) sum += ClickProbability(one.product);
    return sum;
  }

  // Of what was shown: mean squared error that the scores have as probabilities (Brier), and their mean less the
  // truth's.
  struct Judgement {
    double squares = 0;
    double excess = 0;
    double count = 0;
    double Brier() const { return squares / count; }
    double Excess() const { return excess / count; }
  };
  const Judgement& learned() const { return learned_; }
  const Judgement& of_prior() const { return of_prior_; }  // of the same taste, with the prior's weights
  void JudgeAnew() { learned_ = of_prior_ = {}; }

 private:
  static constexpr uint32_t kProducts = 60;

  void Happens(const Event& event) {
    Observe(*ranker_, event);
    EXPECT_TRUE(unlearning_->Replay(std::vector{event}).ok());
  }

  static void Judge(uint32_t product, float score, Judgement& judgement) {
    const double p = ClickProbability(product);
    const auto said = static_cast<double>(score);
    judgement.squares += p * (1 - said) * (1 - said) + (1 - p) * said * said;
    judgement.excess += said - p;
    ++judgement.count;
  }

  RankRequest Request(uint32_t k) const {
    RankRequest request = All();
    request.k = k;
    request.context.now_ms = now_ms_;
    return request;
  }

  std::vector<Product> products_;
  std::optional<Ranker> ranker_;
  std::optional<Ranker> unlearning_;  // sees the same events and keeps the prior's weights
  Judgement learned_;
  Judgement of_prior_;
  int64_t now_ms_ = 0;
};

TEST(Ranker, LearnsATasteThatThePriorDoesNotShareAndItsScoresBecomeTruer) {
  for (const uint64_t seed : {1U, 2U, 3U}) {
    PatientViewer viewer;
    EXPECT_FLOAT_EQ(static_cast<float>(viewer.ClicksExpectedFromTopFive()), 0.25F);
    viewer.Visit(50, seed, true);
    viewer.JudgeAnew();
    viewer.Visit(100, 10 + seed, true);
    EXPECT_GE(viewer.ClicksExpectedFromTopFive(), 2.4);  // four of five at least; by chance 1.2
    EXPECT_LT(viewer.learned().Brier(), viewer.of_prior().Brier() - 0.01);
    EXPECT_LT(std::fabs(viewer.learned().Excess()), 0.1);
    EXPECT_LT(viewer.ranker().blend().means()[static_cast<size_t>(Feature::kScarcity)], -0.5);
  }
}

TEST(Ranker, ExploresBySeedAndSaysSo) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(kLampInfo, LampModel()).ok());
  ASSERT_TRUE(
      ranker.SetOffers(std::vector<Offer>{{.product = kTeapot, .price = 100, .stock = 2, .coupon = 0.9F}}).ok());
  Observe(ranker, Did(kCushion, EventKind::kClick));
  RankRequest request = All();
  request.k = 2;
  const auto usual = Numbers(Rank(ranker, request));
  std::vector<std::vector<uint32_t>> lists;
  int explored = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    request.exploration_seed = seed;
    const auto ranked = Rank(ranker, request);
    EXPECT_EQ(Numbers(ranked), Numbers(Rank(ranker, request)));
    for (const Recommendation& one : ranked) {
      const bool is_usual = std::ranges::count(usual, one.product) == 1;
      EXPECT_EQ(one.reason == ReasonKind::kExplore, !is_usual);
      if (!is_usual) ++explored;
    }
    lists.push_back(Numbers(ranked));
  }
  std::ranges::sort(lists);
  EXPECT_GT(std::ranges::unique(lists).begin() - lists.begin(), 3);
  EXPECT_GT(explored, 5);
}

TEST(Ranker, KeepsWhatItLearnedForTheNextVisit) {
  PatientViewer viewer;
  viewer.Visit(20, 9, true);
  Ranker next = ShopRanker();
  ASSERT_TRUE(next.RestoreLearned(viewer.ranker().Learned()).ok());
  EXPECT_EQ(next.blend(), viewer.ranker().blend());
  const Bytes kept = next.Learned();
  EXPECT_FALSE(next.RestoreLearned(ByteSpan(kept).first(10)).ok());
  EXPECT_EQ(next.Learned(), kept);
}

TEST(Ranker, ForgetsEverythingOfTheViewerAndNothingOfTheRoom) {
  PatientViewer viewer;
  const auto before = Rank(viewer.ranker());
  viewer.Visit(20, 3, true);
  Observe(viewer.ranker(), Did(4, EventKind::kLess));
  viewer.ranker().Forget();
  const auto after = Rank(viewer.ranker());
  ASSERT_EQ(after.size(), before.size());
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(after[i].product, before[i].product);
    EXPECT_EQ(after[i].contributions, before[i].contributions);
  }
  EXPECT_EQ(viewer.ranker().blend(), Blend());
  EXPECT_EQ(viewer.ranker().Segments(0), (std::vector<Segment>{{"newcomer", 1}}));
}

std::vector<Event> RandomEvents(ChaCha20Source& random, size_t count, size_t products) {
  std::vector<Event> events;
  int64_t at_ms = 0;
  for (size_t i = 0; i < count; ++i) {
    at_ms += static_cast<int64_t>(random.Below(50'000).value());
    events.push_back({.product = static_cast<uint32_t>(random.Below(products).value()),
                      .kind = static_cast<EventKind>(random.Below(kEventKinds).value()),
                      .at_ms = at_ms});
  }
  return events;
}

RC_GTEST_PROP(Ranker, IsAfterAReplayAsAfterTheEventsThemselvesButForTheWeights, (uint64_t seed)) {
  ChaCha20Source random(seed);
  const auto events = RandomEvents(random, random.Below(40).value(), TeaShop().size());
  Ranker observed = ShopRanker();
  Ranker replayed = ShopRanker();
  RC_ASSERT(observed.UseModel(kLampInfo, LampModel()).ok());
  RC_ASSERT(replayed.UseModel(kLampInfo, LampModel()).ok());
  for (const Event& event : events) RC_ASSERT(observed.Observe(event).ok());
  RC_ASSERT(replayed.Replay(events).ok());
  RC_ASSERT(replayed.blend() == Blend());
  RC_ASSERT(observed.RestoreLearned(Blend().Write()).ok());
  const auto one = Rank(observed);
  const auto other = Rank(replayed);
  RC_ASSERT(one.size() == other.size());
  for (size_t i = 0; i < one.size(); ++i) {
    RC_ASSERT(one[i].product == other[i].product);
    RC_ASSERT(one[i].contributions == other[i].contributions);
    RC_ASSERT(one[i].because == other[i].because);
  }
  RC_ASSERT(observed.Segments(0) == replayed.Segments(0));
}

RC_GTEST_PROP(Ranker, DoesNotDependOnTheOrderOfTheCatalogue, (uint64_t seed)) {
  ChaCha20Source random(seed);
  std::vector<uint32_t> place(TeaShop().size());  // of the original product in the shuffled catalogue
  std::iota(place.begin(), place.end(), 0U);
  for (size_t i = place.size() - 1; i > 0; --i) std::swap(place[i], place[random.Below(i + 1).value()]);
  std::vector<Product> shuffled(place.size());
  for (size_t i = 0; i < place.size(); ++i) shuffled[place[i]] = TeaShop()[i];
  Ranker ranker = ShopRanker();
  Ranker other = RankerOf(shuffled);
  RC_ASSERT(ranker.UseModel(kLampInfo, LampModel()).ok());
  RC_ASSERT(other.UseModel(kLampInfo, LampModel()).ok());
  for (Event event : RandomEvents(random, random.Below(30).value(), place.size())) {
    RC_ASSERT(ranker.Observe(event).ok());
    event.product = place[event.product];
    RC_ASSERT(other.Observe(event).ok());
  }
  RC_ASSERT(ranker.Learned() == other.Learned());
  for (const Recommendation& one : Rank(ranker)) {
    const Recommendation same = Of(other, place[one.product]);
    RC_ASSERT(std::isfinite(one.score) && one.score >= 0 && one.score <= 1);
    RC_ASSERT(one.score == same.score);
    RC_ASSERT(one.contributions == same.contributions);
    RC_ASSERT(one.content_share == same.content_share);
  }
}

TEST(Ranker, StandsAMillionEvents) {
  std::vector<Product> products(50);
  for (size_t i = 0; i < products.size(); ++i) products[i] = {std::to_string(i), "thing", "a/b", 1};
  Ranker ranker = RankerOf(products);
  std::vector<Event> events(1'000'000);
  for (size_t i = 0; i < events.size(); ++i) {
    events[i] = Did(static_cast<uint32_t>(i * 31 % 50), static_cast<EventKind>(i % 5), static_cast<int64_t>(i));
  }
  ASSERT_TRUE(ranker.Replay(events).ok());
  EXPECT_EQ(Rank(ranker).size(), 50U);
  EXPECT_LE(Taste::kMaxSigns, 256U);
}

TEST(Taste, KeepsTheNewestSignsAndTheNewestOfWhatIsUnwanted) {
  Taste taste(1000);
  for (uint32_t product = 0; product < 400; ++product) taste.Add(product, EventKind::kClick);
  EXPECT_EQ(taste.signs().size(), Taste::kMaxSigns);
  EXPECT_EQ(taste.signs().front().product, 400 - Taste::kMaxSigns);
  EXPECT_TRUE(taste.engaged(0));  // known, though it is no sign any more
  for (uint32_t product = 500; product < 600; ++product) taste.Add(product, EventKind::kLess);
  EXPECT_EQ(std::ranges::count_if(taste.signs(), [](const Taste::Sign& sign) { return sign.weight < 0; }),
            static_cast<ptrdiff_t>(Taste::kMaxLess));
  EXPECT_TRUE(taste.unwanted(500));
}

// Bad input.

TEST(Ranker, RefusesACatalogueThatIsEmptyTooLargeOrWrong) {
  const auto refused = [](const std::vector<Product>& products) {
    const Matrix content = Matrix::Zero(static_cast<Eigen::Index>(products.size()), 1);
    return Ranker::Create(products, content, "").error();
  };
  EXPECT_EQ(refused({}).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused({{"a", "", "", -1}}).message, "products[0].price is negative.");
  EXPECT_EQ(refused({{"a", "", "", 1}, {"a", "", "", 1}}).message, "products[1].id repeats an earlier one.");
  EXPECT_EQ(refused({{"", "", "", 1}}).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(refused(std::vector<Product>(100'001)).code, ErrorCode::kResourceExhausted);
  EXPECT_EQ(Ranker::Create(TeaShop(), Matrix::Zero(5, 1), "").error().code, ErrorCode::kInvalidArgument);
}

TEST(Ranker, RefusesAModelThatDoesNotBelongAndKeepsTheOldOne) {
  Ranker ranker = ShopRanker();
  ASSERT_TRUE(ranker.UseModel(kLampInfo, LampModel()).ok());
  const auto code = [&ranker](const ModelInfo& info) {
    const auto model = std::make_shared<TableModel>("ease", Matrix::Zero(1, 1));
    return ranker.UseModel(info, model).error();
  };
  const Error other = code({.version = "9", .catalogue = "spring", .items = {"green"}});
  EXPECT_EQ(other.code, ErrorCode::kMismatch);
  EXPECT_NE(other.message.find("spring"), std::string::npos);
  EXPECT_NE(other.message.find("autumn"), std::string::npos);
  EXPECT_EQ(code({.version = "9", .catalogue = "autumn", .items = {"x"}}).code, ErrorCode::kMismatch);
  EXPECT_EQ(code({.version = "9", .catalogue = {}, .items = {"green", "lamp"}}).code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ranker.UseModel(kLampInfo, nullptr).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ranker.model_version(ModelRole::kTogether), "3");
}

TEST(Ranker, LetsAModelWhoseNumbersOverflowSayNothing) {
  Ranker ranker = ShopRanker();
  Matrix weights = Matrix::Zero(4, 4);
  weights(0, 2) = std::numeric_limits<float>::max();
  ASSERT_TRUE(ranker.UseModel(kLampInfo, std::make_shared<TableModel>("ease", weights)).ok());
  Observe(ranker, Did(kGreenTea, EventKind::kBuy));
  for (const Recommendation& one : Rank(ranker)) EXPECT_TRUE(std::isfinite(one.score));
  EXPECT_EQ(Part(Of(ranker, kLamp), Feature::kTogether), 0);
}

TEST(Ranker, RefusesEventsOutsideTheirRangeAndChangesNothing) {
  Ranker ranker = ShopRanker();
  const float nan = std::nanf("");
  Event bad_stage = Did(0, EventKind::kClick);
  bad_stage.on_stage = 6;
  Event bad_mood = Did(0, EventKind::kClick);
  bad_mood.mood = nan;
  for (const Event& bad : {Did(6, EventKind::kClick), Did(0, static_cast<EventKind>(6)), Did(0, EventKind::kClick, -1),
                           Did(0, EventKind::kClick, Ranker::kMaxMs + 1), bad_stage, bad_mood}) {
    EXPECT_EQ(ranker.Observe(bad).error().code, ErrorCode::kInvalidArgument);
    const std::vector<Event> events = {Did(1, EventKind::kClick), bad};
    const Status status = ranker.Replay(events);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().message.find("events[1]"), std::string::npos);
  }
  EXPECT_EQ(ranker.blend(), Blend());
  EXPECT_EQ(ranker.Segments(0), (std::vector<Segment>{{"newcomer", 1}}));
}

TEST(Ranker, RefusesOffersAndScoresOutsideTheirRange) {
  Ranker ranker = ShopRanker();
  const float nan = std::nanf("");
  for (const Offer& bad :
       {Offer{.product = 6, .price = 1}, Offer{.product = 0, .price = -1}, Offer{.product = 0, .stock = -2},
        Offer{.product = 0, .coupon = 1.1F}, Offer{.product = 0, .coupon = nan}, Offer{.product = 1}}) {
    const std::vector<Offer> offers = {{.product = 1, .price = 1}, bad};
    const Status status = ranker.SetOffers(offers);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().message.find("offers[1]"), std::string::npos);
  }
  EXPECT_FALSE(ranker.UseScores(std::vector<float>(5)).ok());
  EXPECT_FALSE(ranker.UseScores(std::vector<float>{0, 0, nan, 0, 0, 0}).ok());
}

TEST(Ranker, RefusesRequestsOutsideTheirRange) {
  const Ranker ranker = ShopRanker();
  const auto refused = [&ranker](const RankRequest& request) { return ranker.Rank(request).error().message; };
  EXPECT_EQ(refused({.k = 0}), "k is 0, it must be 1 or more.");
  EXPECT_EQ(refused({.diversity = 1.5F}), "diversity is not from 0 to 1.");
  EXPECT_EQ(refused({.diversity = std::nanf("")}), "diversity is not from 0 to 1.");
  EXPECT_EQ(refused({.context = {.on_stage = 6}}), "context.on_stage is 6, the catalogue has 6 products.");
  EXPECT_EQ(refused({.context = {.mood = -2}}), "context.mood is not from -1 to 1.");
  EXPECT_EQ(refused({.context = {.now_ms = -1}}), "context.now_ms is not from 0 to 2^53.");
  EXPECT_EQ(refused({.rules = {.pins = {{.product = 6, .place = 0}}}}),
            "pins[0].product is 6, the catalogue has 6 products.");
  EXPECT_EQ(refused({.rules = {.pins = {{.product = 1, .place = 0}, {.product = 1, .place = 1}}}}),
            "pins[1].product is pinned already.");
  EXPECT_EQ(refused({.rules = {.pins = {{.product = 1, .place = 0}, {.product = 2, .place = 0}}}}),
            "pins[1].place is taken already.");
  EXPECT_EQ(refused({.rules = {.boosts = {{.target = {}, .factor = 2}}}}),
            "boosts[0] names neither a product nor a category.");
  EXPECT_EQ(refused({.rules = {.boosts = {{.target = {.product = 1, .category = {}}, .factor = 0}}}}),
            "boosts[0].factor is not from 0.001 to 1000.");
  EXPECT_EQ(refused({.rules = {.caps = {{.category = "a", .brand = "b", .most = 1}}}}),
            "caps[0] is not of a category or a brand, one of the two.");
  EXPECT_EQ(refused({.rules = {.exclusions = {{.product = 9, .category = {}}}}}),
            "exclusions[0].product is 9, the catalogue has 6 products.");
  EXPECT_EQ(
      ranker.Rank({.rules = {.exclusions = std::vector<Target>(1025, {.product = 1, .category = {}})}}).error().code,
      ErrorCode::kResourceExhausted);
}

TEST(LiesUnder, TakesWholePartsOfAPath) {
  EXPECT_TRUE(LiesUnder("tea", "tea"));
  EXPECT_TRUE(LiesUnder("tea/green", "tea"));
  EXPECT_FALSE(LiesUnder("teaware/pot", "tea"));
  EXPECT_FALSE(LiesUnder("tea", "tea/green"));
}

TEST(ReasonName, IsStable) {
  EXPECT_EQ(ReasonName(ReasonKind::kListed), "listed");
  EXPECT_EQ(ReasonName(ReasonKind::kOnStage), "on-stage");
  EXPECT_EQ(ReasonName(ReasonKind::kPinned), "pinned");
}

}  // namespace
}  // namespace sotto::recommend
