// The fields against slow arithmetic that is plain to see: products by doubling and adding.
#include "sotto/vdaf/field128.h"
#include "sotto/vdaf/field64.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <vector>

namespace sotto::vdaf {
namespace {

__extension__ using Uint128 = unsigned __int128;

template <class F>
constexpr Uint128 kPrime = 0;
template <>
constexpr Uint128 kPrime<Field64> = Uint128{0xFFFFFFFF00000001};
template <>
constexpr Uint128 kPrime<Field128> = (Uint128{0xFFFFFFFFFFFFFFE4} << 64) | 1;

template <class F>
Uint128 SlowSum(Uint128 a, Uint128 b) {
  return a >= kPrime<F> - b ? a - (kPrime<F> - b) : a + b;
}

template <class F>
Uint128 SlowProduct(Uint128 a, Uint128 b) {
  Uint128 product = 0;
  for (int bit = 127; bit >= 0; --bit) {
    product = SlowSum<F>(product, product);
    if ((b >> bit) & 1) product = SlowSum<F>(product, a);
  }
  return product;
}

template <class F>
F Element(Uint128 integer) {
  std::array<uint8_t, 16> bytes{};
  for (size_t i = 0; i < 16; ++i) bytes[i] = static_cast<uint8_t>(integer >> (8 * i));
  F element;
  EXPECT_TRUE(F::Decode(bytes.data(), element));
  return element;
}

template <class F>
Uint128 Integer(const F& element) {
  const Wide wide = element.Integer();
  return (Uint128{wide.high} << 64) | wide.low;
}

// Uniform ones, and many at the edges of limbs and of the field.
template <class F>
rc::Gen<Uint128> AnyInteger() {
  return rc::gen::map(
      rc::gen::tuple(rc::gen::arbitrary<uint64_t>(), rc::gen::arbitrary<uint64_t>(), rc::gen::inRange(0, 8)),
      [](const std::tuple<uint64_t, uint64_t, int>& drawn) {
        const auto [low, high, kind] = drawn;
        const Uint128 small = low % 64;
        switch (kind) {
          case 0:
            return small % kPrime<F>;
          case 1:
            return kPrime<F> - 1 - small;
          case 2:
            return ((Uint128{high} << 64) + small) % kPrime<F>;
          case 3:
            return ((Uint128{high} << 64) - 1 - small) % kPrime<F>;
          case 4:
            return (Uint128{low} << 32) % kPrime<F>;
          default:
            return ((Uint128{high} << 64) | low) % kPrime<F>;
        }
      });
}

template <class F>
void CheckArithmetic() {
  const Uint128 a = *AnyInteger<F>();
  const Uint128 b = *AnyInteger<F>();
  const F x = Element<F>(a);
  const F y = Element<F>(b);
  RC_ASSERT(Integer(x) == a);
  RC_ASSERT(Integer(x + y) == SlowSum<F>(a, b));
  RC_ASSERT(Integer(x - y) == SlowSum<F>(a, b == 0 ? 0 : kPrime<F> - b));
  RC_ASSERT(Integer(-x) == (a == 0 ? 0 : kPrime<F> - a));
  RC_ASSERT(Integer(x * y) == SlowProduct<F>(a, b));
  RC_ASSERT((x == y) == (a == b));
}

RC_GTEST_PROP(Field64, AgreesWithSlowArithmetic, ()) {
  CheckArithmetic<Field64>();
}
RC_GTEST_PROP(Field128, AgreesWithSlowArithmetic, ()) {
  CheckArithmetic<Field128>();
}

// Any integer that an encoding's bytes can have, with many about the modulus.
template <class F>
rc::Gen<Uint128> AnyEncoded() {
  constexpr Uint128 kMask = F::kEncodedSize == 8 ? Uint128{~uint64_t{0}} : ~Uint128{0};
  return rc::gen::oneOf(
      AnyInteger<F>(), AnyInteger<F>(), rc::gen::map(AnyInteger<F>(), [](Uint128 value) { return ~value & kMask; }),
      rc::gen::map(rc::gen::inRange<uint64_t>(0, 8), [](uint64_t value) { return (kPrime<F> + value) & kMask; }));
}

template <class F>
void CheckSumOfEncodings() {
  using Encoded = std::array<uint8_t, F::kEncodedSize>;
  const auto encoded = [](Uint128 integer) {
    Encoded bytes{};
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(integer >> (8 * i));
    return bytes;
  };
  const Encoded a = encoded(*AnyEncoded<F>());
  const Encoded b = encoded(*AnyEncoded<F>());
  F x;
  F y;
  const bool first = F::Decode(a.data(), x);
  const bool second = F::Decode(b.data(), y);
  Encoded sum{};
  RC_ASSERT(F::AddEncoded(a.data(), b.data(), sum.data()) == (first && second));
  if (!first || !second) return;
  Encoded expected{};
  (x + y).Encode(expected.data());
  RC_ASSERT(sum == expected);
  Encoded in_place = a;
  RC_ASSERT(F::AddEncoded(in_place.data(), b.data(), in_place.data()));
  RC_ASSERT(in_place == expected);
}

RC_GTEST_PROP(Field64, AddsEncodingsAsItAddsWhatTheyEncode, ()) {
  CheckSumOfEncodings<Field64>();
}
RC_GTEST_PROP(Field128, AddsEncodingsAsItAddsWhatTheyEncode, ()) {
  CheckSumOfEncodings<Field128>();
}

template <class F>
void CheckInverse() {
  const Uint128 a = *rc::gen::suchThat(AnyInteger<F>(), [](Uint128 value) { return value != 0; });
  RC_ASSERT(Element<F>(a) * Element<F>(a).Inverse() == F::FromInteger(1));
}

RC_GTEST_PROP(Field64, HasInverses, ()) {
  CheckInverse<Field64>();
}
RC_GTEST_PROP(Field128, HasInverses, ()) {
  CheckInverse<Field128>();
}

template <class F>
class Field : public ::testing::Test {};
using Fields = ::testing::Types<Field64, Field128>;
TYPED_TEST_SUITE(Field, Fields);

TYPED_TEST(Field, RefusesEncodingsFromTheModulusUp) {
  constexpr size_t kSize = TypeParam::kEncodedSize;
  const auto decodes = [](Uint128 integer) {
    std::array<uint8_t, kSize> bytes{};
    for (size_t i = 0; i < kSize; ++i) bytes[i] = static_cast<uint8_t>(integer >> (8 * i));
    TypeParam element;
    return TypeParam::Decode(bytes.data(), element);
  };
  const Uint128 largest = kSize == 8 ? Uint128{~uint64_t{0}} : ~Uint128{0};
  EXPECT_TRUE(decodes(0));
  EXPECT_TRUE(decodes(kPrime<TypeParam> - 1));
  EXPECT_FALSE(decodes(kPrime<TypeParam>));
  EXPECT_FALSE(decodes(kPrime<TypeParam> + 1));
  EXPECT_FALSE(decodes(largest));
}

TYPED_TEST(Field, EncodesWhatItDecoded) {
  std::array<uint8_t, 16> bytes{};
  for (size_t i = 0; i < TypeParam::kEncodedSize; ++i) bytes[i] = static_cast<uint8_t>(0x11 * i + 1);
  TypeParam element;
  ASSERT_TRUE(TypeParam::Decode(bytes.data(), element));
  std::array<uint8_t, 16> encoded{};
  element.Encode(encoded.data());
  EXPECT_EQ(encoded, bytes);
}

TYPED_TEST(Field, HasAGeneratorOfExactlyTheStatedOrder) {
  TypeParam power = TypeParam::Generator();
  for (int i = 0; i + 1 < TypeParam::kLogGenOrder; ++i) power *= power;
  EXPECT_FALSE(power == TypeParam::FromInteger(1));
  EXPECT_TRUE(power == -TypeParam::FromInteger(1));
}

TYPED_TEST(Field, PutsNegativeIntegersBelowTheModulus) {
  EXPECT_TRUE(TypeParam::FromSigned(-5) + TypeParam::FromInteger(5) == TypeParam());
  EXPECT_EQ(Integer(TypeParam::FromSigned(-1)), kPrime<TypeParam> - 1);
  EXPECT_EQ(Integer(TypeParam::FromSigned((int64_t{1} << 62) - 1)), (Uint128{1} << 62) - 1);
  EXPECT_EQ(Integer(TypeParam::FromSigned(1 - (int64_t{1} << 62))), kPrime<TypeParam> + 1 - (Uint128{1} << 62));
}

TYPED_TEST(Field, TakesIntegersOf64Bits) {
  EXPECT_EQ(Integer(TypeParam::FromInteger(~uint64_t{0})), Uint128{~uint64_t{0}} % kPrime<TypeParam>);
}

}  // namespace
}  // namespace sotto::vdaf
