#include "sotto/recommend/ranking/ranker.h"

#include <algorithm>
#include <cmath>

namespace sotto::recommend {
namespace {

// Up to here a collaborative model is asked what everybody likes.
constexpr uint32_t kMaxStandInItems = 8192;

constexpr double kViewTarget = 0.3;
constexpr double kLessImportance = 5;

std::string OutsideCatalogue(const char* name, uint32_t product, size_t products) {
  return std::string(name) + " is " + std::to_string(product) + ", the catalogue has " + std::to_string(products) +
         " products.";
}

// The price that the viewer would pay, as a place on the scale of octaves.
double OctaveOfOffer(const Offer& offer) {
  if (offer.coupon == 0) return PriceOctave(offer.price);
  // A coupon only lowers it, so that it still fits; but not after rounding, where the price is the largest there is.
  const double paid = static_cast<double>(offer.price) * (1 - static_cast<double>(offer.coupon));
  return PriceOctave(static_cast<int64_t>(std::min(paid, 9e18)));
}

}  // namespace

ModelRole RoleOf(std::string_view model_kind) {
  if (model_kind == "popularity") return ModelRole::kPopularity;
  if (model_kind == "two-tower" || model_kind == "sequence") return ModelRole::kTower;
  return ModelRole::kTogether;
}

std::string_view ReasonName(ReasonKind kind) {
  static constexpr std::array<std::string_view, kReasonKinds> kNames = {
      "listed", "popular", "similar", "together", "suits", "on-stage", "offer", "explore", "pinned"};
  return kNames[static_cast<size_t>(kind)];
}

Result<Ranker> Ranker::Create(std::vector<Product> products, const Matrix& content, std::string catalogue_version) {
  SOTTO_ASSIGN_OR_RETURN(Catalogue catalogue, Catalogue::Create(std::move(products), content));
  return Ranker(std::move(catalogue), std::move(catalogue_version));
}

Ranker::Ranker(Catalogue catalogue, std::string catalogue_version)
    : catalogue_(std::move(catalogue)),
      catalogue_version_(std::move(catalogue_version)),
      offers_(catalogue_.size()),
      octaves_(catalogue_.size()),
      taste_(catalogue_.size()),
      habits_(catalogue_.categories().size(), catalogue_.tops().size(), catalogue_.brands().size()),
      together_(catalogue_.size(), 0),
      content_(catalogue_.size(), 0),
      tower_(catalogue_.size(), 0),
      popularity_(catalogue_.size(), 0),
      less_(catalogue_.size(), 0),
      in_vain_(catalogue_.size(), 0) {
  ListPrices();
}

Status Ranker::UseModel(const ModelInfo& info, std::shared_ptr<const Model> model) {
  if (model == nullptr) return Error{ErrorCode::kInvalidArgument, "there is no model.", ""};
  if (info.items.size() != model->items()) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::to_string(info.items.size()) + " ids for a model of " + std::to_string(model->items()) + " items.", ""};
  }
  SOTTO_RETURN_IF_ERROR(CheckCatalogue(info, catalogue_version_));
  UsedModel taken{.model = std::move(model),
                  .version = info.version,
                  .product_of_item = catalogue_.Find(info.items),
                  .item_of_product = std::vector<int32_t>(catalogue_.size(), -1)};
  bool knows_any = false;
  for (size_t item = 0; item < taken.product_of_item.size(); ++item) {
    const int32_t product = taken.product_of_item[item];
    if (product < 0) continue;
    taken.item_of_product[static_cast<size_t>(product)] = static_cast<int32_t>(item);
    knows_any = true;
  }
  if (!knows_any) {
    return Error{ErrorCode::kMismatch, "model " + info.version + " knows no product of this catalogue.",
                 "It belongs to another room."};
  }
  const ModelRole role = RoleOf(taken.model->kind());
  used(role) = std::move(taken);
  RefreshModel(role);
  RefreshPopularity();
  return {};
}

void Ranker::DropModel(ModelRole role) {
  used(role) = {};
  RefreshModel(role);
  RefreshPopularity();
}

std::string_view Ranker::model_version(ModelRole role) const {
  return used(role).version;
}

Status Ranker::UseScores(std::span<const float> scores) {
  if (!scores.empty() && scores.size() != catalogue_.size()) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(scores.size()) + " scores for " + std::to_string(catalogue_.size()) + " products.",
                 "Give one for each, or none at all."};
  }
  for (size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i])) {
      return Error{ErrorCode::kInvalidArgument, "scores[" + std::to_string(i) + "] is not finite.", ""};
    }
  }
  page_scores_ = !scores.empty();
  if (page_scores_) {
    tower_.assign(scores.begin(), scores.end());
    Centre(tower_);
  } else {
    RefreshModel(ModelRole::kTower);
  }
  return {};
}

Status Ranker::SetOffers(std::span<const Offer> offers) {
  std::vector<bool> seen(catalogue_.size(), false);
  for (size_t i = 0; i < offers.size(); ++i) {
    const auto wrong = [i](const std::string& what) {
      return Error{ErrorCode::kInvalidArgument, "offers[" + std::to_string(i) + "]." + what, ""};
    };
    const Offer& offer = offers[i];
    if (offer.product >= catalogue_.size()) {
      return wrong(OutsideCatalogue("product", offer.product, catalogue_.size()));
    }
    if (seen[offer.product]) return wrong("product has an offer already.");
    seen[offer.product] = true;
    if (offer.price < 0) return wrong("price is negative.");
    if (offer.stock < -1) return wrong("stock is below -1.");
    if (!(offer.coupon >= 0 && offer.coupon <= 1)) return wrong("coupon is not from 0 to 1.");
  }
  ListPrices();
  for (const Offer& offer : offers) {
    offers_[offer.product] = offer;
    octaves_[offer.product] = OctaveOfOffer(offer);
  }
  return {};
}

void Ranker::ListPrices() {
  for (uint32_t product = 0; product < catalogue_.size(); ++product) {
    offers_[product] = {.product = product, .price = products()[product].price};
    octaves_[product] = OctaveOfOffer(offers_[product]);
  }
}

Status Ranker::RestoreLearned(ByteSpan file) {
  SOTTO_ASSIGN_OR_RETURN(blend_, Blend::Read(file));
  return {};
}

void Ranker::Forget() {
  taste_ = Taste(catalogue_.size());
  habits_ = Habits(catalogue_.categories().size(), catalogue_.tops().size(), catalogue_.brands().size());
  blend_ = {};
  showings_.clear();
  std::ranges::fill(in_vain_, 0U);
  RefreshTaste();
}

std::vector<Segment> Ranker::Segments(int64_t now_ms) const {
  const auto coupons = std::ranges::count_if(offers_, [](const Offer& offer) { return offer.coupon > 0; });
  const SegmentCatalogue catalogue{.tops = catalogue_.tops(),
                                   .brands = catalogue_.brands(),
                                   .coupon_share = static_cast<float>(coupons) / static_cast<float>(catalogue_.size()),
                                   .prices_differ = catalogue_.prices_differ()};
  return SegmentsOf(habits_, catalogue, std::clamp(now_ms, int64_t{0}, kMaxMs));
}

// What the viewer does.

Status Ranker::CheckEvent(const Event& event) const {
  const auto wrong = [](const std::string& what) { return Error{ErrorCode::kInvalidArgument, "event." + what, ""}; };
  if (event.product >= catalogue_.size()) return wrong(OutsideCatalogue("product", event.product, catalogue_.size()));
  if (static_cast<size_t>(event.kind) >= kEventKinds) return wrong("kind is none that there is.");
  if (event.at_ms < 0 || event.at_ms > kMaxMs) return wrong("at_ms is not from 0 to 2^53.");
  if (event.on_stage && *event.on_stage >= catalogue_.size()) {
    return wrong(OutsideCatalogue("on_stage", *event.on_stage, catalogue_.size()));
  }
  if (!(event.mood >= -1 && event.mood <= 1)) return wrong("mood is not from -1 to 1.");
  return {};
}

Status Ranker::Observe(const Event& event) {
  SOTTO_RETURN_IF_ERROR(CheckEvent(event));
  Settle(event, true);
  if (FoldIn(event)) RefreshTaste();
  return {};
}

Status Ranker::Replay(std::span<const Event> events) {
  for (size_t i = 0; i < events.size(); ++i) {
    if (const Status status = CheckEvent(events[i]); !status.ok()) {
      return Error{status.error().code, "events[" + std::to_string(i) + "]: " + status.error().message, ""};
    }
  }
  for (const Event& event : events) {
    Settle(event, false);
    FoldIn(event);
  }
  showings_.clear();  // they have no features to learn from
  RefreshTaste();
  return {};
}

void Ranker::SettleOldest(bool learn) {
  const Showing& oldest = showings_.front();
  if (!oldest.settled) {
    if (learn) blend_.Learn(oldest.values, oldest.target, 1);
    if (oldest.target == 0) ++in_vain_[oldest.product];
  }
  showings_.erase(showings_.begin());
}

void Ranker::Settle(const Event& event, bool learn) {
  while (!showings_.empty() && event.at_ms - showings_.front().at_ms > kOutcomeMs) SettleOldest(learn);

  const auto shown = std::ranges::find(showings_, event.product, &Showing::product);
  const bool is_new = shown == showings_.end();
  if (event.kind == EventKind::kView) {
    if (!is_new) shown->target = std::max(shown->target, kViewTarget);
    return;
  }
  if (event.kind == EventKind::kLess) {
    const FeatureValues values = !learn ? FeatureValues{} : is_new ? FeaturesAt(event) : shown->values;
    if (learn) blend_.Learn(values, 0, kLessImportance);
    if (!is_new) shown->settled = true;
    return;
  }
  if (is_new) {
    if (showings_.size() == kMaxShowings) SettleOldest(learn);
    showings_.push_back({.product = event.product, .at_ms = event.at_ms});
    if (learn) showings_.back().values = FeaturesAt(event);
  }
  if (event.kind == EventKind::kShown) return;
  Showing& followed = is_new ? showings_.back() : *shown;
  if (learn && !followed.settled) blend_.Learn(followed.values, 1, 1);
  followed.settled = true;
}

bool Ranker::FoldIn(const Event& event) {
  const Offer& offer = offers_[event.product];
  habits_.Add(event, catalogue_.traits(event.product), octaves_[event.product], offer.coupon > 0);
  if (IsEngagement(event.kind)) in_vain_[event.product] = 0;
  return taste_.Add(event.product, event.kind);
}

// The columns of features that change with the taste, or with a model.

void Ranker::RefreshTaste() {
  taste_.Compare(catalogue_.content(), content_, less_);
  RefreshModel(ModelRole::kTogether);
  RefreshModel(ModelRole::kTower);
}

std::vector<Engagement> Ranker::HistoryFor(const UsedModel& used) const {
  std::vector<Engagement> history;
  for (const Taste::Sign& sign : taste_.signs()) {
    const int32_t item = used.item_of_product[sign.product];
    if (item >= 0) history.push_back({.item = static_cast<uint32_t>(item), .weight = static_cast<float>(sign.weight)});
  }
  return history;
}

std::vector<float> Ranker::ScoresOf(const UsedModel& used, std::span<const Engagement> history) const {
  std::vector<float> scores(used.model->items());
  const bool scored = used.model->Score(history, scores).ok();
  std::vector<float> known;
  for (size_t item = 0; item < scores.size(); ++item) {
    if (used.product_of_item[item] < 0) continue;
    // A model whose numbers overflow says nothing.
    known.push_back(scored && std::isfinite(scores[item]) ? scores[item] : 0);
  }
  return known;
}

void Ranker::Spread(const UsedModel& used, std::span<const float> known, std::span<float> column) {
  std::ranges::fill(column, 0.0F);
  size_t next = 0;
  for (const int32_t product : used.product_of_item) {
    if (product >= 0) column[static_cast<size_t>(product)] = known[next++];
  }
}

void Ranker::RefreshModel(ModelRole role) {
  if (role == ModelRole::kPopularity || (role == ModelRole::kTower && page_scores_)) return;
  std::vector<float>& column = role == ModelRole::kTower ? tower_ : together_;
  const UsedModel& model = used(role);
  if (model.model == nullptr) {
    std::ranges::fill(column, 0.0F);
    return;
  }
  std::vector<float> scores = ScoresOf(model, HistoryFor(model));
  Centre(scores);
  Spread(model, scores, column);
}

void Ranker::RefreshPopularity() {
  std::ranges::fill(popularity_, 0.0F);
  const UsedModel& popularity = used(ModelRole::kPopularity);
  const UsedModel& together = used(ModelRole::kTogether);
  const bool stands_in = popularity.model == nullptr;
  const UsedModel& model = stands_in ? together : popularity;
  if (model.model == nullptr || (stands_in && model.model->items() > kMaxStandInItems)) return;
  std::vector<Engagement> everything;
  for (uint32_t item = 0; stands_in && item < model.model->items(); ++item) everything.push_back({.item = item});
  std::vector<float> scores = ScoresOf(model, everything);
  ShareOfLargest(scores);
  Spread(model, scores, popularity_);
}

}  // namespace sotto::recommend
