// What a viewer did, in counts: bounded however many events there were. Segments are told from it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sotto/recommend/ranking/event.h"

namespace sotto::recommend {

// Of the catalogue, what habits need of each product.
struct ProductTraits {
  uint32_t category = 0;  // the whole path, interned
  uint32_t top = 0;       // its first part, interned
  uint32_t brand = 0;     // interned; 0: none
  float price_rank = 0;   // share of the products of the same top-level category that are cheaper; of equals, half
};

class Habits {
 public:
  static constexpr int64_t kVisitGapMs = 30 * 60'000;  // a longer silence ends a visit
  static constexpr size_t kPriceBins = 64 * 4;         // quarters of an octave
  static constexpr size_t kRankBins = 64;

  Habits(size_t categories, size_t tops, size_t brands);

  // `octave` of the price then; `with_coupon`: the product had one.
  void Add(const Event& event, const ProductTraits& product, double octave, bool with_coupon);

  uint64_t count(EventKind kind) const { return counts_[static_cast<size_t>(kind)]; }
  uint64_t engagements() const { return engagements_; }                // views and more
  uint64_t coupon_engagements() const { return with_coupon_; }         // of them, with a coupon
  uint64_t visits() const { return visits_; }                          // 0 before the first event
  int64_t last_ms() const { return last_ms_; }                         // the latest event
  const std::vector<uint64_t>& of_top() const { return of_top_; }      // engagements by top-level category
  const std::vector<uint64_t>& of_brand() const { return of_brand_; }  // by brand, [0] without one

  // By weight of the engagements; none before the first.
  std::optional<double> MedianOctave() const;
  std::optional<double> MedianPriceRank() const;  // 0 to 1

  // Weight of the engagements with a brand over that of all engagements; 0 for brand 0.
  float BrandShare(uint32_t brand) const;
  // The latest engagement; none if there was none.
  std::optional<int64_t> LastOfCategory(uint32_t category) const { return Moment(last_of_category_[category]); }
  std::optional<int64_t> LastOfTop(uint32_t top) const { return Moment(last_of_top_[top]); }

 private:
  static std::optional<int64_t> Moment(int64_t ms) { return ms < 0 ? std::nullopt : std::optional(ms); }

  std::array<uint64_t, kEventKinds> counts_{};
  uint64_t engagements_ = 0;
  uint64_t with_coupon_ = 0;
  uint64_t visits_ = 0;
  int64_t last_ms_ = -1;
  std::vector<uint64_t> of_top_;
  std::vector<uint64_t> of_brand_;
  // In tenths of a weight, so that sums are exact.
  std::vector<uint64_t> weight_of_brand_;
  uint64_t weight_ = 0;
  std::array<uint64_t, kPriceBins> weight_of_octave_{};
  std::array<uint64_t, kRankBins> weight_of_rank_{};
  std::vector<int64_t> last_of_category_;  // -1: never
  std::vector<int64_t> last_of_top_;
};

}  // namespace sotto::recommend
