#include "sotto/text/decompose.h"

#include <array>

#include "sotto/text/emoji.h"
#include "sotto/text/utf8.h"

namespace sotto::text {
namespace {

constexpr char32_t kKeycapFrame = 0x20E3;

bool IsWhiteSpace(char32_t c, int category) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x85 || category == UTF8PROC_CATEGORY_ZS ||
         category == UTF8PROC_CATEGORY_ZL || category == UTF8PROC_CATEGORY_ZP;
}

bool IsLeftOut(char32_t c, const utf8proc_property_t& property) {
  const bool skin_tone = c >= 0x1F3FB && c <= 0x1F3FF;
  return property.ignorable != 0 || property.category == UTF8PROC_CATEGORY_CC ||
         property.category == UTF8PROC_CATEGORY_CF || skin_tone || c == kKeycapFrame;
}

// Compatibility decomposition of one code point in lower case, without what is left out.
void Decompose(char32_t code_point, uint32_t begin, uint32_t end, const Lexicon* lexicon, Pieces& out) {
  std::array<utf8proc_int32_t, 32> parts{};  // the longest decomposition has 18
  const utf8proc_ssize_t count = utf8proc_decompose_char(
      static_cast<utf8proc_int32_t>(code_point), parts.data(), static_cast<utf8proc_ssize_t>(parts.size()),
      static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE), nullptr);
  for (utf8proc_ssize_t i = 0; i < count; ++i) {
    const auto part = static_cast<char32_t>(parts[static_cast<size_t>(i)]);
    const utf8proc_property_t& property = PropertyOf(part);
    if (IsWhiteSpace(part, property.category)) {
      out.push_back({U' ', begin, end});
    } else if (!IsLeftOut(part, property)) {
      const auto lower = static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(part)));
      const char32_t symbol = lexicon == nullptr ? lower : lexicon->Fold(lower);
      out.push_back({symbol, begin, end, 0, static_cast<uint16_t>(PropertyOf(symbol).combining_class)});
    }
  }
}

void Append(const EmojiSequence& emoji, uint32_t begin, Pieces& out) {
  const auto end = static_cast<uint32_t>(begin + emoji.bytes);
  if (emoji.reading.empty()) out.push_back({emoji.token, begin, end});
  for (const char32_t symbol : emoji.reading) out.push_back({symbol, begin, end});
}

}  // namespace

Decomposed Decompose(std::string_view text, const Lexicon* lexicon) {
  Decomposed result;
  result.pieces.reserve(text.size());
  for (size_t position = 0; position < text.size();) {
    const auto begin = static_cast<uint32_t>(position);
    const char32_t code_point = NextCodePoint(text, position);
    if (IsPlain(code_point)) {
      const char32_t symbol = lexicon == nullptr ? code_point : lexicon->Fold(code_point);
      result.pieces.push_back({symbol, begin, static_cast<uint32_t>(position)});
      continue;
    }
    if (code_point >= kFirstPictograph) {
      const EmojiSequence emoji = ReadEmoji(text, begin, lexicon);
      if (emoji.bytes != 0) {
        position = begin + emoji.bytes;
        Append(emoji, begin, result.pieces);
        continue;
      }
    }
    if (code_point > 0x7F) result.plain = false;
    Decompose(code_point, begin, static_cast<uint32_t>(position), lexicon, result.pieces);
  }
  return result;
}

}  // namespace sotto::text
