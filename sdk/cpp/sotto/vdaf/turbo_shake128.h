// TurboSHAKE128 (RFC 9861, section 2): an extendable-output function over Keccak-p[1600, 12] with a rate of 168 bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "sotto/base/bytes.h"

namespace sotto::vdaf {

// Twelve rounds of Keccak: the last twelve of Keccak-f[1600] (FIPS 202, section 3.4).
void KeccakP1600Rounds12(std::array<uint64_t, 25>& state);

// Absorb the message in any pieces, then squeeze in any pieces. Constant time in what is absorbed, as far as its length
// is public.
class TurboShake128 {
 public:
  static constexpr size_t kRate = 168;

  // domain: the separation byte D, 0x01 to 0x7F.
  explicit TurboShake128(uint8_t domain) : domain_(domain) {}

  // Precondition: nothing was squeezed yet.
  void Absorb(ByteSpan bytes);
  void Squeeze(std::span<uint8_t> out);

 private:
  std::array<uint64_t, 25> state_{};
  size_t position_ = 0;  // in the rate: bytes absorbed, later bytes squeezed
  uint8_t domain_;
  bool squeezing_ = false;
};

}  // namespace sotto::vdaf
