#include "sotto/vdaf/turbo_shake128.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sotto::vdaf {
namespace {

Bytes Hash(ByteSpan message, uint8_t domain, size_t length) {
  TurboShake128 sponge(domain);
  sponge.Absorb(message);
  Bytes out(length);
  sponge.Squeeze(out);
  return out;
}

// RFC 9861, section 5: M = "", D = 1F.
TEST(TurboShake128, GivesTheRfcsOutputForTheEmptyMessage) {
  EXPECT_EQ(ToHex(Hash({}, 0x1F, 32)), "1e415f1c5983aff2169217277d17bb538cd945a397ddec541f1ce41af2c1b74c");
}

RC_GTEST_PROP(TurboShake128, DoesNotDependOnHowItIsFedOrRead, (Bytes message, uint8_t cut, uint8_t read)) {
  const size_t length = 500;
  TurboShake128 sponge(1);
  const size_t at = message.empty() ? 0 : cut % message.size();
  sponge.Absorb(ByteSpan(message).first(at));
  sponge.Absorb(ByteSpan(message).subspan(at));
  Bytes out(length);
  sponge.Squeeze(std::span(out).first(read));
  sponge.Squeeze(std::span(out).subspan(read));
  RC_ASSERT(out == Hash(message, 1, length));
}

TEST(TurboShake128, TakesMessagesAroundTheRate) {
  // One byte more or less is another message, whichever block the padding falls into.
  Bytes last;
  for (size_t length = TurboShake128::kRate - 2; length <= TurboShake128::kRate + 2; ++length) {
    const Bytes out = Hash(Bytes(length, 0xA5), 1, 32);
    EXPECT_NE(out, last);
    last = out;
  }
}

}  // namespace
}  // namespace sotto::vdaf
