// Steps 1 and 2 of normalise.h up to composition: emoji, compatibility decomposition, lower case, and with a lexicon
// simplified characters.
#pragma once

#include <string_view>

#include "sotto/text/lexicon.h"
#include "sotto/text/pieces.h"

namespace sotto::text {

struct Decomposed {
  Pieces pieces;
  bool plain = true;  // nothing in it composes
};

// Precondition: ValidateUtf8(text).ok(). `lexicon` may be null.
Decomposed Decompose(std::string_view text, const Lexicon* lexicon);

}  // namespace sotto::text
