// SumVec: a vector of integers, each from 0 to max_measurement. draft-irtf-cfrg-vdaf-20, section 7.4.3.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sotto/base/result.h"
#include "sotto/vdaf/range_checked_int.h"
#include "sotto/vdaf/types/bit_checks.h"

namespace sotto::vdaf {

template <class F, uint32_t kAlgorithm = 3>
class SumVec {
 public:
  using Field = F;
  using Gadget = BitCheckGadget<F>;
  static constexpr uint32_t kId = kAlgorithm;

  // Preconditions: all above 0, max_measurement < 2^F::kIntegerBits.
  SumVec(size_t length, uint64_t max_measurement, size_t chunk_length)
      : length_(length),
        max_measurement_(max_measurement),
        bits_(RangeCheckedBits(max_measurement)),
        chunk_length_(chunk_length) {}

  Gadget gadget() const { return {chunk_length_}; }
  size_t gadget_calls() const { return BitCheckCalls(meas_len(), chunk_length_); }
  size_t meas_len() const { return length_ * bits_; }
  size_t joint_rand_len() const { return gadget_calls(); }
  size_t output_len() const { return length_; }
  size_t eval_output_len() const { return 1; }
  size_t measurement_len() const { return length_; }

  Status Encode(std::span<const uint64_t> measurement, std::span<F> out) const {
    uint64_t beyond = 0;
    for (const uint64_t value : measurement) beyond |= static_cast<uint64_t>(value > max_measurement_);
    if (beyond != 0) {
      return Error{ErrorCode::kInvalidArgument,
                   "an entry of the measurement is above max_measurement, " + std::to_string(max_measurement_) + ".",
                   ""};
    }
    for (size_t i = 0; i < length_; ++i) {
      EncodeRangeCheckedInt(measurement[i], max_measurement_, out.subspan(i * bits_, bits_));
    }
    return {};
  }

  template <class Call>
  void Eval(std::span<const F> meas, std::span<const F> joint_rand, const F& shares_inverse, Call& call,
            std::span<F> out) const {
    out[0] = CheckBits(meas, joint_rand, chunk_length_, shares_inverse, call);
  }

  void Truncate(std::span<const F> meas, std::span<F> out) const {
    for (size_t i = 0; i < length_; ++i)
      out[i] = DecodeRangeCheckedInt(meas.subspan(i * bits_, bits_), max_measurement_);
  }

 private:
  size_t length_;
  uint64_t max_measurement_;
  size_t bits_;
  size_t chunk_length_;
};

}  // namespace sotto::vdaf
