// Reads JSON that somebody else wrote, forgivingly: what is missing or of another type is simply not there. A thin
// layer over simdjson's DOM; include it from .cc files only, it is a large header.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sotto/base/result.h"

namespace sotto::formats {

// A parsed document that keeps its memory for the next one.
class JsonDocument {
 public:
  // text::RepairJson, then simdjson. The root lives until the next call. `name` begins the error.
  // Errors: kMalformed (not JSON, or nested deeper than 1,024), kResourceExhausted (no memory: simdjson takes about 15
  // bytes for each of the document).
  Result<simdjson::dom::element> Parse(std::string_view json, std::string_view name);

 private:
  simdjson::dom::parser parser_;
};

using JsonElement = std::optional<simdjson::dom::element>;

// The first field of this name, if `object` is an object and has one.
JsonElement Field(JsonElement object, std::string_view name);
// The item, if `array` is an array and has one there.
JsonElement Item(JsonElement array, size_t index);
std::optional<simdjson::dom::array> Array(JsonElement element);

// "" for everything but a string.
std::string_view String(JsonElement element);
// A string as it is, an integer as its digits, else "".
std::string Label(JsonElement element);
// A number, or a string with one, times `scale` (see decimal.h).
std::optional<int64_t> Scaled(JsonElement element, int64_t scale);
// "#rrggbb", a name, or 0xRRGGBB as an integer or as its digits in a string.
std::optional<uint32_t> Color(JsonElement element);

}  // namespace sotto::formats
