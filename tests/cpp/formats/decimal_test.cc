#include "sotto/formats/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

namespace sotto::formats {
namespace {

constexpr int64_t kMicros = 1'000'000;

TEST(ParseDecimal, IsExactAndRoundsHalfAwayFromZero) {
  EXPECT_EQ(ParseDecimal("23.82600", kMicros), 23'826'000);
  EXPECT_EQ(ParseDecimal(" -.5 ", kMicros), -500'000);
  EXPECT_EQ(ParseDecimal("+7.", 1), 7);
  EXPECT_EQ(ParseDecimal("0.0000005", kMicros), 1);
  EXPECT_EQ(ParseDecimal("-1.5", 1), -2);
  EXPECT_EQ(ParseDecimal("1.49999999999999999999999999999", 1), 1);
}

TEST(ParseDecimal, RefusesWhatIsNoDecimalNumber) {
  for (const char* bad : {"", " ", ".", "-", "nan", "NaN", "inf", "1e3", "0x10", "1 2", "1.2.3", "--1", "１"}) {
    EXPECT_EQ(ParseDecimal(bad, kMicros), std::nullopt) << bad;
  }
}

TEST(ParseDecimal, StopsAtALargestValue) {
  const std::string nines(1000, '9');
  EXPECT_EQ(ParseDecimal(nines, kMicros), 1'000'000'000'000'000);
  EXPECT_EQ(ParseDecimal("-" + nines + ".9", 1), -1'000'000'000'000'000);
}

TEST(ScaledInteger, RefusesWhatIsNotFinite) {
  EXPECT_EQ(ScaledInteger(std::nan(""), 1), std::nullopt);
  EXPECT_EQ(ScaledInteger(std::numeric_limits<double>::infinity(), 1), std::nullopt);
  EXPECT_EQ(ScaledInteger(1e300, kMicros), 1'000'000'000'000'000);
  EXPECT_EQ(ScaledInteger(-0.0000015, kMicros), -2);
}

RC_GTEST_PROP(AppendDecimal, IsReadBackExactlyAlsoAsABinaryNumber, ()) {
  const auto value = *rc::gen::inRange<int64_t>(0, int64_t{30} * 24 * 3600 * kMicros);
  std::string text;
  AppendDecimal(value, kMicros, text);
  RC_ASSERT(ParseDecimal(text, kMicros) == value);
  RC_ASSERT(ScaledInteger(std::stod(text), kMicros) == value);
  RC_ASSERT(text.find('.') == std::string::npos || text.back() != '0');
}

}  // namespace
}  // namespace sotto::formats
