// Field64: the integers modulo p = 2^64 - 2^32 + 1. draft-irtf-cfrg-vdaf-20, section 6.1.3, table 3.
//
// Elements are kept as they are encoded, below p: 2^64 = 2^32 - 1 (mod p) makes reduction a few additions, so there is
// nothing to gain from Montgomery's form here. No operation branches on a value or looks one up.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sotto/vdaf/wide.h"

namespace sotto::vdaf {

class Field64 {
 public:
  static constexpr uint64_t kModulus = 0xFFFFFFFF00000001;
  static constexpr size_t kEncodedSize = 8;
  static constexpr int kLogGenOrder = 32;  // GEN_ORDER is 2^32
  static constexpr int kIntegerBits = 62;  // integers of so many bits, and sums of them, can be told from negative ones

  constexpr Field64() = default;
  // The integer modulo p.
  static Field64 FromInteger(uint64_t integer) { return Field64(integer - (MaskIf(integer >= kModulus) & kModulus)); }
  // Precondition: -2^kIntegerBits < integer < 2^kIntegerBits. A negative one is that far below p.
  static Field64 FromSigned(int64_t integer) {
    constexpr uint64_t kShift = uint64_t{1} << kIntegerBits;
    return FromInteger(static_cast<uint64_t>(integer) + kShift) - FromInteger(kShift);
  }

  // Whether the kEncodedSize bytes, little-endian, are an element; `out` is one in any case.
  static bool Decode(const uint8_t* bytes, Field64& out) {
    const uint64_t value = LoadLittleEndian(bytes);
    out = FromInteger(value);
    return value < kModulus;
  }
  void Encode(uint8_t* bytes) const { StoreLittleEndian(value_, bytes); }

  // Encode(Decode(a) + Decode(b)) into `sum`, and whether both are elements; if not, `sum` is some bytes.
  static bool AddEncoded(const uint8_t* a, const uint8_t* b, uint8_t* sum) {
    const uint64_t first = LoadLittleEndian(a);
    const uint64_t second = LoadLittleEndian(b);
    Sum(first, second).Encode(sum);
    return static_cast<bool>(static_cast<int>(first < kModulus) & static_cast<int>(second < kModulus));
  }

  // The representative from 0 to p - 1, as low and high half (0 here).
  Wide Integer() const { return {value_, 0}; }

  friend Field64 operator+(Field64 a, Field64 b) { return Sum(a.value_, b.value_); }
  friend Field64 operator-(Field64 a, Field64 b) {
    const uint64_t difference = a.value_ - b.value_;
    return Field64(difference - (MaskIf(a.value_ < b.value_) & kEpsilon));  // + p, modulo 2^64
  }
  Field64 operator-() const { return Field64() - *this; }
  friend Field64 operator*(Field64 a, Field64 b) { return Reduce(Multiply(a.value_, b.value_)); }
  Field64& operator+=(Field64 other) { return *this = *this + other; }
  Field64& operator-=(Field64 other) { return *this = *this - other; }
  Field64& operator*=(Field64 other) { return *this = *this * other; }
  friend bool operator==(Field64 a, Field64 b) { return (a.value_ ^ b.value_) == 0; }

  // A sum of products, reduced once at the end.
  class SumOfProducts {
   public:
    // At most 2^31 times.
    void Add(Field64 a, Field64 b) {
      const Wide product = Multiply(a.value_, b.value_);
      uint64_t carry = 0;
      low_ = AddCarry(low_, product.low, carry);
      high_ = AddCarry(high_, product.high, carry);
      overflow_ += carry;
    }
    // 2^128 = -2^32.
    Field64 Value() const { return Reduce({low_, high_}) - FromInteger(overflow_ << 32); }

   private:
    uint64_t low_ = 0;
    uint64_t high_ = 0;
    uint64_t overflow_ = 0;
  };

  // A generator of the subgroup of order 2^kLogGenOrder: 7^(2^32 - 1).
  static Field64 Generator();
  // Public exponents alone: their bits are branched upon.
  Field64 Power(uint64_t exponent) const;
  // x^(p - 2): the inverse, and 0 of 0.
  Field64 Inverse() const { return Power(kModulus - 2); }

 private:
  static constexpr uint64_t kEpsilon = 0xFFFFFFFF;  // 2^64 mod p

  constexpr explicit Field64(uint64_t value) : value_(value) {}
  static Field64 Reduce(Wide product) {
    // low + 2^64 (h0 + 2^32 h1) = low + (2^32 - 1) h0 - h1, because 2^96 = -1.
    const uint64_t h0 = product.high & kEpsilon;
    const uint64_t h1 = product.high >> 32;
    uint64_t t = product.low - h1;
    t -= MaskIf(product.low < h1) & kEpsilon;
    const uint64_t u = (h0 << 32) - h0;
    const uint64_t sum = t + u;
    return Reduced(sum + (MaskIf(sum < t) & kEpsilon));
  }
  static Field64 Reduced(uint64_t value) { return Field64(value - (MaskIf(value >= kModulus) & kModulus)); }
  static Field64 Sum(uint64_t a, uint64_t b) {
    const uint64_t sum = a + b;
    // Both are below p, so what is above 2^64 comes to less than p after + 2^64 mod p.
    return Reduced(sum + (MaskIf(sum < a) & kEpsilon));
  }

  uint64_t value_ = 0;
};

inline Field64 Field64::Power(uint64_t exponent) const {
  Field64 result = FromInteger(1);
  for (int bit = 63; bit >= 0; --bit) {
    result *= result;
    if ((exponent >> bit) & 1) result *= *this;
  }
  return result;
}

inline Field64 Field64::Generator() {
  return FromInteger(7).Power(0xFFFFFFFF);
}

}  // namespace sotto::vdaf
