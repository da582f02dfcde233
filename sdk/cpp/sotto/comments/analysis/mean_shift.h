// Sees when the mean of a series changes, while the series comes in, without knowing mean and spread before.
//
// A two-sided CUSUM (E. Page, "Continuous Inspection Schemes", Biometrika 1954): up = max(0, up + z - k), the same
// downwards, an alarm above h. z is self-starting (D. Hawkins, "Self-Starting Cusum Charts for Location and Scale", The
// Statistician 1987): each value is compared with the mean and spread of those before it, which makes a Student t, and
// that becomes a standard normal by D. Wallace's approximation ("Bounds on Normal Approximations to Student's and the
// Chi-Square Distributions", Annals of Mathematical Statistics 1959). So z are independent standard normals whatever
// the level and spread of the series are, and false alarms are those of the textbook's CUSUM. z is cut at +-4: one odd
// value is no change.
//
// False alarms: D. Siegmund ("Sequential Analysis", 1985) gives a mean of (e^(2kb) - 2kb - 1) / (2k^2), b = h + 1.166,
// values between alarms of one side; for k = 1/2, h = 8 both sides together 9,556. A shift of d standard deviations of
// a value is seen after about b / (d - k) values. It is not seen at all if it comes when fewer values than that are
// known, because by then they have become the mean.
#pragma once

#include <cstdint>
#include <optional>

#include "sotto/base/result.h"

namespace sotto::comments::analysis {

struct MeanShiftOptions {
  double reference = 0.5;  // k > 0: half the shift, in standard deviations, that is to be seen fastest
  double threshold = 8;    // h > 0
  uint32_t warm_up = 6;    // values that are only learnt from, 3 or more
  double least_spread =
      0.1;  // > 0: a series that is calmer than this, per unit of weight, is treated as if it were not
};

struct MeanShift {
  double from_s = 0;      // of the first value after the change, as the CUSUM estimates it
  double detected_s = 0;  // of the value that gave the alarm
  int direction = 0;      // 1 up, -1 down
  double before = 0;      // mean before the change and after it
  double after = 0;
};

class MeanShiftDetector {
 public:
  // Errors: kInvalidArgument for options outside their ranges.
  static Result<MeanShiftDetector> Create(const MeanShiftOptions& options);

  // The next value, of variance proportional to 1 / weight. After an alarm the values since the change are the new
  // normal, and warm up again. Precondition: value finite, weight finite and > 0.
  std::optional<MeanShift> Add(double time_s, double value, double weight);

 private:
  // Weighted mean and sum of squares, updated one by one: D. West, CACM 22 (9), 1979.
  struct Moments {
    uint32_t count = 0;
    double weight = 0;
    double mean = 0;
    double squares = 0;
    void Add(double value, double weight_of_value);
  };
  // One side of the CUSUM and the values since it was 0.
  struct Side {
    double sum = 0;
    double from_s = 0;
    Moments since;
    void Add(double step, double time_s, double value, double weight);
  };

  explicit MeanShiftDetector(const MeanShiftOptions& options) : options_(options) {}
  double Standardised(double value, double weight) const;

  MeanShiftOptions options_;
  Moments normal_;
  Side up_;
  Side down_;
};

}  // namespace sotto::comments::analysis
