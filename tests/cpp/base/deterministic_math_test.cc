#include "sotto/base/deterministic_math.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace sotto {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// How far `actual` is from `exact`, in units in the last place of a double near `exact`.
double Ulps(double actual, long double exact) {
  const double near = static_cast<double>(exact);
  const double unit = std::nextafter(std::fabs(near), kInfinity) - std::fabs(near);
  return static_cast<double>(std::fabs(static_cast<long double>(actual) - exact) / static_cast<long double>(unit));
}

TEST(Exp, IsWithinOneUnitInTheLastPlaceOverTheWholeRange) {
  double worst = 0;
  for (double x = -708; x < 709.7; x += 0.001373) worst = std::max(worst, Ulps(Exp(x), std::exp((long double)x)));
  for (double x = -1; x < 1; x += 0.0000137) worst = std::max(worst, Ulps(Exp(x), std::exp((long double)x)));
  EXPECT_LT(worst, 1.0);
}

TEST(Exp, IsWithinTwoUnitsWhereResultsAreSubnormal) {
  for (double x = -745; x < -708; x += 0.00731) EXPECT_LE(Ulps(Exp(x), std::exp((long double)x)), 2.0) << x;
}

TEST(Exp, KnowsItsEnds) {
  EXPECT_EQ(Exp(0), 1.0);
  EXPECT_EQ(Exp(-0.0), 1.0);
  EXPECT_EQ(Exp(kInfinity), kInfinity);
  EXPECT_EQ(Exp(-kInfinity), 0.0);
  EXPECT_EQ(Exp(710), kInfinity);
  EXPECT_EQ(Exp(-746), 0.0);
  EXPECT_TRUE(std::isfinite(Exp(709.78)));
  EXPECT_GT(Exp(-745), 0.0);
  EXPECT_TRUE(std::isnan(Exp(std::nan(""))));
}

// As seen on x86-64 (the first is one unit above e): a platform on which a bit differs fails here.
TEST(Exp, GivesTheSameBitsEverywhere) {
  EXPECT_EQ(Exp(1), 0x1.5bf0a8b14576ap+1);
  EXPECT_EQ(Exp(-0.1), 0x1.cf46d99d52b3ap-1);
}

TEST(Log, IsWithinTwoUnitsInTheLastPlace) {
  double worst = 0;
  for (double x = 1e-300; x < 1e300; x *= 1.00137) worst = std::max(worst, Ulps(Log(x), std::log((long double)x)));
  for (double x = 0.5; x < 2; x += 0.0000173) worst = std::max(worst, Ulps(Log(x), std::log((long double)x)));
  EXPECT_LT(worst, 2.0);
}

TEST(Log, KnowsItsEnds) {
  EXPECT_EQ(Log(1), 0.0);
  EXPECT_EQ(Log(0), -kInfinity);
  EXPECT_EQ(Log(kInfinity), kInfinity);
  EXPECT_TRUE(std::isnan(Log(-1)));
  EXPECT_TRUE(std::isnan(Log(std::nan(""))));
  EXPECT_NEAR(Log(std::numeric_limits<double>::denorm_min()), -744.4400719213812, 1e-12);
}

RC_GTEST_PROP(Log, UndoesExp, ()) {
  const double x = static_cast<double>(*rc::gen::inRange(-700'000, 700'000)) / 1000.0;
  RC_ASSERT(std::fabs(Log(Exp(x)) - x) <= 4e-16 * (1 + std::fabs(x)));
}

TEST(Sigmoid, IsSymmetricAndSaturatesWithoutOverflow) {
  EXPECT_EQ(Sigmoid(0), 0.5);
  EXPECT_EQ(Sigmoid(1e9), 1.0);
  EXPECT_EQ(Sigmoid(-1e9), 0.0);
  EXPECT_EQ(Sigmoid(kInfinity), 1.0);
  EXPECT_EQ(Sigmoid(-kInfinity), 0.0);
  for (double x = -30; x <= 30; x += 0.25) EXPECT_NEAR(Sigmoid(x) + Sigmoid(-x), 1.0, 1e-15) << x;
}

}  // namespace
}  // namespace sotto
