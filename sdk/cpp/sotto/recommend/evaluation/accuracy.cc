#include "sotto/recommend/evaluation/accuracy.h"

#include <algorithm>

#include "sotto/recommend/metrics.h"

namespace sotto::recommend {

std::vector<uint32_t> PlacesOf(std::span<const uint32_t> items, std::span<const float> scores,
                               std::span<const bool> exclude) {
  std::vector<uint32_t> places;
  places.reserve(items.size());
  for (const uint32_t item : items) places.push_back(RankOf(item, scores, exclude));
  std::ranges::sort(places);
  for (size_t i = 1; i < places.size(); ++i) places[i] = std::max(places[i], places[i - 1] + 1);
  // Rounding up may push the last ones of a tie past the end of the list.
  auto last = static_cast<uint32_t>(scores.size());
  for (const bool excluded : exclude) last -= excluded ? 1 : 0;
  for (size_t i = places.size(); i-- > 0;) {
    if (places[i] < last) break;
    places[i] = --last;
  }
  return places;
}

Accuracy AccuracyAt(std::span<const uint32_t> places, uint32_t candidates, uint32_t k) {
  const auto relevant = static_cast<uint32_t>(places.size());
  Accuracy one;
  uint32_t hits = 0;
  double ideal = 0;
  double wrong_pairs = 0;
  for (uint32_t i = 0; i < relevant; ++i) {
    ideal += NdcgAt(i, k);
    wrong_pairs += places[i] - i;
    if (places[i] >= k) continue;
    ++hits;
    one.ndcg += NdcgAt(places[i], k);
    one.map += hits / (places[i] + 1.0);
  }
  one.hit_rate = hits > 0 ? 1 : 0;
  one.ndcg /= ideal;
  one.mrr = ReciprocalRank(places.front());
  one.map /= std::min(relevant, k);
  one.precision = static_cast<double>(hits) / k;
  one.recall = static_cast<double>(hits) / relevant;
  if (hits > 0) one.f1 = 2 * one.precision * one.recall / (one.precision + one.recall);
  const uint32_t listed = std::min(k, candidates);
  const uint32_t wrong = listed - hits + relevant - hits;
  one.accuracy = 1 - static_cast<double>(wrong) / candidates;
  const double pairs = static_cast<double>(relevant) * (candidates - relevant);
  one.auc = pairs == 0 ? 1 : 1 - wrong_pairs / pairs;
  return one;
}

}  // namespace sotto::recommend
