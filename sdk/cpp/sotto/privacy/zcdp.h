// Zero-concentrated differential privacy. M. Bun and T. Steinke, "Concentrated Differential Privacy", TCC 2016:
// rho adds up under composition, and a (discrete) Gaussian of variance sigma^2 on a query of L2 sensitivity Delta is
// (Delta^2 / (2 sigma^2))-zCDP (Canonne-Kamath-Steinke 2020, theorem 4 for the discrete one).
//
// The conversions are for people to read: the budget itself is kept in rho, because logarithms differ by an ulp from
// one platform to the next.
#pragma once

#include "sotto/base/result.h"
#include "sotto/privacy/budget.h"
#include "sotto/privacy/discrete_gaussian.h"

namespace sotto::privacy {

// rho = sensitivity_squared / (2 sigma_squared). kInvalidArgument if a part of either is not from 1 to
// kMaxRationalPart.
Result<double> GaussianRho(Rational sensitivity_squared, Rational sigma_squared);

// The same for a whole sensitivity_squared, in micro-rho, rounded up from the exact quotient: what a budget is charged.
// Errors: those of GaussianRho; kInvalidArgument for a rho above 1,000,000.
Result<MicroRho> GaussianMicroRho(uint64_t sensitivity_squared, Rational sigma_squared);

// The least epsilon >= 0 for which rho-zCDP implies (epsilon, delta)-DP by the optimal conversion of
// Canonne-Kamath-Steinke 2020, corollary 13 (minimum over the order alpha). Rounded up: never below the true minimum,
// above it by at most 1e-9 of it or 1e-12. kInvalidArgument unless 0 <= rho <= 10^9 and 0 < delta < 1.
Result<double> EpsilonOfZcdp(double rho, double delta);

// The least delta for a given epsilon by the same conversion, rounded up likewise; at most 1, and 0 only for rho = 0.
// kInvalidArgument unless rho and epsilon are from 0 to 10^9.
Result<double> DeltaOfZcdp(double rho, double epsilon);

// The largest rho, within 1e-9 of it, for which EpsilonOfZcdp(rho, delta) <= epsilon holds.
// kInvalidArgument unless 0 <= epsilon <= 10^9 and 0 < delta < 1.
Result<double> RhoForEpsilon(double epsilon, double delta);

}  // namespace sotto::privacy
