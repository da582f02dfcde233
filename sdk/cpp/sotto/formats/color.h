// Colours as recordings write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sotto::formats {

inline constexpr uint32_t kWhite = 0xFFFFFF;

// "#rgb", "#rrggbb", "#rrggbbaa" (alpha is ignored), in either case, also without "#". Nothing for everything else.
std::optional<uint32_t> ParseHexColor(std::string_view text);

// niconico's names, "red" to "black2", with the aliases of the premium ones ("truered"). Nothing for another word.
std::optional<uint32_t> NamedColor(std::string_view name);

// "#rrggbb"
std::string HexColor(uint32_t color);

}  // namespace sotto::formats
