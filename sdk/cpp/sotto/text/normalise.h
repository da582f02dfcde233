// One comment, reduced to what a classifier should see: the many ways to write the same thing become one.
//
// In this order: NFKC (full-width and compatibility forms, by utf8proc), lower case, zero-width and control characters
// and variation selectors removed, white space collapsed to one space and trimmed, a run of more than three equal
// symbols cut to three, emoji replaced by a token of their polarity where it is known. Idempotent on its own text form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::text {

inline constexpr size_t kMaxCommentBytes = 64 * 1024;

// Tokens stand above the last Unicode code point (0x10FFFF), so that no text can forge them.
inline constexpr char32_t kTokenPositiveEmoji = 0x110001;
inline constexpr char32_t kTokenNegativeEmoji = 0x110002;
inline constexpr char32_t kTokenNeutralEmoji = 0x110003;

// symbols[i] came from the bytes [begin[i], end[i]) of the original text; begin and end never decrease.
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
