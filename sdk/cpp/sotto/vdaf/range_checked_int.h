// An integer from 0 to max_measurement as field elements that a proof needs to show only to be 0 or 1.
// draft-irtf-cfrg-vdaf-20, section 7.4.2, encode_range_checked_int() and decode_range_checked_int().
//
// All weights but the last are powers of two; the last makes the sum of all max_measurement, so nothing above can be
// written.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sotto::vdaf {

// How many elements. Precondition: max_measurement > 0.
inline size_t RangeCheckedBits(uint64_t max_measurement) {
  return static_cast<size_t>(std::bit_width(max_measurement));
}

// Precondition: value <= max_measurement, out.size() == RangeCheckedBits(max_measurement). Does not branch on value.
template <class F>
void EncodeRangeCheckedInt(uint64_t value, uint64_t max_measurement, std::span<F> out) {
  const size_t bits = out.size();
  const uint64_t rest_all_ones = (uint64_t{1} << (bits - 1)) - 1;
  const uint64_t last_weight = max_measurement - rest_all_ones;
  // The sign of rest_all_ones - value; both are below 2^63.
  const uint64_t last = (rest_all_ones - value) >> 63;
  const uint64_t rest = value - ((~last + 1) & last_weight);
  for (size_t bit = 0; bit + 1 < bits; ++bit) out[bit] = F::FromInteger((rest >> bit) & 1);
  out[bits - 1] = F::FromInteger(last);
}

// Linear, so it also turns a share of the encoding into a share of the integer.
template <class F>
F DecodeRangeCheckedInt(std::span<const F> encoded, uint64_t max_measurement) {
  const size_t bits = encoded.size();
  const uint64_t rest_all_ones = (uint64_t{1} << (bits - 1)) - 1;
  // Doubling costs less than a product with each power of two.
  F decoded;
  for (size_t bit = bits - 1; bit-- > 0;) decoded = decoded + decoded + encoded[bit];
  return decoded + F::FromInteger(max_measurement - rest_all_ones) * encoded[bits - 1];
}

}  // namespace sotto::vdaf
