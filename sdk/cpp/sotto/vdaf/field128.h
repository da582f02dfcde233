// Field128: the integers modulo p = 2^128 - 28 * 2^64 + 1. draft-irtf-cfrg-vdaf-20, section 6.1.3, table 3.
//
// Elements are kept in Montgomery's form, x * 2^128 mod p, as two limbs of 64 bits (P. Montgomery, "Modular
// Multiplication Without Trial Division", Math. Comp. 44 (1985)). The low limb of p is 1, so the factor of a
// reduction's step is the negated limb itself, and its product with p is a shift and a product with 28. No operation
// branches on a value or looks one up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sotto/vdaf/wide.h"

namespace sotto::vdaf {

class Field128 {
 public:
  static constexpr uint64_t kModulusLow = 1;
  static constexpr uint64_t kModulusHigh = 0xFFFFFFFFFFFFFFE4;  // 2^64 - 28
  static constexpr size_t kEncodedSize = 16;
  static constexpr int kLogGenOrder = 66;  // GEN_ORDER is 2^66
  static constexpr int kIntegerBits = 62;  // as Field64's: sums are read as 64-bit integers

  constexpr Field128() = default;
  static Field128 FromInteger(uint64_t integer) { return Field128(integer, 0) * kSquaredR; }
  // Precondition: -2^kIntegerBits < integer < 2^kIntegerBits. A negative one is that far below p.
  static Field128 FromSigned(int64_t integer) {
    constexpr uint64_t kShift = uint64_t{1} << kIntegerBits;
    return FromInteger(static_cast<uint64_t>(integer) + kShift) - FromInteger(kShift);
  }

  // Whether the kEncodedSize bytes, little-endian, are an element; `out` is one in any case.
  static bool Decode(const uint8_t* bytes, Field128& out) {
    const uint64_t low = LoadLittleEndian(bytes);
    const uint64_t high = LoadLittleEndian(bytes + 8);
    const Field128 value = Reduced(low, high, 0);
    out = value * kSquaredR;
    return ((value.low_ ^ low) | (value.high_ ^ high)) == 0;
  }
  void Encode(uint8_t* bytes) const {
    const Wide integer = Integer();
    StoreLittleEndian(integer.low, bytes);
    StoreLittleEndian(integer.high, bytes + 8);
  }

  // Encode(Decode(a) + Decode(b)) into `sum`, and whether both are elements; if not, `sum` is some bytes. Adding is the
  // same in either form, so that nothing is converted.
  static bool AddEncoded(const uint8_t* a, const uint8_t* b, uint8_t* sum) {
    const Field128 first(LoadLittleEndian(a), LoadLittleEndian(a + 8));
    const Field128 second(LoadLittleEndian(b), LoadLittleEndian(b + 8));
    const Field128 total = first + second;
    StoreLittleEndian(total.low_, sum);
    StoreLittleEndian(total.high_, sum + 8);
    return (first.BelowModulus() & second.BelowModulus()) != 0;
  }

  // The representative from 0 to p - 1.
  Wide Integer() const {
    const Field128 plain = Redc({low_, high_, 0, 0});
    return {plain.low_, plain.high_};
  }

  friend Field128 operator+(Field128 a, Field128 b) {
    uint64_t carry = 0;
    const uint64_t low = AddCarry(a.low_, b.low_, carry);
    const uint64_t high = AddCarry(a.high_, b.high_, carry);
    return Reduced(low, high, carry);
  }
  friend Field128 operator-(Field128 a, Field128 b) {
    uint64_t borrow = 0;
    const uint64_t low = SubtractBorrow(a.low_, b.low_, borrow);
    const uint64_t high = SubtractBorrow(a.high_, b.high_, borrow);
    const uint64_t mask = MaskIf(borrow != 0);
    uint64_t carry = 0;
    const uint64_t sum = AddCarry(low, mask & kModulusLow, carry);
    return {sum, high + (mask & kModulusHigh) + carry};
  }
  Field128 operator-() const { return Field128() - *this; }
  friend Field128 operator*(Field128 a, Field128 b) {
    return Redc(Multiply(Wide{a.low_, a.high_}, Wide{b.low_, b.high_}));
  }
  Field128& operator+=(Field128 other) { return *this = *this + other; }
  Field128& operator-=(Field128 other) { return *this = *this - other; }
  Field128& operator*=(Field128 other) { return *this = *this * other; }
  friend bool operator==(Field128 a, Field128 b) { return ((a.low_ ^ b.low_) | (a.high_ ^ b.high_)) == 0; }

  // A sum of products, reduced once at the end.
  class SumOfProducts {
   public:
    // At most 2^63 times.
    void Add(Field128 a, Field128 b) {
      const Limbs4 product = Multiply(Wide{a.low_, a.high_}, Wide{b.low_, b.high_});
      uint64_t carry = 0;
      sum_.t0 = AddCarry(sum_.t0, product.t0, carry);
      sum_.t1 = AddCarry(sum_.t1, product.t1, carry);
      sum_.t2 = AddCarry(sum_.t2, product.t2, carry);
      sum_.t3 = AddCarry(sum_.t3, product.t3, carry);
      overflow_ += carry;
    }
    // What is above 2^256 comes to its product with 2^128 after the reduction, which is its Montgomery form.
    Field128 Value() const {
      const Field128 low = Redc(sum_);  // below 2^128, because the sum of limbs is below 2^256
      return Reduced(low.low_, low.high_, 0) + FromInteger(overflow_);
    }

   private:
    Limbs4 sum_{0, 0, 0, 0};
    uint64_t overflow_ = 0;
  };

  // A generator of the subgroup of order 2^kLogGenOrder: 7^(2^62 - 7).
  static Field128 Generator();
  // Public exponents alone: their bits are branched upon.
  Field128 Power(Wide exponent) const;
  Field128 Power(uint64_t exponent) const { return Power(Wide{exponent, 0}); }
  // x^(p - 2): the inverse, and 0 of 0.
  Field128 Inverse() const { return Power(Wide{~uint64_t{0}, kModulusHigh - 1}); }

 private:
  static const Field128 kSquaredR;  // 2^256 mod p: of a product with it, Redc leaves Montgomery's form

  constexpr Field128(uint64_t low, uint64_t high) : low_(low), high_(high) {}

  // (low, high) + carry * 2^128 below 2 p, minus p if it is not below p.
  static Field128 Reduced(uint64_t low, uint64_t high, uint64_t carry) {
    uint64_t borrow = 0;
    const uint64_t less_low = SubtractBorrow(low, kModulusLow, borrow);
    const uint64_t less_high = SubtractBorrow(high, kModulusHigh, borrow);
    const uint64_t keep = MaskIf((borrow & (carry ^ 1)) != 0);  // where it was below p
    return {(low & keep) | (less_low & ~keep), (high & keep) | (less_high & ~keep)};
  }

  // 1 or 0.
  uint64_t BelowModulus() const {
    uint64_t borrow = 0;
    SubtractBorrow(low_, kModulusLow, borrow);
    SubtractBorrow(high_, kModulusHigh, borrow);
    return borrow;
  }

  // t / 2^128 mod p of t < 2^128 p, limb by limb: t - t0 p has a low limb of 0, because that of p is 1, and
  // t0 p = t0 + 2^64 (2^64 t0 - 28 t0). What is left after both limbs is above -p and below p.
  static Field128 Redc(Limbs4 t) {
    const uint64_t below_zero = FoldLimb(t.t0, t.t1, t.t2, t.t3);
    uint64_t sign = MaskIf(below_zero != 0);
    FoldLimb(t.t1, t.t2, t.t3, sign);
    uint64_t carry = 0;
    const uint64_t low = AddCarry(t.t2, sign & kModulusLow, carry);
    return {low, t.t3 + (sign & kModulusHigh) + carry};
  }

  // (next, after, last) -= 2^64 limb - 28 limb. Gives the borrow.
  static uint64_t FoldLimb(uint64_t limb, uint64_t& next, uint64_t& after, uint64_t& last) {
    const Wide times28 = Multiply(limb, 28);
    next += times28.low;
    // Never below zero: the high half of 28 times the limb, and a carry, are less than it, or all are zero.
    const uint64_t taken = limb - times28.high - static_cast<uint64_t>(next < times28.low);
    const uint64_t borrow = static_cast<uint64_t>(after < taken);
    after -= taken;
    const uint64_t out = static_cast<uint64_t>(last < borrow);
    last -= borrow;
    return out;
  }

  uint64_t low_ = 0;
  uint64_t high_ = 0;
};

// 2^128 = 28 * 2^64 - 1, and its square is 784 * 2^128 - 56 * 2^64 + 1 = (784 * 28 - 56) * 2^64 - 783.
inline constexpr Field128 Field128::kSquaredR{~uint64_t{0} - 782, 784 * 28 - 57};

inline Field128 Field128::Power(Wide exponent) const {
  Field128 result = FromInteger(1);
  for (int bit = 127; bit >= 0; --bit) {
    result *= result;
    if (((bit < 64 ? exponent.low >> bit : exponent.high >> (bit - 64)) & 1) != 0) result *= *this;
  }
  return result;
}

inline Field128 Field128::Generator() {
  return FromInteger(7).Power((uint64_t{1} << 62) - 7);
}

}  // namespace sotto::vdaf
