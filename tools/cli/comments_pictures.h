// Reliability diagrams and confusion matrices as SVG, for the model card.
#pragma once

#include <string>

#include "tools/cli/comments_measure.h"

namespace sotto::cli {

// Left: accuracy by confidence in 15 bins beside the diagonal, with the share of verdicts in each bin. Right: the
// confusion matrix, each row shaded by its shares.
std::string PictureOf(const Measured& measured);

}  // namespace sotto::cli
