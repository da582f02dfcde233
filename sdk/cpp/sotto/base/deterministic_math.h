// Exponential and logarithm that give the same bits on every platform: nothing but IEEE 754 addition, subtraction,
// multiplication and division in a fixed order, where a C library's exp and log may differ in the last place.
// Use them wherever a result is compared, stored or shown on more than one platform. (sqrt is exact by IEEE already.)
#pragma once

namespace sotto {

// e^x within 1 unit in the last place of the true value (2 below 2^-1022, where results are subnormal).
// Exp(-infinity) = 0, Exp(infinity) = infinity, NaN stays NaN; overflow above 709.78, zero below -745.13.
double Exp(double x);

// The natural logarithm within 2 units in the last place. Log(0) = -infinity, Log(infinity) = infinity; NaN for
// negative numbers and for NaN.
double Log(double x);

// 1 / (1 + e^-x), from 0 to 1, without overflow for any x; NaN stays NaN.
double Sigmoid(double x);

}  // namespace sotto
