#include "sotto/privacy/zcdp.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace sotto::privacy {
namespace {

// Bounds the rounding of a sum of a few terms: 16 half-ulps of the sum of their magnitudes.
constexpr double kSlack = 16 * 0x1p-53;
constexpr double kMaxArgument = 1e9;
constexpr double kMaxOrder = 1e290;  // no product of the formulas overflows at it

Error Refused(const char* name, double value, const char* range) {
  return {ErrorCode::kInvalidArgument, std::string(name) + " is " + std::to_string(value) + ".",
          std::string("It must be ") + range + "."};
}

Status CheckNonNegative(const char* name, double value) {
  if (value >= 0 && value <= kMaxArgument) return {};
  return Refused(name, value, "from 0 to 1000000000");
}

Status CheckDelta(double delta) {
  if (delta > 0 && delta < 1) return {};
  return Refused("delta", delta, "between 0 and 1");
}

// Where the rising function `f` crosses zero, 0 < low < high: bisection of the logarithm. Both callers evaluate a bound
// that holds at any x and is flat around the best one, so an error here costs only its square.
template <class Function>
double Crossing(double low, double high, const Function& f) {
  for (int i = 0; i < 80; ++i) {
    const double middle = std::sqrt(low) * std::sqrt(high);
    (f(middle) < 0 ? low : high) = middle;
  }
  return std::sqrt(low) * std::sqrt(high);
}

// Corollary 13 with x = alpha - 1:  epsilon(x) = rho (1 + x) + (L - log(1 + x)) / x - log(1 + 1 / x), L = log(1/delta).
// Its derivative has the sign of rho x^2 + log(1 + x) - L, which rises from -L, so there is one minimum.
double Epsilon(double rho, double delta) {
  const double log_inverse = -std::log(delta);
  const auto slope = [&](double x) { return rho * x * x + std::log1p(x) - log_inverse; };
  // Where one of the two rising terms alone makes L, and where neither makes more than half of it.
  const double high = std::min({std::expm1(log_inverse), std::sqrt(log_inverse / rho), kMaxOrder});
  const double low = std::min({std::expm1(log_inverse / 2), std::sqrt(log_inverse / 2 / rho), kMaxOrder});
  const double x = Crossing(low, high, slope);

  const double linear = rho + rho * x;
  const double quotient = (log_inverse - std::log1p(x)) / x;
  const double loss = std::log1p(1 / x);
  const double rounding = kSlack * (linear + log_inverse / x + loss);
  return std::max(0.0, linear + quotient - loss + rounding);
}

// Proposition 12 likewise:  log delta(x) = x ((1 + x) rho - epsilon) - x log(1 + 1 / x) - log(1 + x), which is convex
// with the derivative (1 + 2 x) rho - epsilon - log(1 + 1 / x).
double Delta(double rho, double epsilon) {
  constexpr double kLeast = 1e-300;
  const auto slope = [&](double x) { return rho + 2 * x * rho - epsilon - std::log1p(1 / x); };
  if (slope(kLeast) >= 0) return 1;
  const double high = std::clamp((epsilon + 1) / rho, 1.0, kMaxOrder);
  const double x = Crossing(kLeast, high, slope);

  const double growth = x * (rho + x * rho);
  const double fall = x * epsilon + x * std::log1p(1 / x) + std::log1p(x);
  const double delta = std::exp(growth - fall + kSlack * (growth + fall)) * (1 + kSlack);
  return std::clamp(delta, std::numeric_limits<double>::denorm_min(), 1.0);
}

}  // namespace

Result<double> GaussianRho(Rational sensitivity_squared, Rational sigma_squared) {
  for (const Rational& value : {sensitivity_squared, sigma_squared}) {
    for (const uint64_t part : {value.numerator, value.denominator}) {
      if (part == 0 || part > kMaxRationalPart) {
        return Error{ErrorCode::kInvalidArgument,
                     "a squared sensitivity or sigma has the part " + std::to_string(part) + ".",
                     "Numerators and denominators must be from 1 to 4294967295."};
      }
    }
  }
  const Rational delta = sensitivity_squared.Reduced();
  const Rational sigma = sigma_squared.Reduced();
  const double top = static_cast<double>(delta.numerator) * static_cast<double>(sigma.denominator);
  const double bottom = 2 * static_cast<double>(delta.denominator) * static_cast<double>(sigma.numerator);
  return top / bottom;
}

Result<MicroRho> GaussianMicroRho(uint64_t sensitivity_squared, Rational sigma_squared) {
  SOTTO_ASSIGN_OR_RETURN(const double rho, GaussianRho({sensitivity_squared, 1}, sigma_squared));
  SOTTO_RETURN_IF_ERROR(ToMicroRho(rho));  // refuses a rho that is too large to count
  // ceil(s d / n) with s = 10^6 Delta^2 / 2 < 2^51, in whole and rest so that nothing exceeds 64 bits:
  // floor(s / n) d <= 10^6 rho, and the rest is below n < 2^32, as d is.
  const Rational sigma = sigma_squared.Reduced();
  const uint64_t s = sensitivity_squared * 500'000;
  const uint64_t whole = s / sigma.numerator * sigma.denominator;
  return whole + (s % sigma.numerator * sigma.denominator + sigma.numerator - 1) / sigma.numerator;
}

Result<double> EpsilonOfZcdp(double rho, double delta) {
  SOTTO_RETURN_IF_ERROR(CheckNonNegative("rho", rho));
  SOTTO_RETURN_IF_ERROR(CheckDelta(delta));
  return rho == 0 ? 0 : Epsilon(rho, delta);
}

Result<double> DeltaOfZcdp(double rho, double epsilon) {
  SOTTO_RETURN_IF_ERROR(CheckNonNegative("rho", rho));
  SOTTO_RETURN_IF_ERROR(CheckNonNegative("epsilon", epsilon));
  return rho == 0 ? 0 : Delta(rho, epsilon);
}

Result<double> RhoForEpsilon(double epsilon, double delta) {
  SOTTO_RETURN_IF_ERROR(CheckNonNegative("epsilon", epsilon));
  SOTTO_RETURN_IF_ERROR(CheckDelta(delta));
  double high = 1;
  while (Epsilon(high, delta) <= epsilon) high *= 2;
  double low = 0;
  while (high - low > 1e-12 * high) {
    const double middle = low + (high - low) / 2;
    (Epsilon(middle, delta) <= epsilon ? low : high) = middle;
  }
  return low;
}

}  // namespace sotto::privacy
