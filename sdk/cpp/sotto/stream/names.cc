#include "sotto/stream/names.h"

#include <algorithm>

namespace sotto::stream {
namespace {

bool IsIdCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool HasNameLength(std::string_view text) {
  return !text.empty() && text.size() <= 64;
}

}  // namespace

bool IsId(std::string_view text) {
  return HasNameLength(text) && std::all_of(text.begin(), text.end(), IsIdCharacter);
}

bool IsVersion(std::string_view text) {
  return HasNameLength(text) && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || IsIdCharacter(c); });
}

bool IsRelativeUrl(std::string_view url) {
  return !url.empty() && !url.starts_with('/') && url.find("://") == std::string_view::npos;
}

}  // namespace sotto::stream
