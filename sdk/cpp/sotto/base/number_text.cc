#include "sotto/base/number_text.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace sotto {
namespace {

// Fifteen digits are enough for every decimal of as many, seventeen for every double.
constexpr int kFewestDigits = 15;
constexpr int kMostDigits = 17;

template <class... Values>
std::string Format(const char* format, Values... values) {
  std::array<char, 512> text;
  const int size = std::snprintf(text.data(), text.size(), format, values...);
  return {text.data(), static_cast<size_t>(size)};
}

}  // namespace

std::string NumberText(double value) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  const std::string sign = std::signbit(value) ? "-" : "";
  const double size = std::fabs(value);
  if (std::isinf(size)) return sign + "inf";
  std::string scientific;  // d.ddde+xx
  for (int digits = kFewestDigits; digits <= kMostDigits; ++digits) {
    scientific = Format("%.*e", digits - 1, size);
    if (std::strtod(scientific.c_str(), nullptr) == size) break;
  }
  const size_t mark = scientific.find('e');
  const auto exponent = static_cast<int>(std::strtol(scientific.c_str() + mark + 1, nullptr, 10));
  std::string digits = scientific.substr(0, 1) + scientific.substr(2, mark - 2);
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  scientific = digits.substr(0, 1) + (digits.size() > 1 ? "." + digits.substr(1) : "") + scientific.substr(mark);

  // Scientific only where that is shorter.
  const auto count = static_cast<int>(digits.size());
  std::string fixed;
  if (exponent < 0) {
    if (-exponent > kMostDigits) return sign + scientific;
    fixed = "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  } else if (exponent >= count - 1) {
    fixed = Format("%.0f", size);  // all of its digits
  } else {
    fixed =
        digits.substr(0, static_cast<size_t>(exponent) + 1) + "." + digits.substr(static_cast<size_t>(exponent) + 1);
  }
  return sign + (fixed.size() <= scientific.size() ? fixed : scientific);
}

}  // namespace sotto
