#include "sotto/recommend/ranking/features.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace sotto::recommend {

std::string_view FeatureName(Feature feature) {
  static constexpr std::array<std::string_view, kFeatures> kNames = {
      "bias",  "together", "content", "tower",   "popularity", "on-stage", "price-fit",
      "offer", "scarcity", "mood",    "recency", "brand",      "less",     "fatigue"};
  return kNames[static_cast<size_t>(feature)];
}

void Centre(std::span<float> scores) {
  if (scores.empty()) return;
  double largest = 0;
  for (const float score : scores) largest = std::max(largest, std::fabs(static_cast<double>(score)));
  if (largest == 0) return;
  // Up to 2^22 numbers of 2^40 each: the sum is exact, and no order of them gives another.
  constexpr double kUnits = 0x1p40;
  int64_t sum = 0;
  for (const float score : scores) sum += static_cast<int64_t>(score / largest * kUnits);
  const double mean = static_cast<double>(sum) / kUnits / static_cast<double>(scores.size());
  double farthest = 0;
  for (const float score : scores) farthest = std::max(farthest, std::fabs(score / largest - mean));
  // What rounding left of scores that are all equal is no difference.
  const bool differ = farthest > 1e-9;
  for (float& score : scores) score = differ ? static_cast<float>((score / largest - mean) / farthest) : 0;
}

void ShareOfLargest(std::span<float> scores) {
  float largest = 0;
  for (const float score : scores) largest = std::max(largest, score);
  for (float& score : scores) {
    score = score > 0 ? static_cast<float>(std::sqrt(static_cast<double>(score) / static_cast<double>(largest))) : 0;
  }
}

double PriceOctave(int64_t price) {
  const uint64_t whole = price < 1 ? 1 : static_cast<uint64_t>(price);
  const int octave = 63 - std::countl_zero(whole);
  return octave + std::ldexp(static_cast<double>(whole), -octave) - 1;
}

}  // namespace sotto::recommend
