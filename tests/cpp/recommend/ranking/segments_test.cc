#include "sotto/recommend/ranking/segments.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace sotto::recommend {
namespace {

constexpr int64_t kMinute = 60'000;

// Three top-level categories (0 is "") and two brands.
class Shop {
 public:
  Shop& Do(EventKind kind, ProductTraits product, int64_t at_ms, bool with_coupon = false) {
    last_ms_ = at_ms;
    habits_.Add({.product = 0, .kind = kind, .at_ms = at_ms}, product, 10, with_coupon);
    return *this;
  }
  Shop& Times(int count, EventKind kind, ProductTraits product, bool with_coupon = false) {
    for (int i = 0; i < count; ++i) Do(kind, product, last_ms_ + 1, with_coupon);
    return *this;
  }
  std::vector<Segment> Segments(float coupon_share = 0, std::optional<int64_t> now_ms = std::nullopt) const {
    return SegmentsOf(habits_, {.tops = tops_, .brands = brands_, .coupon_share = coupon_share, .prices_differ = true},
                      now_ms.value_or(last_ms_));
  }
  const Habits& habits() const { return habits_; }

 private:
  std::vector<std::string> tops_ = {"", "tea", "ware", "home", "food"};
  std::vector<std::string> brands_ = {"", "Pine", "Kettle"};
  Habits habits_{5, 5, 3};
  int64_t last_ms_ = 0;
};

ProductTraits Of(uint32_t top, uint32_t brand, float price_rank) {
  return {.category = top, .top = top, .brand = brand, .price_rank = price_rank};
}

float Strength(const std::vector<Segment>& segments, std::string_view name) {
  const auto found = std::ranges::find(segments, name, &Segment::name);
  return found == segments.end() ? -1 : found->strength;
}

TEST(Segments, BeginWithTheNewcomer) {
  EXPECT_EQ(Shop().Segments(), (std::vector<Segment>{{"newcomer", 1}}));
  const auto segments = Shop().Times(2, EventKind::kClick, Of(1, 0, 0.5F)).Segments();
  EXPECT_FLOAT_EQ(Strength(segments, "newcomer"), 0.6F);
  EXPECT_EQ(segments.size(), 1U);
  EXPECT_EQ(Strength(Shop().Times(5, EventKind::kClick, Of(1, 0, 0.5F)).Segments(), "newcomer"), -1);
}

TEST(Segments, CountAVisitAfterHalfAnHourOfSilence) {
  Shop shop;
  shop.Do(EventKind::kClick, Of(1, 0, 0.5F), 0).Do(EventKind::kClick, Of(1, 0, 0.5F), 30 * kMinute);
  EXPECT_EQ(Strength(shop.Segments(), "returning"), -1);
  EXPECT_FLOAT_EQ(Strength(shop.Segments(0, 60 * kMinute + 1), "returning"), 0.25F);
  shop.Do(EventKind::kShown, Of(1, 0, 0.5F), 60 * kMinute + 1);
  EXPECT_FLOAT_EQ(Strength(shop.Segments(), "returning"), 0.25F);
  EXPECT_EQ(Strength(shop.Segments(), "newcomer"), -1);
}

TEST(Segments, TellTheBuyerFromTheWindowShopper) {
  Shop shop;
  shop.Times(9, EventKind::kView, Of(1, 0, 0.5F));
  EXPECT_EQ(Strength(shop.Segments(), "window-shopper"), -1);
  shop.Times(1, EventKind::kView, Of(1, 0, 0.5F));
  EXPECT_FLOAT_EQ(Strength(shop.Segments(), "window-shopper"), 0.25F);
  shop.Times(1, EventKind::kBuy, Of(1, 0, 0.5F));
  EXPECT_EQ(Strength(shop.Segments(), "window-shopper"), -1);
  EXPECT_FLOAT_EQ(Strength(shop.Segments(), "buyer"), 1.0F / 3);
}

TEST(Segments, TellThePriceSensitiveFromThePremium) {
  const auto cheap = Shop().Times(5, EventKind::kClick, Of(1, 0, 0.1F)).Segments();
  EXPECT_GT(Strength(cheap, "price-sensitive"), 0.6F);
  EXPECT_EQ(Strength(cheap, "premium"), -1);
  const auto dear = Shop().Times(5, EventKind::kClick, Of(1, 0, 0.9F)).Segments();
  EXPECT_GT(Strength(dear, "premium"), 0.6F);
  EXPECT_EQ(Strength(dear, "price-sensitive"), -1);
  // A purchase weighs ten views.
  const auto both =
      Shop().Times(9, EventKind::kView, Of(1, 0, 0.1F)).Times(1, EventKind::kBuy, Of(1, 0, 0.9F)).Segments();
  EXPECT_GT(Strength(both, "premium"), 0);
}

TEST(Segments, CallADealHunterWhoChoosesCouponsMoreThanThereAre) {
  Shop shop;
  shop.Times(4, EventKind::kClick, Of(1, 0, 0.5F), true).Times(2, EventKind::kClick, Of(1, 0, 0.5F));
  EXPECT_FLOAT_EQ(Strength(shop.Segments(0.2F), "deal-hunter"), 4.0F / 6);
  EXPECT_EQ(Strength(shop.Segments(0.6F), "deal-hunter"), -1);
}

TEST(Segments, NameTheBrandAndTheCategoryOfTheLoyal) {
  const auto segments =
      Shop().Times(3, EventKind::kClick, Of(1, 2, 0.5F)).Times(2, EventKind::kClick, Of(2, 1, 0.5F)).Segments();
  EXPECT_FLOAT_EQ(Strength(segments, "brand-loyal:Kettle"), 0.6F);
  EXPECT_FLOAT_EQ(Strength(segments, "category-loyal:tea"), 0.6F);
  EXPECT_TRUE(InSegment(segments, "brand-loyal"));
  EXPECT_TRUE(InSegment(segments, "brand-loyal:Kettle"));
  EXPECT_FALSE(InSegment(segments, "brand-loyal:Pine"));
  EXPECT_FALSE(InSegment(segments, "brand"));
  EXPECT_FALSE(InSegment(segments, "brand-loyal:"));
}

TEST(Segments, CallNobodyLoyalToTheOnlyBrandOrToNone) {
  Habits habits(2, 2, 2);
  for (int i = 0; i < 8; ++i) {
    habits.Add({.product = 0, .kind = EventKind::kClick, .at_ms = i}, Of(1, 1, 0.5F), 10, false);
  }
  const std::vector<std::string> names = {"", "only"};
  for (const Segment& segment : SegmentsOf(habits, {.tops = names, .brands = names}, 8)) {
    EXPECT_EQ(segment.name.find("loyal"), std::string::npos) << segment.name;
  }
  EXPECT_FALSE(InSegment(Shop().Times(9, EventKind::kClick, Of(0, 0, 0.5F)).Segments(), "brand-loyal"));
}

TEST(Segments, CallAnExplorerWhoIsAtHomeInManyCategories) {
  Shop shop;
  for (uint32_t top = 1; top <= 4; ++top) shop.Times(2, EventKind::kView, Of(top, 0, 0.5F));
  EXPECT_FLOAT_EQ(Strength(shop.Segments(), "explorer"), 0.75F);
  EXPECT_EQ(Strength(Shop().Times(8, EventKind::kView, Of(1, 0, 0.5F)).Segments(), "explorer"), -1);
}

TEST(Habits, LookAtShowingsAndAtLessWithoutTakingThemForEngagements) {
  Shop shop;
  shop.Times(3, EventKind::kShown, Of(1, 1, 0.5F)).Times(2, EventKind::kLess, Of(1, 1, 0.5F));
  EXPECT_EQ(shop.habits().engagements(), 0U);
  EXPECT_EQ(shop.habits().count(EventKind::kShown), 3U);
  EXPECT_FALSE(shop.habits().MedianOctave().has_value());
  EXPECT_EQ(shop.habits().BrandShare(1), 0);
  EXPECT_FALSE(shop.habits().LastOfCategory(1).has_value());
}

TEST(Habits, WeighBrandsByWhatWasDone) {
  Shop shop;
  shop.Times(10, EventKind::kView, Of(1, 1, 0.5F)).Times(1, EventKind::kBuy, Of(2, 2, 0.5F));
  EXPECT_FLOAT_EQ(shop.habits().BrandShare(1), 0.5F);
  EXPECT_FLOAT_EQ(shop.habits().BrandShare(2), 0.5F);
  EXPECT_EQ(shop.habits().BrandShare(0), 0);
}

}  // namespace
}  // namespace sotto::recommend
