// Zero-concentrated differential privacy. M. Bun and T. Steinke, "Concentrated Differential Privacy", TCC 2016:
// rho adds up under composition, and a (discrete) Gaussian of variance sigma^2 on a query of L2 sensitivity Delta is
// (Delta^2 / (2 sigma^2))-zCDP (Canonne-Kamath-Steinke 2020, theorem 4 for the discrete one).
#pragma once

#include "sotto/base/result.h"
#include "sotto/privacy/discrete_gaussian.h"

namespace sotto::privacy {

// rho = sensitivity_squared / (2 sigma_squared). kInvalidArgument if either is not positive.
Result<double> GaussianRho(Rational sensitivity_squared, Rational sigma_squared);

// The least epsilon for which rho-zCDP implies (epsilon, delta)-DP by the optimal conversion of
// Canonne-Kamath-Steinke 2020, corollary 13 (numerical minimum over the order alpha). Never below the true minimum by
// more than 1e-9; monotone in rho. kInvalidArgument unless rho >= 0 and 0 < delta < 1.
Result<double> EpsilonOfZcdp(double rho, double delta);

// The least delta for a given epsilon, the same conversion. kInvalidArgument unless rho >= 0 and epsilon >= 0.
Result<double> DeltaOfZcdp(double rho, double epsilon);

// The largest rho whose (epsilon, delta) stays within the given one. kInvalidArgument as above.
Result<double> RhoForEpsilon(double epsilon, double delta);

}  // namespace sotto::privacy
