#include "sotto/privacy/zcdp.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sotto::privacy {
namespace {

// The conversion by its definition: the bound of one order alpha = 1 + x, in long double.
long double EpsilonAtOrder(long double x, long double rho, long double delta) {
  return rho * (1 + x) + (-std::log(delta) - std::log1p(x)) / x - std::log1p(1 / x);
}

// The least bound on a fine grid of orders from 1 + e^-60 to 1 + e^720.
long double EpsilonOnGrid(long double rho, long double delta) {
  long double least = std::numeric_limits<long double>::infinity();
  for (long double exponent = -60; exponent < 720; exponent += 0.01L) {
    least = std::min(least, EpsilonAtOrder(std::exp(exponent), rho, delta));
  }
  return std::max(0.0L, least);
}

struct Row {
  double sigma = 0;
  double rho = 0;
  double epsilon = 0;
  double delta = 0;
};

// The numbers after "name": of each object in the JSON array `section`; enough for a file of flat records.
std::optional<std::vector<Row>> ReadReference(const std::string& section) {
  const char* root = std::getenv("SOTTO_VECTORS");
  std::ifstream file(std::string(root != nullptr ? root : "../shared/vectors") + "/dp/reference.json");
  if (!file) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const size_t begin = text.find('[', text.find('"' + section + '"'));
  const std::string_view array = std::string_view(text).substr(begin, text.find(']', begin) - begin);
  std::vector<Row> rows;
  for (size_t open = array.find('{'); open != std::string_view::npos; open = array.find('{', open + 1)) {
    const std::string object(array.substr(open, array.find('}', open) - open));
    const auto number = [&](const std::string& name) {
      const size_t at = object.find('"' + name + '"');
      return at == std::string::npos ? 0 : std::strtod(object.c_str() + object.find(':', at) + 1, nullptr);
    };
    rows.push_back({number("sigma"), number("rho"), number("epsilon"), number("delta")});
  }
  return rows;
}

TEST(EpsilonOfZcdp, AgreesWithPublishedValues) {
  // Computed independently from the same corollary, to 15 digits.
  EXPECT_NEAR(EpsilonOfZcdp(0.01, 1e-5).value(), 0.5457255482740024, 1e-9);
  EXPECT_NEAR(EpsilonOfZcdp(0.5, 1e-8).value(), 6.086158614669799, 1e-9);
  EXPECT_NEAR(EpsilonOfZcdp(8, 1e-5).value(), 25.919351682466488, 1e-8);
}

TEST(EpsilonOfZcdp, AgreesWithTheReferenceVectors) {
  const auto rows = ReadReference("zcdp");
  if (!rows) GTEST_SKIP() << "skipped: vectors not found";
  ASSERT_GE(rows->size(), 20U);
  for (const Row& row : *rows) {
    EXPECT_NEAR(EpsilonOfZcdp(row.rho, row.delta).value(), row.epsilon, 1e-9 * row.epsilon) << row.rho;
    EXPECT_NEAR(DeltaOfZcdp(row.rho, row.epsilon).value(), row.delta, 1e-7 * row.delta) << row.rho;
    EXPECT_NEAR(RhoForEpsilon(row.epsilon, row.delta).value(), row.rho, 1e-8 * row.rho) << row.rho;
  }
}

// zCDP knows less than the exact analysis of the Gaussian mechanism, so it must never promise more.
TEST(DeltaOfZcdp, NeverPromisesMoreThanTheExactAnalysisOfAGaussian) {
  const auto rows = ReadReference("gaussian");
  if (!rows) GTEST_SKIP() << "skipped: vectors not found";
  ASSERT_GE(rows->size(), 15U);
  for (const Row& row : *rows) {
    const double rho = 1 / (2 * row.sigma * row.sigma);
    EXPECT_GE(DeltaOfZcdp(rho, row.epsilon).value(), row.delta) << row.sigma << ' ' << row.epsilon;
  }
}

TEST(DeltaOfZcdp, IsAboveTheExactDeltaOfAGaussianWorkedByHand) {
  // sigma = 1, sensitivity 1, epsilon 1: Phi(-1/2) - e Phi(-3/2) = 0.1269367375...
  const double exact = 0.5 * std::erfc(0.5 / std::sqrt(2)) - std::exp(1) * 0.5 * std::erfc(1.5 / std::sqrt(2));
  ASSERT_NEAR(exact, 0.12693673750, 1e-10);
  const double bound = DeltaOfZcdp(0.5, 1).value();
  EXPECT_GE(bound, exact);
  EXPECT_LE(bound, 2 * exact);
}

TEST(EpsilonOfZcdp, IsTheMinimumOverAllOrders) {
  for (const double rho : {1e-12, 1e-6, 1e-3, 0.1, 1.0, 30.0, 1e4}) {
    for (const double delta : {1e-300, 1e-30, 1e-10, 1e-5, 0.01, 0.9}) {
      const long double grid = EpsilonOnGrid(rho, delta);
      const double epsilon = EpsilonOfZcdp(rho, delta).value();
      // A grid of ratio 1.01 misses the minimum's place by 0.5 % and its height by the square of that.
      EXPECT_LE(epsilon, grid + 1e-12L) << rho << ' ' << delta;
      EXPECT_GE(epsilon, grid * (1 - 1e-4L) - 1e-12L) << rho << ' ' << delta;
    }
  }
}

TEST(EpsilonOfZcdp, IsZeroWithoutLossAndWhereDeltaCoversIt) {
  EXPECT_EQ(EpsilonOfZcdp(0, 1e-300).value(), 0);
  EXPECT_EQ(EpsilonOfZcdp(1e-12, 1e-5).value(), 0);
}

TEST(EpsilonOfZcdp, StandsTheExtremesOfItsRange) {
  for (const double rho : {std::numeric_limits<double>::denorm_min(), 1e-300, 1e9}) {
    for (const double delta : {std::numeric_limits<double>::denorm_min(), 1e-300, 0.5, 1 - 0x1p-53}) {
      const double epsilon = EpsilonOfZcdp(rho, delta).value();
      EXPECT_TRUE(std::isfinite(epsilon) && epsilon >= 0) << rho << ' ' << delta << ' ' << epsilon;
      for (const double at : {0.0, 1e-300, 1.0, 1e9}) {
        const double back = DeltaOfZcdp(rho, at).value();
        EXPECT_TRUE(back > 0 && back <= 1) << rho << ' ' << at << ' ' << back;
      }
    }
  }
  EXPECT_GE(EpsilonOfZcdp(1e9, 0.5).value(), 1e9);
}

double Between(uint32_t place, double low, double high) {
  return std::exp(std::log(low) + (std::log(high) - std::log(low)) * place / 4294967295.0);
}

RC_GTEST_PROP(EpsilonOfZcdp, IsNeverBelowTheTrueMinimum, (uint32_t a, uint32_t b)) {
  const double rho = Between(a, 1e-6, 1e4);
  const double delta = Between(b, 1e-100, 0.5);
  // The minimum by the root of its derivative, in long double.
  long double low = 1e-30L;
  long double high = 1e110L;
  for (int i = 0; i < 200; ++i) {
    const long double middle = std::sqrt(low) * std::sqrt(high);
    (rho * middle * middle + std::log1p(middle) < -std::log(static_cast<long double>(delta)) ? low : high) = middle;
  }
  const long double least = EpsilonAtOrder(low, rho, delta);
  RC_PRE(least > 1e-3L);
  const double epsilon = EpsilonOfZcdp(rho, delta).value();
  RC_ASSERT(epsilon >= least);
  RC_ASSERT(epsilon <= least * (1 + 1e-9L));
}

RC_GTEST_PROP(EpsilonOfZcdp, RisesWithRhoAndFallsWithDelta, (uint32_t a, uint32_t b)) {
  const double rho = Between(a, 1e-6, 1e4);
  const double delta = Between(b, 1e-100, 0.4);
  const double epsilon = EpsilonOfZcdp(rho, delta).value();
  RC_ASSERT(EpsilonOfZcdp(rho * 1.001, delta).value() >= epsilon);
  RC_ASSERT(EpsilonOfZcdp(rho, delta * 1.001).value() <= epsilon);
}

RC_GTEST_PROP(RhoForEpsilon, StaysWithinEpsilonAndLeavesNothingUnused, (uint32_t a, uint32_t b)) {
  const double epsilon = Between(a, 1e-3, 100);
  const double delta = Between(b, 1e-50, 0.1);
  const double rho = RhoForEpsilon(epsilon, delta).value();
  RC_ASSERT(EpsilonOfZcdp(rho, delta).value() <= epsilon);
  RC_ASSERT(EpsilonOfZcdp(rho * (1 + 1e-8), delta).value() > epsilon);
}

RC_GTEST_PROP(DeltaOfZcdp, InvertsEpsilonOfZcdp, (uint32_t a, uint32_t b)) {
  const double rho = Between(a, 1e-4, 100);
  const double delta = Between(b, 1e-30, 0.1);
  const double epsilon = EpsilonOfZcdp(rho, delta).value();
  RC_PRE(epsilon > 0);
  const double back = DeltaOfZcdp(rho, epsilon).value();
  RC_ASSERT(back <= delta * (1 + 1e-9));
  RC_ASSERT(back >= delta * (1 - 1e-6));
}

TEST(GaussianRho, IsHalfTheSquaredSensitivityOverTheVariance) {
  EXPECT_EQ(GaussianRho({20, 1}, {20, 1}).value(), 0.5);
  EXPECT_EQ(GaussianRho({1, 2}, {1, 4}).value(), 1);
  EXPECT_EQ(GaussianRho({2, 4}, {25, 100}).value(), 1);
}

TEST(GaussianMicroRho, RoundsTheExactQuotientUp) {
  EXPECT_EQ(GaussianMicroRho(20, {16, 1}).value(), 625'000U);
  EXPECT_EQ(GaussianMicroRho(20, {48, 1}).value(), 208'334U);  // 208,333.3...
  EXPECT_EQ(GaussianMicroRho(1, {kMaxRationalPart, 1}).value(), 1U);
  EXPECT_EQ(GaussianMicroRho(kMaxRationalPart, {kMaxRationalPart, 1}).value(), 500'000U);
  EXPECT_EQ(GaussianMicroRho(1, {1, 4}).value(), 2'000'000U);
  EXPECT_EQ(GaussianMicroRho(1, {1, kMaxRationalPart}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(GaussianMicroRho(0, {1, 1}).error().code, ErrorCode::kInvalidArgument);
}

// Against division in 128 bits, for any parts and a rho of at most 10^6.
RC_GTEST_PROP(GaussianMicroRho, IsTheCeilingOfTheQuotient, ()) {
  const auto n = *rc::gen::inRange<uint64_t>(1, kMaxRationalPart + 1);
  const auto d = *rc::gen::inRange<uint64_t>(1, kMaxRationalPart + 1);
  const uint64_t most = std::min(kMaxRationalPart, 2'000'000 * n / d);
  RC_PRE(most > 0U);
  const auto sensitivity = *rc::gen::inRange<uint64_t>(1, most + 1);
  __extension__ using Wide = unsigned __int128;
  const Wide exact = (Wide{sensitivity} * 500'000 * d + n - 1) / n;
  RC_ASSERT(Wide{GaussianMicroRho(sensitivity, {n, d}).value()} == exact);
}

TEST(Zcdp, RefusesArgumentsOutsideTheirRange) {
  const double nan = std::nan("");
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-1.0, nan, infinity, 1e10}) {
    EXPECT_FALSE(EpsilonOfZcdp(bad, 1e-5).ok()) << bad;
    EXPECT_FALSE(DeltaOfZcdp(bad, 1).ok()) << bad;
    EXPECT_FALSE(DeltaOfZcdp(1, bad).ok()) << bad;
    EXPECT_FALSE(RhoForEpsilon(bad, 1e-5).ok()) << bad;
  }
  for (const double bad : {-1.0, 0.0, 1.0, nan}) {
    EXPECT_FALSE(EpsilonOfZcdp(1, bad).ok()) << bad;
    EXPECT_FALSE(RhoForEpsilon(1, bad).ok()) << bad;
  }
  EXPECT_EQ(GaussianRho({0, 1}, {1, 1}).error().code, ErrorCode::kInvalidArgument);
  EXPECT_FALSE(GaussianRho({1, 1}, {1, 0}).ok());
  EXPECT_FALSE(GaussianRho({1, 1}, {kMaxRationalPart + 1, 1}).ok());
}

}  // namespace
}  // namespace sotto::privacy
