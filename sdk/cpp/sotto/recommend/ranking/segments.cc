#include "sotto/recommend/ranking/segments.h"

#include <algorithm>

namespace sotto::recommend {
namespace {

constexpr uint64_t kSettled = 5;  // engagements after which nobody is a newcomer, and a taste can be told
constexpr double kCheap = 0.35;
constexpr double kDear = 0.65;

struct Favourite {
  size_t number = 0;
  double share = 0;
};

// The most frequent name but "", the first of equals.
Favourite FavouriteOf(const std::vector<uint64_t>& counts, uint64_t total) {
  Favourite favourite;
  uint64_t most = 0;
  for (size_t i = 1; i < counts.size(); ++i) {
    if (counts[i] <= most) continue;
    most = counts[i];
    favourite = {.number = i, .share = static_cast<double>(most) / static_cast<double>(total)};
  }
  return favourite;
}

// 1 - the sum of squared shares: how likely it is that two engagements are of different kinds (Gini-Simpson).
double Variety(const std::vector<uint64_t>& counts, uint64_t total) {
  double same = 0;
  for (const uint64_t count : counts) {
    const double share = static_cast<double>(count) / static_cast<double>(total);
    same += share * share;
  }
  return 1 - same;
}

}  // namespace

std::vector<Segment> SegmentsOf(const Habits& habits, const SegmentCatalogue& catalogue, int64_t now_ms) {
  std::vector<Segment> segments;
  const auto add = [&segments](std::string name, double strength) {
    segments.push_back({std::move(name), static_cast<float>(std::clamp(strength, 0.0, 1.0))});
  };
  const uint64_t engagements = habits.engagements();
  const auto count = static_cast<double>(engagements);
  const bool is_over = habits.visits() > 0 && now_ms - habits.last_ms() > Habits::kVisitGapMs;
  const uint64_t visits = habits.visits() + (is_over ? 1 : 0);
  const uint64_t bought = habits.count(EventKind::kBuy);

  if (engagements < kSettled && visits <= 1) add("newcomer", 1 - count / kSettled);
  if (visits >= 2) add("returning", static_cast<double>(visits - 1) / 4);
  if (engagements >= 10 && habits.count(EventKind::kCart) == 0 && bought == 0) add("window-shopper", count / 40);
  if (bought > 0) add("buyer", static_cast<double>(bought) / 3);
  if (engagements < kSettled) return segments;

  if (const auto median = habits.MedianPriceRank(); median && catalogue.prices_differ) {
    if (*median <= kCheap) add("price-sensitive", 1 - *median / kCheap);
    if (*median >= kDear) add("premium", (*median - kDear) / (1 - kDear));
  }
  const double with_coupon = static_cast<double>(habits.coupon_engagements()) / count;
  if (with_coupon >= 0.5 && with_coupon >= 1.5 * static_cast<double>(catalogue.coupon_share)) {
    add("deal-hunter", with_coupon);
  }
  if (catalogue.brands.size() > 2) {
    const Favourite brand = FavouriteOf(habits.of_brand(), engagements);
    if (brand.share >= 0.5) add("brand-loyal:" + catalogue.brands[brand.number], brand.share);
  }
  if (catalogue.tops.size() > 2) {
    const Favourite top = FavouriteOf(habits.of_top(), engagements);
    if (top.share >= 0.6) add("category-loyal:" + catalogue.tops[top.number], top.share);
  }
  if (const double variety = Variety(habits.of_top(), engagements); engagements >= 8 && variety >= 0.6) {
    add("explorer", variety);
  }
  return segments;
}

bool InSegment(std::span<const Segment> segments, std::string_view name) {
  return std::ranges::any_of(segments, [name](const Segment& segment) {
    const std::string_view own = segment.name;
    if (own == name) return true;
    return name.find(':') == std::string_view::npos && own.size() > name.size() && own.starts_with(name) &&
           own[name.size()] == ':';
  });
}

}  // namespace sotto::recommend
