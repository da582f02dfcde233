// Canonical composition with a map to the bytes. Unicode Standard, section 3.11, D108-D117.
#pragma once

#include "sotto/text/pieces.h"

namespace sotto::text {

// Composes decomposed pieces cluster by cluster (a starter and the marks after it), which keeps the spans as narrow as
// the text allows.
Pieces Compose(Pieces pieces);

}  // namespace sotto::text
