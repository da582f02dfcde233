// Campaigns: what a manifest offers to some kinds of viewers, chosen on the device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sotto/recommend/ranking/event.h"
#include "sotto/recommend/ranking/rules.h"
#include "sotto/recommend/ranking/segments.h"

namespace sotto::recommend {

struct Campaign {
  std::vector<std::string> all = {};   // the viewer is in all of these segments,
  std::vector<std::string> any = {};   // in at least one of these, if there are any,
  std::vector<std::string> none = {};  // and in none of these
  uint32_t product = 0;
  float coupon = 0;                  // share of the price that it takes off, 0 to 1; 0: none
  double from = 0;                   // seconds of programme time
  std::optional<double> until = {};  // from <= time < until; none: no end
};

// Factor of a campaign's product in the order, as of a Boost.
inline constexpr float kCampaignBoost = 2;

// Which of them are for this viewer at this time, by number, ascending. `time` is not finite: none.
std::vector<size_t> MatchingCampaigns(std::span<const Campaign> campaigns, std::span<const Segment> segments,
                                      double time);

// How those act on ranking: each product is boosted once by kCampaignBoost, and its coupon becomes the largest of its
// own and its campaigns'. Offers are added where a product has none, at the catalogue's price. What the viewer is given
// is the page's to say.
//   prices  of the catalogue, by product. Precondition: every campaign's product is one of them.
void ApplyCampaigns(std::span<const Campaign> campaigns, std::span<const size_t> matching,
                    std::span<const int64_t> prices, std::vector<Offer>& offers, Rules& rules);

}  // namespace sotto::recommend
