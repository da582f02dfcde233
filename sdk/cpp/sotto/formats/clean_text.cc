#include "sotto/formats/clean_text.h"

#include "sotto/text/utf8.h"

namespace sotto::formats {
namespace {

bool IsSpaceLike(char32_t c) {
  return c == U'\t' || c == U'\n' || c == U'\r' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0x2028 || c == 0x2029;
}

bool IsControl(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

// Nearly all text is clean: told by its bytes, without decoding.
bool IsClean(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return false;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;  // C1
    if (byte == 0xE2 && (text.substr(i, 3) == "\xE2\x80\xA8" || text.substr(i, 3) == "\xE2\x80\xA9")) return false;
  }
  return text::ValidateUtf8(text).ok();
}

}  // namespace

std::string CleanText(std::string_view raw, size_t max_bytes) {
  if (raw.size() <= max_bytes && IsClean(raw)) return std::string(raw);
  const std::string repaired = text::RepairUtf8(raw);
  std::string clean;
  for (size_t position = 0; position < repaired.size();) {
    const size_t start = position;
    char32_t c = text::NextCodePoint(repaired, position);
    // A Windows line end is one.
    if (c == U'\r' && position < repaired.size() && repaired[position] == '\n') continue;
    if (IsSpaceLike(c)) {
      c = U' ';
    } else if (IsControl(c)) {
      continue;
    }
    if (clean.size() + (c == U' ' ? 1 : position - start) > max_bytes) break;
    text::AppendUtf8(c, clean);
  }
  return clean;
}

}  // namespace sotto::formats
