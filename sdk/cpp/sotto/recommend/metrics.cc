#include "sotto/recommend/metrics.h"

#include <cmath>

namespace sotto::recommend {

uint32_t RankOf(uint32_t item, std::span<const float> scores, std::span<const bool> exclude) {
  const float own = scores[item];
  uint32_t better = 0;
  uint32_t equal = 0;
  for (uint32_t rival = 0; rival < scores.size(); ++rival) {
    if (rival == item || (!exclude.empty() && exclude[rival])) continue;
    if (scores[rival] == own) {
      ++equal;
    } else if (!(scores[rival] < own)) {  // larger, or not comparable
      ++better;
    }
  }
  return better + (equal + 1) / 2;
}

double HitRateAt(uint32_t rank, uint32_t k) {
  return rank < k ? 1 : 0;
}

double NdcgAt(uint32_t rank, uint32_t k) {
  return rank < k ? 1 / std::log2(rank + 2.0) : 0;
}

double ReciprocalRank(uint32_t rank) {
  return 1 / (rank + 1.0);
}

}  // namespace sotto::recommend
