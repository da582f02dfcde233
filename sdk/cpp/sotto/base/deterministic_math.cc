#include "sotto/base/deterministic_math.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <numbers>

namespace sotto {
namespace {

// ln 2 in two parts: the first has 21 trailing zero bits, so that k * kLn2High is exact for every exponent k.
constexpr double kLn2High = 0x1.62e42fee00000p-1;  // NOLINT(modernize-use-std-numbers)
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr double kInverseLn2 = std::numbers::log2e;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// 2^exponent. Precondition: -1022 <= exponent <= 1023.
double PowerOfTwo(int exponent) {
  return std::bit_cast<double>(static_cast<uint64_t>(exponent + 1023) << 52);
}

}  // namespace

double Exp(double x) {
  if (std::isnan(x)) return x;
  if (x > 709.782712893384) return kInfinity;
  if (x < -745.1332191019412) return 0;
  // x = k ln 2 + r with |r| <= ln 2 / 2, and e^x = 2^k e^r.
  const int k = static_cast<int>(std::floor(x * kInverseLn2 + 0.5));
  const double high = x - k * kLn2High;
  const double low = k * kLn2Low;
  const double r = high - low;
  // e^r = 1 + r + r^2 (1/2! + r/3! + ... + r^11/13!); the next term is below 2^-57. The two large terms come last, and
  // what rounding took from r comes back with them.
  double series = 1.0 / 6227020800.0;
  for (const double factorial :
       {479001600.0, 39916800.0, 3628800.0, 362880.0, 40320.0, 5040.0, 720.0, 120.0, 24.0, 6.0, 2.0}) {
    series = series * r + 1.0 / factorial;
  }
  const double lost = (high - r) - low;
  const double result = 1.0 + (r + (r * r * series + lost));
  // In two steps, because 2^k alone may be subnormal or infinite where the product is not.
  const int half = k / 2;
  return result * PowerOfTwo(half) * PowerOfTwo(k - half);
}

double Log(double x) {
  if (std::isnan(x) || x < 0) return kNan;
  if (x == 0) return -kInfinity;
  if (x == kInfinity) return x;
  // x = 2^k m with sqrt(1/2) <= m < sqrt(2).
  int k = 0;
  double m = std::frexp(x, &k);
  if (m < 0x1.6a09e667f3bcdp-1) {
    m *= 2;
    --k;
  }
  // ln m = 2 artanh s = 2 s (1 + s^2/3 + s^4/5 + ...) with s = (m - 1) / (m + 1), |s| < 0.172; the first term that is
  // left out is below 2^-60 of the sum. With f = m - 1, 2 s = f - s f, which keeps the exact f in front.
  const double f = m - 1;
  const double s = f / (m + 1);
  const double square = s * s;
  double series = 1.0 / 23.0;
  for (const double odd : {21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0}) {
    series = series * square + 1.0 / odd;
  }
  return k * kLn2High + (f + (2 * s * square * series - s * f + k * kLn2Low));
}

double Sigmoid(double x) {
  if (x < 0) {
    const double e = Exp(x);
    return e / (1 + e);
  }
  return 1 / (1 + Exp(-x));
}

}  // namespace sotto
