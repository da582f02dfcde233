#include "sotto/recommend/ranking/room.h"

#include <cmath>
#include <string>

namespace sotto::recommend {

Status Room::SetOffers(std::vector<Offer> offers) {
  SOTTO_RETURN_IF_ERROR(ranker_.SetOffers(offers));
  offers_ = std::move(offers);
  applied_.clear();
  return {};
}

Status Room::SetCampaigns(std::vector<Campaign> campaigns) {
  if (campaigns.size() > kMaxCampaigns) {
    return Error{ErrorCode::kResourceExhausted, std::to_string(campaigns.size()) + " campaigns, more than 4096.", ""};
  }
  for (size_t i = 0; i < campaigns.size(); ++i) {
    const Campaign& campaign = campaigns[i];
    const auto invalid = [&](const std::string& what) {
      return Error{ErrorCode::kInvalidArgument, "campaigns[" + std::to_string(i) + "]." + what, ""};
    };
    if (campaign.product >= ranker_.products().size()) return invalid("product is not in the catalogue.");
    if (!(campaign.coupon >= 0 && campaign.coupon <= 1)) return invalid("coupon is not from 0 to 1.");
    if (!std::isfinite(campaign.from)) return invalid("from is not finite.");
    if (campaign.until && !std::isfinite(*campaign.until)) return invalid("until is not finite.");
  }
  SOTTO_RETURN_IF_ERROR(ranker_.SetOffers(offers_));  // without the coupons of those before
  applied_.clear();
  campaigns_ = std::move(campaigns);
  return {};
}

std::vector<size_t> Room::Matching(int64_t now_ms, double programme) const {
  if (campaigns_.empty()) return {};
  return MatchingCampaigns(campaigns_, ranker_.Segments(now_ms), programme);
}

Result<RoomRanking> Room::Rank(RankRequest request, double programme) {
  RoomRanking ranking;
  ranking.campaigns = Matching(request.context.now_ms, programme);
  SOTTO_RETURN_IF_ERROR(CheckRules(request.rules, ranker_.products().size()));
  const size_t room_left = kMaxRules - request.rules.boosts.size();
  if (ranking.campaigns.size() > room_left) ranking.campaigns.resize(room_left);
  if (!ranking.campaigns.empty() || !applied_.empty()) {
    std::vector<int64_t> prices;
    for (const Product& product : ranker_.products()) prices.push_back(product.price);
    std::vector<Offer> offers = offers_;
    ApplyCampaigns(campaigns_, ranking.campaigns, prices, offers, request.rules);
    if (applied_ != ranking.campaigns) SOTTO_RETURN_IF_ERROR(ranker_.SetOffers(offers));
    applied_ = ranking.campaigns;
  }
  SOTTO_ASSIGN_OR_RETURN(ranking.recommendations, ranker_.Rank(request));
  return ranking;
}

}  // namespace sotto::recommend
