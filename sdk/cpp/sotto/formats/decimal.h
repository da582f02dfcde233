// Decimal numbers in text, exactly: no floating point, so native code and WASM agree, and what is written reads back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sotto::formats {

// "12.5" at scale 1,000,000 is 12,500,000; rounded half away from zero. `scale` is a power of ten, 1 to 1,000,000.
// Spaces around the number, a sign, and a point with digits on one side are allowed. Nothing for everything else: no
// digits, "nan", "inf", exponents. What is larger than 10^15 units gives 10^15 of them, with its sign.
std::optional<int64_t> ParseDecimal(std::string_view text, int64_t scale);

// The number as a binary one, scaled and rounded likewise; nothing for NaN and the infinities.
std::optional<int64_t> ScaledInteger(double value, int64_t scale);

// 12,500,000 at scale 1,000,000 is "12.5": as few digits as say it exactly. Precondition: value >= 0.
void AppendDecimal(int64_t value, int64_t scale, std::string& out);

}  // namespace sotto::formats
