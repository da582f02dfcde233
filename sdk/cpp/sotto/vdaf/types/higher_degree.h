// The draft's test circuit with a gadget of degree three: x (x - 1) (x - 2) = 0. Only for its vectors (poc/tests); no
// task uses it.
#pragma once

#include <cstdint>
#include <span>

#include "sotto/base/result.h"
#include "sotto/vdaf/gadgets.h"

namespace sotto::vdaf {

template <class F>
class HigherDegree {
 public:
  using Field = F;
  using Gadget = PolyEval<F, 0, 2, -3, 1>;
  static constexpr uint32_t kId = 0xFFFFFFFF;

  Gadget gadget() const { return {}; }
  size_t gadget_calls() const { return 1; }
  size_t meas_len() const { return 1; }
  size_t joint_rand_len() const { return 0; }
  size_t output_len() const { return 1; }
  size_t eval_output_len() const { return 1; }
  size_t measurement_len() const { return 1; }

  Status Encode(std::span<const uint64_t> measurement, std::span<F> out) const {
    if (measurement[0] > 2) return Error{ErrorCode::kInvalidArgument, "the measurement is not 0, 1 or 2.", ""};
    out[0] = F::FromInteger(measurement[0]);
    return {};
  }

  template <class Call>
  void Eval(std::span<const F> meas, std::span<const F>, const F&, Call& call, std::span<F> out) const {
    call.inputs()[0] = meas[0];
    out[0] = call();
  }

  void Truncate(std::span<const F> meas, std::span<F> out) const { out[0] = meas[0]; }
};

}  // namespace sotto::vdaf
