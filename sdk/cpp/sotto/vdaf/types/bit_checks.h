// That many elements are 0 or 1, by calls of ParallelSum<Mul>: the part that SumVec, Histogram and MultihotCountVec
// share. draft-irtf-cfrg-vdaf-20, section 7.4.3.
//
// For call i with the joint randomness r = joint_rand[i], the chunk's elements x_1, x_2, ... give the sum of
// r^j x_j (x_j - 1), which is zero for all r only if each is 0 or 1. Past the end of `meas` elements count as zero.
#pragma once

#include <cstddef>
#include <span>

#include "sotto/vdaf/gadgets.h"

namespace sotto::vdaf {

template <class F>
using BitCheckGadget = ParallelSum<F, Mul<F>>;

inline size_t BitCheckCalls(size_t length, size_t chunk_length) {
  return (length - 1) / chunk_length + 1;
}

template <class F, class Call>
F CheckBits(std::span<const F> meas, std::span<const F> joint_rand, size_t chunk_length, const F& shares_inverse,
            Call& call) {
  F sum;
  for (size_t i = 0; i < joint_rand.size(); ++i) {
    const F r = joint_rand[i];
    const std::span<F> inputs = call.inputs();
    F power = r;
    for (size_t j = 0; j < chunk_length; ++j) {
      const size_t index = i * chunk_length + j;
      const F element = index < meas.size() ? meas[index] : F();
      inputs[2 * j] = power * element;
      inputs[2 * j + 1] = element - shares_inverse;
      power *= r;
    }
    sum += call();
  }
  return sum;
}

}  // namespace sotto::vdaf
