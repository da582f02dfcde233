// Ranking measures under full ranking. Names as in the literature; all from 0 to 1.
#pragma once

#include <cstdint>
#include <span>

namespace sotto::recommend {

// The place of `item` when all items are ordered by falling score, from 0; ties count half of the tied rivals (rounded
// up), so that a constant scorer gains nothing. Items whose `exclude` is true are no rivals.
// Preconditions: item < scores.size(), exclude is empty or of the same size.
uint32_t RankOf(uint32_t item, std::span<const float> scores, std::span<const bool> exclude);

double HitRateAt(uint32_t rank, uint32_t k);  // 1 if rank < k
double NdcgAt(uint32_t rank, uint32_t k);     // one relevant item: 1 / log2(rank + 2) if rank < k
double ReciprocalRank(uint32_t rank);

}  // namespace sotto::recommend
