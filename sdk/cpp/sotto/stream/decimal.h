// Decimal numbers in playlists.
#pragma once

#include <optional>
#include <string_view>

namespace sotto::stream {

// A decimal-floating-point of RFC 8216, 4.2: one to nine digits, with at most one point and any number of digits behind
// it, to a nanosecond. Not std::from_chars, which the WASM standard library lacks for double.
std::optional<double> ReadDecimal(std::string_view text);

}  // namespace sotto::stream
