// Temperatures: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, section 4.2. What they are fitted
// on must not be what the table was fitted to.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::comments {

// z of one text in the columns of a head, and the label that is true. With one column: two-way, label 1 where it holds.
struct Scored {
  std::vector<double> z;
  uint32_t label;
};

// The temperature, 2^-10 to 2^10, under which the labels are likeliest.
// Errors: kInvalidArgument if there is no text, or if no temperature is best (all verdicts right, or no better than
// chance).
Result<float> FitTemperature(std::span<const Scored> texts);

// For a two-way column whose share of positives differs between training and use: z is judged as temperature * (z +
// shift). J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999. The likelihood is concave in
// (temperature, temperature * shift): maximised by turns. Errors: as above; texts have one column.
struct ScaleAndShift {
  float temperature = 1;
  float shift = 0;
};
Result<ScaleAndShift> FitScaleAndShift(std::span<const Scored> texts);

}  // namespace sotto::comments
