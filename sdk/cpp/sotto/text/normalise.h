// One comment, reduced to what a classifier should see: the many ways to write the same thing become one.
//
//   1. An emoji sequence becomes one token of its polarity (emoji.h).
//   2. Everything else goes to Unicode Normalisation Form KC (full-width and compatibility forms, by utf8proc) in lower
//      case; zero-width and other invisible characters, variation selectors, stray skin tones, key cap frames and
//      control characters are left out before characters are composed, so that they cannot keep two apart.
//   3. White space is collapsed to one space and trimmed; a run of more than three equal symbols is cut to three.
//
// Normalising a second time changes nothing: Normalise(Normalise(t).ToUtf8()) has the same symbols.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/text/tokens.h"

namespace sotto::text {

inline constexpr size_t kMaxCommentBytes = 64 * 1024;

// symbols[i] came from the bytes [begin[i], end[i]) of the original text, begin[i] < end[i]; begin and end never
// decrease. Symbols that were made together (one ligature, one composed or reordered cluster) share the same bytes; the
// third symbol of a run that was cut and a collapsed space carry the bytes of the whole run.
// At most six symbols a byte of the text (U+FDFA is three bytes and eighteen symbols).
struct NormalisedText {
  std::vector<char32_t> symbols;  // Unicode scalar values and tokens
  std::vector<uint32_t> begin;
  std::vector<uint32_t> end;

  // The symbols as UTF-8 (tokens as one representative emoji each), for people and for tests.
  std::string ToUtf8() const;
};

// Errors: kMalformed if the text is not UTF-8 (see RepairUtf8), kResourceExhausted above kMaxCommentBytes.
Result<NormalisedText> Normalise(std::string_view text);

}  // namespace sotto::text
