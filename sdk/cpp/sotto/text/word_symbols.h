// Which symbols belong to one word: where letters and digits begin and end.
#pragma once

#include "sotto/text/lexicon.h"
#include "sotto/text/pieces.h"
#include "sotto/text/tokens.h"

namespace sotto::text {

constexpr bool IsLatinOrDigit(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

inline bool IsMark(char32_t c) {
  if (c < 0x300 || IsHan(c) || c > 0x10FFFF) return false;
  const int category = PropertyOf(c).category;
  return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}

// Letters of scripts that put spaces between words, digits, marks.
inline bool IsWordSymbol(char32_t c) {
  if (c < 0xC0) return IsLatinOrDigit(c);
  if (c >= 0x2E80) return IsMark(c);
  const int category = PropertyOf(c).category;
  return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

// What may stand beside a word that stands alone. 0 is an end of the text.
inline bool IsPause(char32_t c) {
  switch (c) {
    case 0:
    case ' ':
    case ',':
    case '.':
    case '!':
    case '?':
    case ';':
    case ':':
    case '~':
    case '(':
    case ')':
    case '"':
      return true;
    default:
      break;
  }
  if (IsToken(c)) return true;
  if (c < 0x80 || IsHan(c) || c > 0x10FFFF) return false;
  const int category = PropertyOf(c).category;
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_PO;
}

}  // namespace sotto::text
