// White space and runs: step 3 of normalise.h.
#pragma once

#include "sotto/text/pieces.h"

namespace sotto::text {

inline constexpr uint32_t kLongestRun = 3;

// Collapses spaces to one, trims them, and cuts a run of more than three equal symbols to three, whose last one then
// covers the rest and knows how long the run was. True if anything changed.
bool CollapseRuns(Pieces& pieces);

}  // namespace sotto::text
