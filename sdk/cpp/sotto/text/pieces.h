// A comment on its way through normalisation: symbols with the bytes that they came from.
#pragma once

#include <utf8proc.h>

#include <cstdint>
#include <vector>

namespace sotto::text {

struct Piece {
  char32_t symbol;
  uint32_t begin;
  uint32_t end;
  uint32_t run = 0;              // length of the run that this is the third symbol of, if it was cut
  uint16_t combining_class = 0;  // 0: a starter
};

using Pieces = std::vector<Piece>;

// Precondition: a Unicode scalar value.
inline const utf8proc_property_t& PropertyOf(char32_t c) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}

// Ideographs, lower-case letters, digits and signs of ASCII: most of what people write. They have no decomposition and
// no other case, and never compose with what stands before them.
constexpr bool IsPlain(char32_t c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c > 0x20 && c < 'A') || (c > 'Z' && c < 0x7F);
}

}  // namespace sotto::text
