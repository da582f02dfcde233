#include "sotto/stream/decimal.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sotto::stream {

std::optional<double> ReadDecimal(std::string_view text) {
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const auto all_digits = [](std::string_view digits) {
    return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (whole.empty() || whole.size() > 9 || !all_digits(whole) || !all_digits(fraction)) return std::nullopt;
  fraction = fraction.substr(0, 9);
  int64_t nanoseconds = 0;
  int64_t unit = 1'000'000'000;
  for (const char c : whole) nanoseconds = nanoseconds * 10 + (c - '0') * unit;
  for (const char c : fraction) nanoseconds += (c - '0') * (unit /= 10);
  return static_cast<double>(nanoseconds) / 1e9;
}

}  // namespace sotto::stream
