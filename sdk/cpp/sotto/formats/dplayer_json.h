// The JSON of DPlayer's back ends (API version 3), which ArtPlayer's and others answer as well:
//   {"code": 0, "data": [[seconds, type, color, "author", "text"], ...]}
// also the bare array, and objects {"time", "type", "color", "author", "text"} in place of the rows. Types: 0 or
// "right" scroll, 1 or "top", 2 or "bottom"; others scroll, as DPlayer has it. Colours: 0xRRGGBB as an integer, or CSS
// ("#rgb",
// "#rrggbb", a basic name). White is the default and counts as no colour. Everything is taken.
#pragma once

#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

// Errors: kMalformed (not JSON, of another shape, or an answer with another code than 0), and those of
// Collector::Finish.
Result<Imported> ImportDplayerJson(std::string_view file);

}  // namespace sotto::formats
