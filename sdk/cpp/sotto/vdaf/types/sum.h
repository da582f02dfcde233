// Sum: one integer from 0 to max_measurement. draft-irtf-cfrg-vdaf-20, section 7.4.2.
#pragma once

#include <cstdint>
#include <span>

#include "sotto/base/result.h"
#include "sotto/vdaf/gadgets.h"
#include "sotto/vdaf/range_checked_int.h"

namespace sotto::vdaf {

template <class F>
class Sum {
 public:
  using Field = F;
  using Gadget = PolyEval<F, 0, -1, 1>;
  static constexpr uint32_t kId = 2;

  // Precondition: 0 < max_measurement < 2^F::kIntegerBits.
  explicit Sum(uint64_t max_measurement)
      : max_measurement_(max_measurement), bits_(RangeCheckedBits(max_measurement)) {}

  Gadget gadget() const { return {}; }
  size_t gadget_calls() const { return bits_; }
  size_t meas_len() const { return bits_; }
  size_t joint_rand_len() const { return 0; }
  size_t output_len() const { return 1; }
  size_t eval_output_len() const { return bits_; }
  size_t measurement_len() const { return 1; }

  Status Encode(std::span<const uint64_t> measurement, std::span<F> out) const {
    if (measurement[0] > max_measurement_) {
      return Error{ErrorCode::kInvalidArgument, "the measurement of Sum is above max_measurement.", ""};
    }
    EncodeRangeCheckedInt(measurement[0], max_measurement_, out);
    return {};
  }

  template <class Call>
  void Eval(std::span<const F> meas, std::span<const F>, const F&, Call& call, std::span<F> out) const {
    for (size_t i = 0; i < bits_; ++i) {
      call.inputs()[0] = meas[i];
      out[i] = call();
    }
  }

  void Truncate(std::span<const F> meas, std::span<F> out) const {
    out[0] = DecodeRangeCheckedInt(meas, max_measurement_);
  }

 private:
  uint64_t max_measurement_;
  size_t bits_;
};

}  // namespace sotto::vdaf
