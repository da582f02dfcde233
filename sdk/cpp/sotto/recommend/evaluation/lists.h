// What the lists of all users are like together: an accurate recommender that shows everybody the same ten things is a
// poor one.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/recommend/interactions.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

// The k items of the highest scores that are not excluded, best first; of equal scores the lower number; a score that
// is no number comes last. Precondition: exclude is empty or of the same size.
std::vector<uint32_t> TopK(std::span<const float> scores, std::span<const bool> exclude, uint32_t k);

struct ListQuality {
  double coverage = 0;   // share of all items that are in a list, 0 to 1
  double gini = 0;       // of how often each item is listed: 0 all alike, near 1 few have it all
  double novelty = 0;    // mean self-information of what is listed, log2(users / users who have it), in bits
  double diversity = 0;  // mean over lists of 1 - mean cosine of two of its items, 0 to 1 (2 for opposites)
};

// Coverage and Gini index: G. Shani, A. Gunawardana, "Evaluating Recommendation Systems", Recommender Systems Handbook,
// 2011, sections 3.3 and 3.8. Novelty: T. Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender
// systems", PNAS 107(10), 2010; an item that nobody has counts as one that one user has. Diversity: C.-N. Ziegler et
// al., "Improving Recommendation Lists Through Topic Diversification", WWW 2005, of content vectors (rows of length 1
// or 0, one for each item), or without them of the items' 0/1 rows over the users; lists of one item do not count.
// All are 0 if there are no lists. Precondition: the lists' items are below train.items(), as are the rows of vectors.
ListQuality MeasureLists(std::span<const std::vector<uint32_t>> lists, const Interactions& train,
                         const Matrix* vectors);

}  // namespace sotto::recommend
