// Histogram: one of `length` buckets. draft-irtf-cfrg-vdaf-20, section 7.4.4.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sotto/base/result.h"
#include "sotto/vdaf/types/bit_checks.h"

namespace sotto::vdaf {

template <class F>
class Histogram {
 public:
  using Field = F;
  using Gadget = BitCheckGadget<F>;
  static constexpr uint32_t kId = 4;

  // Preconditions: both above 0.
  Histogram(size_t length, size_t chunk_length) : length_(length), chunk_length_(chunk_length) {}

  Gadget gadget() const { return {chunk_length_}; }
  size_t gadget_calls() const { return BitCheckCalls(length_, chunk_length_); }
  size_t meas_len() const { return length_; }
  size_t joint_rand_len() const { return gadget_calls(); }
  size_t output_len() const { return length_; }
  size_t eval_output_len() const { return 2; }
  size_t measurement_len() const { return 1; }

  Status Encode(std::span<const uint64_t> measurement, std::span<F> out) const {
    if (measurement[0] >= length_) {
      return Error{ErrorCode::kInvalidArgument,
                   "the measurement is no bucket of a histogram of " + std::to_string(length_) + ".", ""};
    }
    for (size_t i = 0; i < length_; ++i) {
      const uint64_t difference = measurement[0] ^ i;  // below 2^63
      out[i] = F::FromInteger((difference - 1) >> 63);
    }
    return {};
  }

  template <class Call>
  void Eval(std::span<const F> meas, std::span<const F> joint_rand, const F& shares_inverse, Call& call,
            std::span<F> out) const {
    out[0] = CheckBits(meas, joint_rand, chunk_length_, shares_inverse, call);
    F sum_check = -shares_inverse;
    for (const F& bucket : meas) sum_check += bucket;
    out[1] = sum_check;
  }

  void Truncate(std::span<const F> meas, std::span<F> out) const {
    for (size_t i = 0; i < length_; ++i) out[i] = meas[i];
  }

 private:
  size_t length_;
  size_t chunk_length_;
};

}  // namespace sotto::vdaf
