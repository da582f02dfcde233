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

}  // namespace

std::string CleanText(std::string_view raw, size_t max_bytes) {
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
