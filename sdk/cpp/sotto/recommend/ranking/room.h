// A ranker with what its room offers: the operator's prices, stocks and coupons, and the campaigns that this viewer's
// segments select. This is what a page talks to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/ranking/campaigns.h"
#include "sotto/recommend/ranking/ranker.h"

namespace sotto::recommend {

struct RoomRanking {
  std::vector<Recommendation> recommendations;
  std::vector<size_t> campaigns;  // that act on it, by number, ascending
};

class Room {
 public:
  static constexpr size_t kMaxCampaigns = 4096;

  explicit Room(Ranker ranker) : ranker_(std::move(ranker)) {}

  Ranker& ranker() { return ranker_; }
  const Ranker& ranker() const { return ranker_; }

  // In place of all before. Errors as Ranker::SetOffers.
  Status SetOffers(std::vector<Offer> offers);
  // In place of all before. kInvalidArgument for an unknown product, a coupon outside [0, 1] or a time that is not
  // finite, naming the campaign; kResourceExhausted above kMaxCampaigns.
  Status SetCampaigns(std::vector<Campaign> campaigns);

  // The campaigns for this viewer at `now_ms` and `programme` seconds of programme time, by number, ascending.
  std::vector<size_t> Matching(int64_t now_ms, double programme) const;

  // Ranks with what those campaigns add; of more than kMaxRules boosts and campaigns together, the last campaigns are
  // left out. Errors as Ranker::Rank.
  Result<RoomRanking> Rank(RankRequest request, double programme);

 private:
  Ranker ranker_;
  std::vector<Offer> offers_;
  std::vector<Campaign> campaigns_;
  std::vector<size_t> applied_;  // whose coupons are among the ranker's offers
};

}  // namespace sotto::recommend
