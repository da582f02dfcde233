// MultihotCountVec: a vector of bits of which at most max_weight are 1. draft-irtf-cfrg-vdaf-20, section 7.4.5.
#pragma once

#include <cstdint>
#include <span>

#include "sotto/base/result.h"
#include "sotto/vdaf/range_checked_int.h"
#include "sotto/vdaf/types/bit_checks.h"

namespace sotto::vdaf {

template <class F>
class MultihotCountVec {
 public:
  using Field = F;
  using Gadget = BitCheckGadget<F>;
  static constexpr uint32_t kId = 5;

  // Preconditions: all above 0, max_weight <= length.
  MultihotCountVec(size_t length, uint64_t max_weight, size_t chunk_length)
      : length_(length),
        max_weight_(max_weight),
        bits_for_weight_(RangeCheckedBits(max_weight)),
        chunk_length_(chunk_length) {}

  Gadget gadget() const { return {chunk_length_}; }
  size_t gadget_calls() const { return BitCheckCalls(meas_len(), chunk_length_); }
  size_t meas_len() const { return length_ + bits_for_weight_; }
  size_t joint_rand_len() const { return gadget_calls(); }
  size_t output_len() const { return length_; }
  size_t eval_output_len() const { return 2; }
  size_t measurement_len() const { return length_; }

  Status Encode(std::span<const uint64_t> measurement, std::span<F> out) const {
    uint64_t weight = 0;
    uint64_t beyond = 0;
    for (size_t i = 0; i < length_; ++i) {
      beyond |= measurement[i] >> 1;
      weight += measurement[i] & 1;
      out[i] = F::FromInteger(measurement[i] & 1);
    }
    if (beyond != 0 || weight > max_weight_) {
      return Error{ErrorCode::kInvalidArgument, "the measurement is not of bits of which at most max_weight are 1.",
                   ""};
    }
    EncodeRangeCheckedInt(weight, max_weight_, out.subspan(length_));
    return {};
  }

  template <class Call>
  void Eval(std::span<const F> meas, std::span<const F> joint_rand, const F& shares_inverse, Call& call,
            std::span<F> out) const {
    out[0] = CheckBits(meas, joint_rand, chunk_length_, shares_inverse, call);
    F weight;
    for (const F& bit : meas.first(length_)) weight += bit;
    out[1] = weight - DecodeRangeCheckedInt(meas.subspan(length_), max_weight_);
  }

  void Truncate(std::span<const F> meas, std::span<F> out) const {
    for (size_t i = 0; i < length_; ++i) out[i] = meas[i];
  }

 private:
  size_t length_;
  uint64_t max_weight_;
  size_t bits_for_weight_;
  size_t chunk_length_;
};

}  // namespace sotto::vdaf
