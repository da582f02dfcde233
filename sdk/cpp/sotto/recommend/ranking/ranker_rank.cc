// Ranker::Rank: features of the moment, values, the list, reasons.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/ranking/ranker.h"
#include "sotto/recommend/ranking/selection.h"

namespace sotto::recommend {
namespace {

constexpr double kRecencyMs = 30 * 60'000;
constexpr int32_t kPlenty = 10;    // pieces, from which on stock is not scarce
constexpr float kNothing = 1e-6F;  // a contribution below it, in logits, is no reason

float& Value(FeatureValues& values, Feature feature) {
  return values[static_cast<size_t>(feature)];
}

// The rules that meet products, worked out for categories once.
class RulesByProduct {
 public:
  RulesByProduct(const Rules& rules, const Catalogue& catalogue)
      : catalogue_(catalogue), excluded_(catalogue.categories().size()), boost_(catalogue.categories().size(), 0) {
    for (const Target& target : rules.exclusions) {
      if (target.product)
        excluded_products_.push_back(*target.product);
      else
        ForCategories(target.category, [&](size_t category) { excluded_[category] = true; });
    }
    for (const Boost& boost : rules.boosts) {
      const double logit = Log(static_cast<double>(boost.factor));
      if (boost.target.product)
        boosted_products_.emplace_back(*boost.target.product, logit);
      else
        ForCategories(boost.target.category, [&](size_t category) { boost_[category] += logit; });
    }
    std::ranges::sort(excluded_products_);
  }

  bool Excludes(uint32_t product) const {
    return excluded_[catalogue_.traits(product).category] || std::ranges::binary_search(excluded_products_, product);
  }

  // In logits.
  double BoostOf(uint32_t product) const { return boost_[catalogue_.traits(product).category]; }
  const std::vector<std::pair<uint32_t, double>>& boosted_products() const { return boosted_products_; }

 private:
  template <class Apply>
  void ForCategories(std::string_view prefix, Apply apply) {
    const std::vector<bool> under = catalogue_.CategoriesUnder(prefix);
    for (size_t i = 0; i < under.size(); ++i) {
      if (under[i]) apply(i);
    }
  }

  const Catalogue& catalogue_;
  std::vector<bool> excluded_;  // by category
  std::vector<double> boost_;   // by category
  std::vector<uint32_t> excluded_products_;
  std::vector<std::pair<uint32_t, double>> boosted_products_;
};

}  // namespace

Status Ranker::CheckRequest(const RankRequest& request) const {
  const auto wrong = [](const std::string& what) { return Error{ErrorCode::kInvalidArgument, what, ""}; };
  if (request.k == 0) return wrong("k is 0, it must be 1 or more.");
  if (!(request.diversity >= 0 && request.diversity <= 1)) return wrong("diversity is not from 0 to 1.");
  const Context& context = request.context;
  if (context.on_stage && *context.on_stage >= catalogue_.size()) {
    return wrong("context.on_stage is " + std::to_string(*context.on_stage) + ", the catalogue has " +
                 std::to_string(catalogue_.size()) + " products.");
  }
  if (!(context.mood >= -1 && context.mood <= 1)) return wrong("context.mood is not from -1 to 1.");
  if (context.now_ms < 0 || context.now_ms > kMaxMs) return wrong("context.now_ms is not from 0 to 2^53.");
  return CheckRules(request.rules, catalogue_.size());
}

float Ranker::RecencyOf(const ProductTraits& traits, int64_t now_ms) const {
  const auto fresh = [now_ms](std::optional<int64_t> last) -> double {
    if (!last) return 0;
    return 1 / (1 + static_cast<double>(std::max<int64_t>(0, now_ms - *last)) / kRecencyMs);
  };
  const double same = traits.category == 0 ? 0 : fresh(habits_.LastOfCategory(traits.category));
  const double near = traits.top == 0 ? 0 : fresh(habits_.LastOfTop(traits.top)) / 2;
  return static_cast<float>(std::max(same, near));
}

FeatureValues Ranker::FeaturesOf(uint32_t product, const Moment& moment) const {
  const ProductTraits& traits = catalogue_.traits(product);
  const Offer& offer = offers_[product];
  FeatureValues values{};
  Value(values, Feature::kBias) = 1;
  Value(values, Feature::kTogether) = together_[product];
  Value(values, Feature::kContent) = content_[product];
  Value(values, Feature::kTower) = tower_[product];
  Value(values, Feature::kPopularity) = popularity_[product];
  Value(values, Feature::kOnStage) = moment.context.on_stage == product ? 1 : 0;
  if (moment.octave) {
    const double fit = 1 - std::fabs(octaves_[product] - *moment.octave);
    Value(values, Feature::kPriceFit) = static_cast<float>(std::max(-1.0, fit));
  }
  Value(values, Feature::kOffer) = offer.coupon;
  if (offer.stock > 0 && offer.stock < kPlenty) {
    Value(values, Feature::kScarcity) = 1 - static_cast<float>(offer.stock) / kPlenty;
  }
  if (!moment.near_stage.empty()) {
    Value(values, Feature::kMood) = moment.context.mood * std::clamp(moment.near_stage[product], 0.0F, 1.0F);
  }
  Value(values, Feature::kRecency) =
      moment.recency.empty() ? RecencyOf(traits, moment.context.now_ms) : moment.recency[traits.category];
  Value(values, Feature::kBrand) = habits_.BrandShare(traits.brand);
  Value(values, Feature::kLess) = less_[product];
  if (in_vain_[product] > 0) {
    const auto in_vain = static_cast<float>(in_vain_[product]);
    Value(values, Feature::kFatigue) = in_vain / (in_vain + 2);
  }
  return values;
}

FeatureValues Ranker::FeaturesAt(const Event& event) const {
  std::vector<float> near_stage;
  if (event.on_stage && event.mood != 0) {
    const QuantisedRows& content = catalogue_.content();
    near_stage.assign(catalogue_.size(), 0);
    near_stage[event.product] = content.Dot(event.product, content.QueryOf(*event.on_stage));
  }
  return FeaturesOf(event.product, {.context = {.on_stage = event.on_stage, .mood = event.mood, .now_ms = event.at_ms},
                                    .octave = habits_.MedianOctave(),
                                    .near_stage = near_stage,
                                    .recency = {}});
}

Result<std::vector<Recommendation>> Ranker::Rank(const RankRequest& request) const {
  SOTTO_RETURN_IF_ERROR(CheckRequest(request));
  const Context& context = request.context;
  std::vector<float> near_stage;
  if (context.on_stage && context.mood != 0) {
    near_stage.resize(catalogue_.size());
    catalogue_.content().DotAll(catalogue_.content().QueryOf(*context.on_stage), near_stage);
  }
  std::vector<float> recency(catalogue_.categories().size(), 0);
  for (uint32_t category = 0; category < recency.size(); ++category) {
    recency[category] = RecencyOf({.category = category, .top = catalogue_.top_of(category)}, context.now_ms);
  }
  const Moment moment{
      .context = context, .octave = habits_.MedianOctave(), .near_stage = near_stage, .recency = recency};
  const RulesByProduct rules(request.rules, catalogue_);
  const auto may_be_listed = [&](uint32_t product) {
    return offers_[product].stock != 0 && !taste_.unwanted(product) && !rules.Excludes(product);
  };

  std::vector<Pin> pins;
  std::vector<bool> pinned(catalogue_.size(), false);
  for (const Pin& pin : request.rules.pins) {
    if (pin.place >= request.k || !may_be_listed(pin.product)) continue;
    pins.push_back(pin);
    pinned[pin.product] = true;
  }
  std::ranges::sort(pins, {}, &Pin::place);

  const Weights& means = blend_.means();
  const Weights drawn = request.exploration_seed ? blend_.Draw(*request.exploration_seed) : means;
  std::vector<double> boosts(catalogue_.size());
  for (uint32_t product = 0; product < catalogue_.size(); ++product) boosts[product] = rules.BoostOf(product);
  for (const auto& [product, logit] : rules.boosted_products()) boosts[product] += logit;

  std::vector<Candidate> by_mean;
  std::vector<Candidate> by_draw;
  by_mean.reserve(catalogue_.size());
  if (request.exploration_seed) by_draw.reserve(catalogue_.size());
  for (uint32_t product = 0; product < catalogue_.size(); ++product) {
    const bool left_out = taste_.engaged(product) && !request.include_engaged;
    if (left_out || pinned[product] || !may_be_listed(product)) continue;
    const FeatureValues values = FeaturesOf(product, moment);
    by_mean.push_back({product, Logit(means, values) + boosts[product]});
    if (request.exploration_seed) by_draw.push_back({product, Logit(drawn, values) + boosts[product]});
  }
  const auto select = [&](std::vector<Candidate> candidates) {
    return Select(catalogue_, std::move(candidates), request.k, request.diversity, request.rules.caps, pins);
  };
  const std::vector<uint32_t> usual = select(std::move(by_mean));
  const std::vector<uint32_t> listed = request.exploration_seed ? select(std::move(by_draw)) : usual;

  std::vector<bool> is_usual(catalogue_.size(), false);
  for (const uint32_t product : usual) is_usual[product] = true;
  std::vector<Recommendation> recommendations;
  recommendations.reserve(listed.size());
  for (const uint32_t product : listed) {
    Recommendation& one = recommendations.emplace_back();
    one.product = product;
    const FeatureValues values = FeaturesOf(product, moment);
    one.score = static_cast<float>(Sigmoid(Logit(means, values)));
    for (size_t i = 0; i < kFeatures; ++i) {
      // + 0: nothing of a negative weight is no -0.
      one.contributions[i] = static_cast<float>(means[i] * static_cast<double>(values[i]) + 0.0);
    }
    Explain(one);
    if (!is_usual[product]) one.reason = ReasonKind::kExplore;
    if (pinned[product]) one.reason = ReasonKind::kPinned;
    if (one.reason != ReasonKind::kSimilar && one.reason != ReasonKind::kTogether) one.because.reset();
  }
  return recommendations;
}

void Ranker::Explain(Recommendation& one) const {
  const auto part = [&one](Feature feature) { return one.contributions[static_cast<size_t>(feature)]; };
  const float content = std::fabs(part(Feature::kContent));
  const float all = content + std::fabs(part(Feature::kTogether)) + std::fabs(part(Feature::kTower));
  one.content_share = all > 0 ? content / all : 0;

  std::array<Feature, kFeatures> by_part{};
  for (size_t i = 0; i < kFeatures; ++i) by_part[i] = static_cast<Feature>(i);
  std::ranges::sort(by_part, [&](Feature a, Feature b) { return part(a) != part(b) ? part(a) > part(b) : a < b; });
  for (const Feature feature : by_part) {
    if (!(part(feature) > kNothing)) return;
    switch (feature) {
      case Feature::kTogether:
        one.because = Together(one.product);
        one.reason = one.because ? ReasonKind::kTogether : ReasonKind::kSuits;
        return;
      case Feature::kContent:
        one.because = taste_.Because(catalogue_.content(), one.product);
        if (!one.because) continue;  // what quantisation left of nothing
        one.reason = ReasonKind::kSimilar;
        return;
      case Feature::kPopularity:
        one.reason = ReasonKind::kPopular;
        return;
      case Feature::kOnStage:
      case Feature::kMood:
        one.reason = ReasonKind::kOnStage;
        return;
      case Feature::kOffer:
      case Feature::kScarcity:
        one.reason = ReasonKind::kOffer;
        return;
      case Feature::kTower:
      case Feature::kPriceFit:
      case Feature::kRecency:
      case Feature::kBrand:
        one.reason = ReasonKind::kSuits;
        return;
      case Feature::kBias:
      case Feature::kLess:
      case Feature::kFatigue:
        continue;  // not a reason to give
    }
  }
}

std::optional<uint32_t> Ranker::Together(uint32_t product) const {
  const UsedModel& model = used(ModelRole::kTogether);
  if (model.model == nullptr || model.item_of_product[product] < 0) return std::nullopt;
  const std::vector<Engagement> history = HistoryFor(model);
  const auto place = model.model->Because(history, static_cast<uint32_t>(model.item_of_product[product]));
  if (!place || *place >= history.size() || history[*place].weight <= 0) return std::nullopt;
  const auto because = static_cast<uint32_t>(model.product_of_item[history[*place].item]);
  if (because == product) return std::nullopt;
  return because;
}

}  // namespace sotto::recommend
