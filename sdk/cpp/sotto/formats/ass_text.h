// The text of a line of ASS: what is shown, and what its override tags say. "{\an8\pos(960,0)\c&H0000FF&}Hello\Nyou"
// Reference: Aegisub's manual, "ASS override tags"; libass where that is silent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sotto::formats {

// Pixels of the script's PlayRes, times 1,000.
struct AssPoint {
  int64_t x = 0;
  int64_t y = 0;
};

struct AssMove {
  AssPoint from;
  AssPoint to;
};

// Of each tag the first one counts; those inside \t(...) do not.
struct AssText {
  std::string text;                  // \N, \n and \h are spaces, \{ and \} braces, "\" before a word joiner a backslash
  std::optional<int> alignment;      // \an: as on a numeric keypad, 1 to 9; also from the older \a
  std::optional<AssPoint> position;  // \pos
  std::optional<AssMove> move;       // \move
  std::optional<uint32_t> color;     // \c or \1c, as 0xRRGGBB
  std::optional<int64_t> font_size;  // \fs, times 1,000
  bool drawing = false;              // \p1 and up: the text is a shape
};

AssText ParseAssText(std::string_view raw);

// "&H00BBGGRR&" or "&HBBGGRR", as 0xRRGGBB; alpha is ignored. Nothing for everything else.
std::optional<uint32_t> ParseAssColor(std::string_view text);

// Text as a line of ASS shows it. ParseAssText gives it back.
std::string EscapeAssText(std::string_view text);

}  // namespace sotto::formats
