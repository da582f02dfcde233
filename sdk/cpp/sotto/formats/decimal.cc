#include "sotto/formats/decimal.h"

#include <algorithm>
#include <cmath>

#include "sotto/formats/text_lines.h"

namespace sotto::formats {
namespace {

constexpr int64_t kLargest = 1'000'000'000'000'000;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<int64_t> ParseDecimal(std::string_view text, int64_t scale) {
  text = Trimmed(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);

  int64_t value = 0;
  size_t digits = 0;
  size_t i = 0;
  for (; i < text.size() && IsDigit(text[i]); ++i, ++digits) {
    value = std::min(kLargest, value * 10 + (text[i] - '0'));
  }
  value = value >= kLargest / scale ? kLargest : value * scale;
  if (i < text.size() && text[i] == '.') {
    bool rounded = false;
    int64_t unit = scale;
    for (++i; i < text.size() && IsDigit(text[i]); ++i, ++digits) {
      if (unit > 1) {
        unit /= 10;
        value += unit * (text[i] - '0');
      } else if (!rounded) {
        rounded = true;
        if (text[i] >= '5') ++value;
      }
    }
  }
  if (digits == 0 || i != text.size()) return std::nullopt;
  value = std::min(value, kLargest);
  return negative ? -value : value;
}

std::optional<int64_t> ScaledInteger(double value, int64_t scale) {
  if (!std::isfinite(value)) return std::nullopt;
  const double scaled = value * static_cast<double>(scale);
  const auto largest = static_cast<double>(kLargest);
  return static_cast<int64_t>(std::round(std::clamp(scaled, -largest, largest)));
}

void AppendDecimal(int64_t value, int64_t scale, std::string& out) {
  out += std::to_string(value / scale);
  int64_t rest = value % scale;
  if (rest == 0) return;
  out += '.';
  for (int64_t unit = scale / 10; rest != 0; unit /= 10) {
    out += static_cast<char>('0' + rest / unit);
    rest %= unit;
  }
}

}  // namespace sotto::formats
