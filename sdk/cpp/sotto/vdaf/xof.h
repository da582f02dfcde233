// XofTurboShake128: seeds into bytes and field elements. draft-irtf-cfrg-vdaf-20, section 6.2.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/vdaf/turbo_shake128.h"

namespace sotto::vdaf {

class XofTurboShake128 {
 public:
  static constexpr size_t kSeedSize = 32;
  using Seed = std::array<uint8_t, kSeedSize>;

  // Preconditions: dst is below 2^16 bytes, seed below 2^8. More of the binder may be absorbed until the first read.
  XofTurboShake128(ByteSpan seed, ByteSpan dst, ByteSpan binder);
  void AbsorbBinder(ByteSpan more) { sponge_.Absorb(more); }

  // The next bytes of the stream.
  void Next(std::span<uint8_t> out) { sponge_.Squeeze(out); }

  // derive_seed().
  Seed DeriveSeed() {
    Seed seed;
    Next(seed);
    return seed;
  }

  // next_vec(): the next elements, by rejection of encodings that are none. That one was rejected tells nothing of
  // those that were not.
  template <class F>
  void NextVec(std::span<F> out) {
    std::array<uint8_t, 8 * TurboShake128::kRate> block;  // whole elements of either field
    for (size_t filled = 0; filled < out.size();) {
      const size_t wanted = (out.size() - filled) * F::kEncodedSize;
      const std::span<uint8_t> bytes = std::span(block).first(wanted < block.size() ? wanted : block.size());
      Next(bytes);
      for (size_t at = 0; at < bytes.size(); at += F::kEncodedSize) {
        if (F::Decode(&bytes[at], out[filled])) ++filled;
      }
    }
  }

  // expand_into_vec().
  template <class F>
  static std::vector<F> ExpandIntoVec(ByteSpan seed, ByteSpan dst, ByteSpan binder, size_t length) {
    std::vector<F> out(length);
    XofTurboShake128(seed, dst, binder).NextVec(std::span<F>(out));
    return out;
  }

 private:
  TurboShake128 sponge_{1};
};

}  // namespace sotto::vdaf
