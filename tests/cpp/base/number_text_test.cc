#include "sotto/base/number_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace sotto {
namespace {

std::string ToChars(double value) {
  std::array<char, 64> text;
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

TEST(NumberText, IsWhatToCharsWrites) {
  for (const double value : {0.0,
                             -0.0,
                             1.0,
                             -3.0,
                             0.1,
                             1.5,
                             429.0,
                             12345.678,
                             1e5,
                             123456.0,
                             1e6,
                             1e15,
                             1e21,
                             1e22,
                             1e23,
                             0.001,
                             0.0001,
                             0.00001,
                             1.25e-7,
                             9007199254740993.0,
                             1.7976931348623157e308,
                             2.2250738585072014e-308,
                             123456789012345680.0,
                             0.30000000000000004,
                             std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(NumberText(value), ToChars(value));
  }
  EXPECT_EQ(NumberText(std::nan("")), "nan");
}

TEST(NumberText, ReadsAsTheSameEvenWhenItIsSubnormal) {
  for (const double value : {5e-324, 1e-310, 2.5e-320})
    EXPECT_EQ(std::strtod(NumberText(value).c_str(), nullptr), value);
}

RC_GTEST_PROP(NumberText, IsWhatToCharsWritesForAnyBits, (uint64_t bits)) {
  // Spread over all exponents: what is drawn begins with small numbers.
  const auto value = std::bit_cast<double>(bits * 0x9E3779B97F4A7C15);
  if (!std::isnormal(value)) return;
  RC_ASSERT(NumberText(value) == ToChars(value));
}

RC_GTEST_PROP(NumberText, IsWhatToCharsWritesForMilliseconds, (uint32_t ms)) {
  RC_ASSERT(NumberText(ms / 1000.0) == ToChars(ms / 1000.0));
}

}  // namespace
}  // namespace sotto
