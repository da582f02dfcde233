// FNV-1a, 64 bits (G. Fowler, L. Noll, K. Vo; RFC 9923). A checksum against damage: every change of one byte changes
// it, since each step is a bijection of the state. Not a cryptographic hash.
#pragma once

#include <cstdint>

#include "sotto/base/bytes.h"

namespace sotto {

inline constexpr uint64_t kFnv1a64Start = 0xCBF29CE484222325;

constexpr uint64_t Fnv1a64Step(uint64_t hash, uint8_t byte) {
  return (hash ^ byte) * 0x100000001B3;
}

constexpr uint64_t Fnv1a64(ByteSpan bytes) {
  uint64_t hash = kFnv1a64Start;
  for (const uint8_t byte : bytes) hash = Fnv1a64Step(hash, byte);
  return hash;
}

}  // namespace sotto
