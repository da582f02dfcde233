#include "sotto/formats/color.h"

#include <algorithm>
#include <array>

namespace sotto::formats {
namespace {

struct Named {
  std::string_view name;
  uint32_t color;
};

constexpr auto kNames = std::to_array<Named>({
    {"white", 0xFFFFFF},          {"red", 0xFF0000},         {"pink", 0xFF8080},
    {"orange", 0xFFC000},         {"yellow", 0xFFFF00},      {"green", 0x00FF00},
    {"cyan", 0x00FFFF},           {"blue", 0x0000FF},        {"purple", 0xC000FF},
    {"black", 0x000000},          {"white2", 0xCCCC99},      {"niconicowhite", 0xCCCC99},
    {"red2", 0xCC0033},           {"truered", 0xCC0033},     {"pink2", 0xFF33CC},
    {"orange2", 0xFF6600},        {"yellow2", 0x999900},     {"passionorange", 0xFF6600},
    {"madyellow", 0x999900},      {"green2", 0x00CC66},      {"cyan2", 0x00CCCC},
    {"elementalgreen", 0x00CC66}, {"blue2", 0x3399FF},       {"marineblue", 0x3399FF},
    {"purple2", 0x6633CC},        {"nobleviolet", 0x6633CC}, {"black2", 0x666666},
});

std::optional<uint32_t> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

}  // namespace

std::optional<uint32_t> ParseHexColor(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  if (text.size() != 3 && text.size() != 6 && text.size() != 8) return std::nullopt;
  uint32_t color = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto digit = HexDigit(text[i]);
    if (!digit) return std::nullopt;
    if (text.size() == 3) {
      color = color << 8 | *digit * 0x11;
    } else if (i < 6) {
      color = color << 4 | *digit;
    }
  }
  return color;
}

std::optional<uint32_t> NamedColor(std::string_view name) {
  const auto* found =
      std::find_if(kNames.begin(), kNames.end(), [name](const Named& each) { return each.name == name; });
  if (found == kNames.end()) return std::nullopt;
  return found->color;
}

std::string HexColor(uint32_t color) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "#";
  for (int shift = 20; shift >= 0; shift -= 4) text += kDigits[color >> shift & 0xF];
  return text;
}

}  // namespace sotto::formats
