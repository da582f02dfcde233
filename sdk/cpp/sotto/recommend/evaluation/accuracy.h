// How well one ranking finds what was held back.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sotto::recommend {

// All from 0 to 1. Of one user with `r` relevant items (those that were held back) among `n` candidates, `hits` of them
// in the list of k. Definitions as in C. Manning, P. Raghavan, H. Schuetze, "Introduction to Information Retrieval",
// 2008, chapter 8; NDCG after K. Jaervelin, J. Kekaelaeinen, ACM TOIS 20(4), 2002, with binary gains.
struct Accuracy {
  double hit_rate = 0;   // 1 if hits > 0
  double ndcg = 0;       // sum over hits of 1 / log2(place + 2), over the same sum of the best list of k
  double mrr = 0;        // 1 / (place + 1) of the first relevant item, wherever it is
  double map = 0;        // sum over hits of the precision up to there, over min(r, k)
  double precision = 0;  // hits / k
  double recall = 0;     // hits / r
  double f1 = 0;         // harmonic mean of the two
  double accuracy = 0;   // share of candidates that are in the list and relevant, or neither
  double auc = 0;        // share of pairs, one relevant and one not, in the right order; 1 if there is no such pair

  std::array<double, 9> Values() const { return {hit_rate, ndcg, mrr, map, precision, recall, f1, accuracy, auc}; }
};

// In the order of Accuracy::Values.
inline constexpr std::array<std::string_view, 9> kAccuracyNames = {"hitRate", "ndcg", "mrr",      "map", "precision",
                                                                   "recall",  "f1",   "accuracy", "auc"};

// The places of `items` among all that are not excluded, from 0, ascending. One item has the place of RankOf
// (metrics.h), where ties count half; of several with one place the next ones stand behind, so that no two share one.
// Preconditions: those of RankOf for each; the items are distinct and not excluded.
std::vector<uint32_t> PlacesOf(std::span<const uint32_t> items, std::span<const float> scores,
                               std::span<const bool> exclude);

// `places` as PlacesOf gives them, at least one; candidates: relevant and others together. Precondition: k >= 1.
Accuracy AccuracyAt(std::span<const uint32_t> places, uint32_t candidates, uint32_t k);

}  // namespace sotto::recommend
