#include "sotto/recommend/ranking/campaigns.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sotto::recommend {
namespace {

const std::vector<Segment> kViewer = {{"newcomer", 0.5F}, {"brand-loyal:Pine", 0.7F}};

std::vector<size_t> Matching(const Campaign& campaign, double time = 100) {
  return MatchingCampaigns(std::vector{campaign}, kViewer, time);
}

const std::vector<size_t> kYes = {0};
const std::vector<size_t> kNo = {};

TEST(MatchingCampaigns, TakeWhoIsInAllInAnyAndInNoneOfTheSegments) {
  EXPECT_EQ(Matching({}), kYes);
  EXPECT_EQ(Matching({.all = {"newcomer", "brand-loyal"}}), kYes);
  EXPECT_EQ(Matching({.all = {"newcomer", "buyer"}}), kNo);
  EXPECT_EQ(Matching({.any = {"buyer", "brand-loyal:Pine"}}), kYes);
  EXPECT_EQ(Matching({.any = {"buyer", "explorer"}}), kNo);
  EXPECT_EQ(Matching({.none = {"buyer"}}), kYes);
  EXPECT_EQ(Matching({.none = {"newcomer"}}), kNo);
  EXPECT_EQ(Matching({.all = {"newcomer"}, .any = {"brand-loyal"}, .none = {"brand-loyal:Kettle"}}), kYes);
  EXPECT_EQ(Matching({.all = {"a segment of a later version"}}), kNo);
}

TEST(MatchingCampaigns, RunFromTheirBeginningUpToTheirEnd) {
  const Campaign campaign{.from = 10, .until = 20};
  EXPECT_EQ(Matching(campaign, 9.99), kNo);
  EXPECT_EQ(Matching(campaign, 10), kYes);
  EXPECT_EQ(Matching(campaign, 19.99), kYes);
  EXPECT_EQ(Matching(campaign, 20), kNo);
  EXPECT_EQ(Matching({.from = 10}, 1e9), kYes);
  EXPECT_EQ(Matching({}, std::nan("")), kNo);
  EXPECT_EQ(Matching({}, std::numeric_limits<double>::infinity()), kNo);
}

TEST(ApplyCampaigns, BoostAProductOnceAndGiveItTheLargestCoupon) {
  const std::vector<Campaign> campaigns = {
      {.product = 1, .coupon = 0.1F}, {.product = 2}, {.product = 1, .coupon = 0.3F}, {.product = 0, .coupon = 0.2F}};
  const std::vector<size_t> matching = {0, 1, 2, 3};
  const std::vector<int64_t> prices = {100, 200, 300};
  std::vector<Offer> offers = {{.product = 0, .price = 90, .stock = 3, .coupon = 0.5F}};
  Rules rules;
  ApplyCampaigns(campaigns, matching, prices, offers, rules);

  ASSERT_EQ(rules.boosts.size(), 3U);
  EXPECT_EQ(rules.boosts[0].target.product, 1U);
  EXPECT_EQ(rules.boosts[0].factor, kCampaignBoost);
  EXPECT_EQ(rules.boosts[1].target.product, 2U);
  EXPECT_EQ(rules.boosts[2].target.product, 0U);
  ASSERT_EQ(offers.size(), 2U);
  EXPECT_EQ(offers[0].coupon, 0.5F);
  EXPECT_EQ(offers[0].stock, 3);
  EXPECT_EQ(offers[1].product, 1U);
  EXPECT_EQ(offers[1].price, 200);
  EXPECT_EQ(offers[1].stock, -1);
  EXPECT_EQ(offers[1].coupon, 0.3F);
}

TEST(ApplyCampaigns, DoNothingForThoseThatDoNotMatch) {
  std::vector<Offer> offers;
  Rules rules;
  ApplyCampaigns(std::vector<Campaign>{{.product = 1, .coupon = 0.1F}}, {}, {}, offers, rules);
  EXPECT_TRUE(offers.empty());
  EXPECT_TRUE(rules.boosts.empty());
}

}  // namespace
}  // namespace sotto::recommend
