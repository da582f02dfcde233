#include "sotto/recommend/ranking/habits.h"

#include <algorithm>
#include <cmath>

namespace sotto::recommend {
namespace {

// In tenths.
uint64_t TenthsOf(EventKind kind) {
  return static_cast<uint64_t>(std::nearbyint(WeightOf(kind) * 10));
}

// The first bin up to which at least half of the weight lies; none if there is no weight.
template <size_t kBins>
std::optional<size_t> MedianBin(const std::array<uint64_t, kBins>& weights, uint64_t total) {
  if (total == 0) return std::nullopt;
  uint64_t below = 0;
  for (size_t bin = 0; bin < kBins; ++bin) {
    below += weights[bin];
    if (2 * below >= total) return bin;
  }
  return kBins - 1;
}

}  // namespace

Habits::Habits(size_t categories, size_t tops, size_t brands)
    : of_top_(tops, 0),
      of_brand_(brands, 0),
      weight_of_brand_(brands, 0),
      last_of_category_(categories, -1),
      last_of_top_(tops, -1) {}

void Habits::Add(const Event& event, const ProductTraits& product, double octave, bool with_coupon) {
  if (visits_ == 0 || event.at_ms - last_ms_ > kVisitGapMs) ++visits_;
  last_ms_ = std::max(last_ms_, event.at_ms);
  ++counts_[static_cast<size_t>(event.kind)];
  if (!IsEngagement(event.kind)) return;
  ++engagements_;
  if (with_coupon) ++with_coupon_;
  ++of_top_[product.top];
  ++of_brand_[product.brand];
  const uint64_t tenths = TenthsOf(event.kind);
  weight_ += tenths;
  weight_of_brand_[product.brand] += tenths;
  weight_of_octave_[std::min(kPriceBins - 1, static_cast<size_t>(octave * 4))] += tenths;
  weight_of_rank_[std::min(kRankBins - 1, static_cast<size_t>(product.price_rank * kRankBins))] += tenths;
  last_of_category_[product.category] = std::max(last_of_category_[product.category], event.at_ms);
  last_of_top_[product.top] = std::max(last_of_top_[product.top], event.at_ms);
}

std::optional<double> Habits::MedianOctave() const {
  const auto bin = MedianBin(weight_of_octave_, weight_);
  if (!bin) return std::nullopt;
  return (static_cast<double>(*bin) + 0.5) / 4;
}

std::optional<double> Habits::MedianPriceRank() const {
  const auto bin = MedianBin(weight_of_rank_, weight_);
  if (!bin) return std::nullopt;
  return (static_cast<double>(*bin) + 0.5) / kRankBins;
}

float Habits::BrandShare(uint32_t brand) const {
  if (brand == 0 || weight_ == 0) return 0;
  return static_cast<float>(static_cast<double>(weight_of_brand_[brand]) / static_cast<double>(weight_));
}

}  // namespace sotto::recommend
