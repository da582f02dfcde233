// Random Unicode text for property tests: mostly what breaks normalisation.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "sotto/text/utf8.h"

namespace sotto::text {

inline std::string ToUtf8(const std::vector<char32_t>& code_points) {
  std::string text;
  for (const char32_t code_point : code_points) AppendUtf8(code_point, text);
  return text;
}

// Anything that is a scalar value.
inline rc::Gen<char32_t> AnyScalar() {
  return rc::gen::map(rc::gen::inRange<uint32_t>(0, 0x110000 - 0x800),
                      [](uint32_t n) { return static_cast<char32_t>(n < 0xD800 ? n : n + 0x800); });
}

// What composes, decomposes, changes case, is invisible or is an emoji or a part of one.
inline rc::Gen<char32_t> TrickyScalar() {
  return rc::gen::oneOf(
      rc::gen::element<char32_t>(U'a', U'J', U'H', U'i', U'I', U' ', U'\t', U'哈', U'好', U'!', U'1', U'　', U'Ａ',
                                 U'，'),
      rc::gen::element<char32_t>(0x300, 0x301, 0x308, 0x30C, 0x323, 0x327, 0x331, 0x338, 0x345, 0x3099, 0x309A, 0x20E3),
      rc::gen::element<char32_t>(0x1100, 0x1112, 0x1161, 0x1175, 0x11A8, 0x11C2, 0xAC00, 0xAC01, 0x3164, 0x1160),
      rc::gen::element<char32_t>(0x9C7, 0x9BE, 0x9D7, 0xB47, 0xB56, 0xBC6, 0xBD7, 0xDD9, 0xDCF, 0x1025, 0x102E, 0x1B05,
                                 0x1B35),
      rc::gen::element<char32_t>(0xB4, 0xA8, 0xBD, 0xDF, 0x130, 0x149, 0x1C5, 0x3A3, 0x390, 0x1E9E, 0x1FBC, 0x1FB3,
                                 0x212A, 0x2126, 0xFB01, 0xFDFA, 0x3300, 0xFF76, 0xFF9E, 0x2460, 0xF900, 0x1D400),
      rc::gen::element<char32_t>(0xAD, 0x34F, 0x180B, 0x200B, 0x200C, 0x200D, 0x200E, 0x2060, 0xFE0E, 0xFE0F, 0xFEFF,
                                 0xE0061, 0xE007F, 0xE0101),
      rc::gen::element<char32_t>(0x1F44D, 0x1F44E, 0x1F610, 0x1F3FB, 0x1F3FF, 0x2764, 0x1F525, 0x1F468, 0x1F1E8,
                                 0x1F1F3, 0x2122, 0x3297, 0x1F201, 0xA9, 0x231A),
      AnyScalar());
}

inline rc::Gen<std::string> TrickyText() {
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(TrickyScalar()), &ToUtf8);
}

}  // namespace sotto::text
