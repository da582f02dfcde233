// What speaks for or against a candidate: one number each, in a documented range, so that a weight means the same in
// every room. A weight times its feature is the feature's contribution to the logit of "the viewer clicks, or more".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sotto::recommend {

enum class Feature : uint8_t {
  kBias,        // 1: how often this viewer clicks at all
  kTogether,    // -1 to 1: the collaborative model's score, see Centred; 0 where it does not know the product
  kContent,     // -1 to 1: cosine with the mean of what the viewer engaged with, newer and stronger counting more
  kTower,       // -1 to 1: the two-tower's or sequence model's score, or the page's own, likewise
  kPopularity,  // 0 to 1: square root of the share in what the most popular product has
  kOnStage,     // 1 for the product that the host shows now
  kPriceFit,    // -1 to 1: 1 - octaves between the price now and the median of what the viewer engaged with
  kOffer,       // 0 to 1: share of the price that a coupon takes off
  kScarcity,    // 0 to 1: 1 - stock / 10 where fewer than ten are left
  kMood,        // -1 to 1: the viewer's mood times how near the product is to the one on stage
  kRecency,     // 0 to 1: 1 / (1 + age / 30 min) of the last engagement with the product's category; half of it where
                // only the top of the category's path is the same
  kBrand,       // 0 to 1: the brand's share in what the viewer engaged with
  kLess,        // 0 to 1: cosine with the nearest product of which the viewer wanted less
  kFatigue,     // 0 to 1: n / (n + 2) for n showings that led to nothing
};
inline constexpr size_t kFeatures = 14;

// "bias", "together", ...: stable, for logs and JavaScript.
std::string_view FeatureName(Feature feature);

// One number for each feature, by number.
using FeatureValues = std::array<float, kFeatures>;

// Scores in any unit as a feature: less their mean, over the largest magnitude of that; in [-1, 1], zeros where all are
// equal. The mean is one of integers, so that the result does not depend on the order of the scores.
// Precondition: all finite.
void Centre(std::span<float> scores);

// sqrt(score / largest score), 0 for scores that are not above 0. Precondition: all finite.
void ShareOfLargest(std::span<float> scores);

// Where a price stands on a scale of octaves, linear within each: 0 for 1 or less, 1 for 2, 1.5 for 3, 62.99... at
// most.
double PriceOctave(int64_t price);

}  // namespace sotto::recommend
