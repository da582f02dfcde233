#include "sotto/text/utf8.h"

#include <cstdint>

namespace sotto::text {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Sequence {
  size_t length;     // bytes that belong together: the whole sequence, or its maximal ill-formed part
  bool well_formed;  // RFC 3629, section 4
};

uint8_t ByteAt(std::string_view text, size_t position) {
  return static_cast<uint8_t>(text[position]);
}

// The sequence that starts at `position`, by the table of well-formed sequences (Unicode, table 3-7): the lead byte
// says the length and narrows the second byte, which is what keeps out overlong forms, surrogates and code points
// above U+10FFFF. Precondition: position < text.size().
Sequence ReadSequence(std::string_view text, size_t position) {
  const uint8_t lead = ByteAt(text, position);
  if (lead < 0x80) return {1, true};
  if (lead < 0xC2 || lead > 0xF4) return {1, false};
  const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  for (size_t i = 1; i < length; ++i) {
    if (position + i == text.size()) return {i, false};
    const uint8_t byte = ByteAt(text, position + i);
    if (byte < low || byte > high) return {i, false};
    low = 0x80;
    high = 0xBF;
  }
  return {length, true};
}

}  // namespace

Status ValidateUtf8(std::string_view text) {
  for (size_t position = 0; position < text.size();) {
    const Sequence sequence = ReadSequence(text, position);
    if (!sequence.well_formed) {
      return Error{ErrorCode::kMalformed,
                   "the text is not UTF-8: what starts at byte " + std::to_string(position) +
                       " is not a complete, shortest-form code point.",
                   "Send UTF-8, or repair the text first (RepairUtf8)."};
    }
    position += sequence.length;
  }
  return {};
}

std::string RepairUtf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (size_t position = 0; position < text.size();) {
    const Sequence sequence = ReadSequence(text, position);
    repaired += sequence.well_formed ? text.substr(position, sequence.length) : kReplacement;
    position += sequence.length;
  }
  return repaired;
}

char32_t NextCodePoint(std::string_view text, size_t& position) {
  const uint8_t lead = ByteAt(text, position++);
  if (lead < 0x80) return lead;
  const size_t rest = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  char32_t code_point = lead & (0x3Fu >> rest);
  for (size_t i = 0; i < rest; ++i) code_point = code_point << 6 | (ByteAt(text, position++) & 0x3Fu);
  return code_point;
}

void AppendUtf8(char32_t code_point, std::string& out) {
  const auto continuation = [](char32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    out += continuation(code_point);
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    out += continuation(code_point >> 6);
    out += continuation(code_point);
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    out += continuation(code_point >> 12);
    out += continuation(code_point >> 6);
    out += continuation(code_point);
  }
}

size_t Utf16Length(std::string_view text, size_t bytes) {
  // A sequence of four bytes is a surrogate pair, every other sequence is one unit.
  size_t units = 0;
  for (const char c : text.substr(0, bytes)) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte < 0x80 || byte >= 0xC0) ++units;
    if (byte >= 0xF0) ++units;
  }
  return units;
}

std::vector<uint32_t> Utf16Offsets(std::string_view text, std::span<const uint32_t> byte_offsets) {
  std::vector<uint32_t> units;
  units.reserve(byte_offsets.size());
  size_t done = 0;
  size_t count = 0;
  for (const uint32_t offset : byte_offsets) {
    count += Utf16Length(text.substr(done), offset - done);
    done = offset;
    units.push_back(static_cast<uint32_t>(count));
  }
  return units;
}

}  // namespace sotto::text
