#include "sotto/text/runs.h"

#include <cstddef>

namespace sotto::text {
namespace {

// How many symbols as typed a piece stands for; the third of a cut run stands for those after it too.
uint32_t Typed(const Piece& piece) {
  return piece.run == 0 ? 1 : piece.run - (kLongestRun - 1);
}

}  // namespace

bool CollapseRuns(Pieces& pieces) {
  size_t kept = 0;
  for (size_t first = 0; first < pieces.size();) {
    size_t last = first + 1;
    while (last < pieces.size() && pieces[last].symbol == pieces[first].symbol) ++last;
    const bool space = pieces[first].symbol == U' ';
    const size_t most = space ? 1 : kLongestRun;
    if (space && (kept == 0 || last == pieces.size())) {
      // At an end: left out.
    } else if (last - first <= most) {
      for (size_t i = first; i < last; ++i) pieces[kept++] = pieces[i];
    } else {
      uint32_t typed = 0;
      for (size_t i = first; i < last; ++i) typed += Typed(pieces[i]);
      const uint32_t end = pieces[last - 1].end;
      for (size_t i = first; i < first + most; ++i) pieces[kept++] = pieces[i];
      pieces[kept - 1].end = end;
      if (!space) pieces[kept - 1].run = typed;
    }
    first = last;
  }
  const bool changed = kept != pieces.size();
  pieces.resize(kept);
  return changed;
}

}  // namespace sotto::text
