// Kinds of viewers, told on the device from counts of what this viewer did. They select campaigns (campaigns.h) and
// never leave the device.
//
// An engagement is a view, click, cart or buy; a visit ends after 30 minutes without an event. Medians are weighted
// (view 0.3, click 1, cart 2, buy 3).
//
//   name                evidence needed               true if                                strength
//   newcomer            none                          fewer than 5 engagements, one visit    1 - engagements / 5
//                                                     or none
//   returning           none                          2 visits or more                       visits - 1, of 4
//   window-shopper      10 engagements                nothing in the cart, nothing bought    engagements / 40
//   buyer               none                          something bought                       buys / 3
//   price-sensitive     5 engagements, prices that    median of the price's place in its     1 - median / 0.35
//   premium             differ in the catalogue       category <= 0.35; >= 0.65              (median - 0.65) / 0.35
//   deal-hunter         5 engagements                 at least half of them with a coupon,   share with a coupon
//                                                     and 1.5 times the catalogue's share
//   brand-loyal:B       5 engagements, 2 brands in    at least half of the engagements       share
//                       the catalogue                 with brand B
//   category-loyal:C    5 engagements, 2 top-level    at least 60 % of the engagements       share
//                       categories in the catalogue   within C
//   explorer            8 engagements                 1 - sum of squared shares of the       that
//                                                     top-level categories >= 0.6
//
// Strengths are cut to [0, 1].
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/recommend/ranking/habits.h"

namespace sotto::recommend {

struct Segment {
  std::string name;
  float strength = 0;  // 0 to 1
  bool operator==(const Segment&) const = default;
};

// What the catalogue adds to the counts.
struct SegmentCatalogue {
  std::span<const std::string> tops = {};    // names of the top-level categories; [0] is "", of products without one
  std::span<const std::string> brands = {};  // [0] is ""
  float coupon_share = 0;                    // products with a coupon now over all products
  bool prices_differ = false;                // within a top-level category
};

// In the order of the table; deterministic. `now_ms`: if the last visit is over, this moment begins another.
std::vector<Segment> SegmentsOf(const Habits& habits, const SegmentCatalogue& catalogue, int64_t now_ms);

// Whether the viewer is in segment `name`. "brand-loyal" is any "brand-loyal:B".
bool InSegment(std::span<const Segment> segments, std::string_view name);

}  // namespace sotto::recommend
