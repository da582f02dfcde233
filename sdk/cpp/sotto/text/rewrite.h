// What a lexicon undoes beyond single characters, over normalised symbols: signs between ideographs, disguised words,
// split characters, phrases.
#pragma once

#include "sotto/text/lexicon.h"
#include "sotto/text/pieces.h"

namespace sotto::text {

// Rewrites until nothing changes any more, white space and runs included. Each pass takes linear time and there are at
// most eight; pieces that are not settled after them, or more than kMaxGrowth times as many as before, are left as they
// came, so that the result is always one that would be left alone. Precondition: CollapseRuns has nothing to do.
void Rewrite(const Lexicon& lexicon, Pieces& pieces);

}  // namespace sotto::text
