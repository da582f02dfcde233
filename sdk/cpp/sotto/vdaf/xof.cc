#include "sotto/vdaf/xof.h"

namespace sotto::vdaf {

XofTurboShake128::XofTurboShake128(ByteSpan seed, ByteSpan dst, ByteSpan binder) {
  const std::array<uint8_t, 2> dst_length = {static_cast<uint8_t>(dst.size()), static_cast<uint8_t>(dst.size() >> 8)};
  const std::array<uint8_t, 1> seed_length = {static_cast<uint8_t>(seed.size())};
  sponge_.Absorb(dst_length);
  sponge_.Absorb(dst);
  sponge_.Absorb(seed_length);
  sponge_.Absorb(seed);
  sponge_.Absorb(binder);
}

}  // namespace sotto::vdaf
