#include "sotto/recommend/ranking/campaigns.h"

#include <algorithm>
#include <cmath>

namespace sotto::recommend {

std::vector<size_t> MatchingCampaigns(std::span<const Campaign> campaigns, std::span<const Segment> segments,
                                      double time) {
  std::vector<size_t> matching;
  if (!std::isfinite(time)) return matching;
  const auto is_in = [segments](const std::string& name) { return InSegment(segments, name); };
  for (size_t i = 0; i < campaigns.size(); ++i) {
    const Campaign& campaign = campaigns[i];
    const bool runs = time >= campaign.from && (!campaign.until || time < *campaign.until);
    const bool fits = std::ranges::all_of(campaign.all, is_in) && std::ranges::none_of(campaign.none, is_in) &&
                      (campaign.any.empty() || std::ranges::any_of(campaign.any, is_in));
    if (runs && fits) matching.push_back(i);
  }
  return matching;
}

void ApplyCampaigns(std::span<const Campaign> campaigns, std::span<const size_t> matching,
                    std::span<const int64_t> prices, std::vector<Offer>& offers, Rules& rules) {
  std::vector<uint32_t> boosted;
  for (const size_t number : matching) {
    const Campaign& campaign = campaigns[number];
    if (std::ranges::find(boosted, campaign.product) == boosted.end()) {
      boosted.push_back(campaign.product);
      rules.boosts.push_back({.target = {.product = campaign.product, .category = {}}, .factor = kCampaignBoost});
    }
    if (campaign.coupon <= 0) continue;
    auto offer = std::ranges::find(offers, campaign.product, &Offer::product);
    if (offer == offers.end()) {
      offers.push_back({.product = campaign.product, .price = prices[campaign.product]});
      offer = offers.end() - 1;
    }
    offer->coupon = std::max(offer->coupon, campaign.coupon);
  }
}

}  // namespace sotto::recommend
