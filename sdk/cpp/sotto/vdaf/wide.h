// 64-bit limbs: the product of two and sums with carry. Internal to this folder.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace sotto::vdaf {

struct Wide {
  uint64_t low;
  uint64_t high;
};

// a * b. WebAssembly has no such instruction and its compiler calls a function for it, so there it is made of four
// products of halves, which inline.
inline Wide Multiply(uint64_t a, uint64_t b) {
#ifdef __wasm__
  constexpr uint64_t kHalf = 0xFFFFFFFF;
  const uint64_t a0 = a & kHalf;
  const uint64_t a1 = a >> 32;
  const uint64_t b0 = b & kHalf;
  const uint64_t b1 = b >> 32;
  const uint64_t p00 = a0 * b0;
  const uint64_t p01 = a0 * b1;
  const uint64_t p10 = a1 * b0;
  // At most (2^32 - 1) + 2 (2^32 - 1) + ... : two of the terms are 32 bits, one is a product, so it fits.
  const uint64_t middle = p10 + (p00 >> 32) + (p01 & kHalf);
  return {(middle << 32) | (p00 & kHalf), a1 * b1 + (middle >> 32) + (p01 >> 32)};
#else
  __extension__ using Uint128 = unsigned __int128;
  const Uint128 product = Uint128{a} * b;
  return {static_cast<uint64_t>(product), static_cast<uint64_t>(product >> 64)};
#endif
}

// The value, of which the compiler knows nothing more: so that it does not turn a mask back into a branch, whose time
// would tell what is secret. clang does, without.
inline uint64_t Opaque(uint64_t value) {
  asm("" : "+r"(value));  // NOLINT(hicpp-no-assembler)
  return value;
}

// All ones if the condition holds, else zero.
inline uint64_t MaskIf(bool condition) {
  return ~Opaque(condition) + 1;
}

// a + b + carry; carry, 0 or 1, becomes that of the sum.
inline uint64_t AddCarry(uint64_t a, uint64_t b, uint64_t& carry) {
  const uint64_t partial = a + carry;
  const uint64_t sum = partial + b;
  carry = static_cast<uint64_t>(partial < a) | static_cast<uint64_t>(sum < b);
  return sum;
}

// a - b - borrow; borrow, 0 or 1, becomes that of the difference.
inline uint64_t SubtractBorrow(uint64_t a, uint64_t b, uint64_t& borrow) {
  const uint64_t partial = a - b;
  const uint64_t difference = partial - borrow;
  borrow = static_cast<uint64_t>(a < b) | static_cast<uint64_t>(partial < borrow);
  return difference;
}

// a * b of two limbs each, least limb first.
struct Limbs4 {
  uint64_t t0, t1, t2, t3;
};

inline Limbs4 Multiply(Wide a, Wide b) {
  const Wide p00 = Multiply(a.low, b.low);
  const Wide p01 = Multiply(a.low, b.high);
  const Wide p10 = Multiply(a.high, b.low);
  const Wide p11 = Multiply(a.high, b.high);
#ifdef __wasm__
  uint64_t carry = 0;
  uint64_t t1 = AddCarry(p00.high, p01.low, carry);
  uint64_t t2 = AddCarry(p11.low, p01.high, carry);
  uint64_t t3 = p11.high + carry;
  carry = 0;
  t1 = AddCarry(t1, p10.low, carry);
  t2 = AddCarry(t2, p10.high, carry);
  t3 += carry;
  return {p00.low, t1, t2, t3};
#else
  // Compilers make shorter carries of this.
  __extension__ using Uint128 = unsigned __int128;
  const Uint128 middle = Uint128{p00.high} + p01.low + p10.low;
  const Uint128 top = ((Uint128{p11.high} << 64) | p11.low) + p01.high + p10.high + (middle >> 64);
  return {p00.low, static_cast<uint64_t>(middle), static_cast<uint64_t>(top), static_cast<uint64_t>(top >> 64)};
#endif
}

// One load and one store where the machine's own order is this one; GCC makes them of no loop over the bytes.
inline uint64_t LoadLittleEndian(const uint8_t* from) {
  uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, from, sizeof(value));
  } else {
    for (int i = 0; i < 8; ++i) value |= uint64_t{from[i]} << (8 * i);
  }
  return value;
}

inline void StoreLittleEndian(uint64_t value, uint8_t* to) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(to, &value, sizeof(value));
  } else {
    for (int i = 0; i < 8; ++i) to[i] = static_cast<uint8_t>(value >> (8 * i));
  }
}

}  // namespace sotto::vdaf
