// One comment, reduced to what a classifier should see: the many ways to write the same thing become one.
//
//   1. An emoji sequence becomes one token of its polarity (emoji.h).
//   2. Everything else goes to Unicode Normalisation Form KC (full-width and compatibility forms, by utf8proc) in lower
//      case; zero-width and other invisible characters, variation selectors, stray skin tones, key cap frames and
//      control characters are left out before characters are composed, so that they cannot keep two apart.
//   3. White space is collapsed to one space and trimmed; a run of more than three equal symbols is cut to three.
//
// With a lexicon (lexicon.h) also, in all its parts or in none:
//
//   1. An emoji becomes the token of its mood, or the characters that it stands in for.
//   2. Traditional characters become simplified ones.
//   4. One sign between two ideographs is left out if it is no punctuation (傻*逼). A full stop of ASCII or a hyphen is
//      left out where it cuts off a single ideograph (加.我). These, spaces and / & + ~ are left out where they cut a
//      protected word of two characters in two (加我微 信). Commas, ideographic full stops, question and exclamation
//      marks stay.
//   5. A word of the lexicon that is disguised by digits and signs is revealed (sh1t, $tupid, a$$): 0 o, 1 i l, 3 e,
//      4 a, 5 s, 7 t, 8 b, 9 g, $ s, @ a, ! i l. An asterisk stands for any letter of a censored word (f*ck), or for
//      none (f*u*c*k). What the lexicon does not know stays: iphone15, 4g, 100ml.
//   6. Phrases become what they stand for; the longest match from the left.
//   7. Two halves become the character that they spell (亻尔), from the left, so that three parts join in two steps.
//   4 to 7 and 3 are repeated until nothing changes; rewrite.h says what happens if that takes too long.
//
// Normalising a second time changes nothing: Normalise(Normalise(t).ToUtf8()) has the same symbols, with and without
// the same lexicon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/text/lexicon.h"
#include "sotto/text/tokens.h"

namespace sotto::text {

inline constexpr size_t kMaxCommentBytes = 64 * 1024;

// A run of more than three equal symbols that was cut.
struct Run {
  uint32_t last;    // index of its last symbol; or of the last symbol that a phrase put in its place
  uint32_t length;  // in symbols, before it was cut
};

// symbols[i] came from the bytes [begin[i], end[i]) of the original text, begin[i] < end[i]; begin and end never
// decrease. Symbols that were made together (one ligature, one composed or reordered cluster, one phrase) share the
// same bytes; the third symbol of a run that was cut and a collapsed space carry the bytes of the whole run. At most
// six symbols a byte of the text (U+FDFA is three bytes and eighteen symbols).
struct NormalisedText {
  std::vector<char32_t> symbols;  // Unicode scalar values and tokens
  std::vector<uint32_t> begin;
  std::vector<uint32_t> end;
  std::vector<Run> runs;  // by `last`

  // The symbols as UTF-8 (tokens as one representative emoji each), for people and for tests.
  std::string ToUtf8() const;
};

// Errors: kMalformed if the text is not UTF-8 (see RepairUtf8), kResourceExhausted above kMaxCommentBytes.
Result<NormalisedText> Normalise(std::string_view text);
Result<NormalisedText> Normalise(std::string_view text, const Lexicon& lexicon);

}  // namespace sotto::text
