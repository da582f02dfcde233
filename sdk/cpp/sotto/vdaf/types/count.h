// Count: one bit. draft-irtf-cfrg-vdaf-20, section 7.4.1.
#pragma once

#include <cstdint>
#include <span>

#include "sotto/base/result.h"
#include "sotto/vdaf/gadgets.h"

namespace sotto::vdaf {

template <class F>
class Count {
 public:
  using Field = F;
  using Gadget = Mul<F>;
  static constexpr uint32_t kId = 1;

  Gadget gadget() const { return {}; }
  size_t gadget_calls() const { return 1; }
  size_t meas_len() const { return 1; }
  size_t joint_rand_len() const { return 0; }
  size_t output_len() const { return 1; }
  size_t eval_output_len() const { return 1; }
  size_t measurement_len() const { return 1; }

  Status Encode(std::span<const uint64_t> measurement, std::span<F> out) const {
    if (measurement[0] > 1) {
      return Error{ErrorCode::kInvalidArgument, "the measurement of Count is neither 0 nor 1.", ""};
    }
    out[0] = F::FromInteger(measurement[0]);
    return {};
  }

  template <class Call>
  void Eval(std::span<const F> meas, std::span<const F>, const F&, Call& call, std::span<F> out) const {
    const std::span<F> inputs = call.inputs();
    inputs[0] = inputs[1] = meas[0];
    out[0] = call() - meas[0];
  }

  void Truncate(std::span<const F> meas, std::span<F> out) const { out[0] = meas[0]; }
};

}  // namespace sotto::vdaf
