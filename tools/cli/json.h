// What the command line needs to write JSON.
#pragma once

#include <string>
#include <string_view>

namespace sotto::cli {

// A JSON string with its quotes (RFC 8259, section 7): quotation mark, reverse solidus and control characters escaped,
// everything else as it is. Precondition: well-formed UTF-8.
std::string JsonString(std::string_view text);

// The shortest decimal that reads back as the same double; null if it is not finite.
std::string JsonNumber(double value);
// The same for a float, so that 0.1f is written 0.1.
std::string JsonNumber(float value);

}  // namespace sotto::cli
