// JSON as programs really write it, made JSON as simdjson reads it, so that one bad comment does not cost the file or
// the frame.
#pragma once

#include <string>
#include <string_view>

namespace sotto::text {

// A copy of `json` in which
//   - ill-formed UTF-8 and escapes of lone surrogates (\ud800) are U+FFFD,
//   - control characters inside strings, which JSON forbids, are spaces,
//   - NaN, Infinity and -Infinity (Python writes them) and numbers beyond a double's range are null,
//   - integers of more than 18 digits (ids) are strings.
// Everything else stays as it is, also what is no JSON. Linear in the input.
std::string RepairJson(std::string_view json);

}  // namespace sotto::text
