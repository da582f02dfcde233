// FNV-1a, 64 bits (G. Fowler, L. Noll, K. Vo; RFC 9923). A checksum against damage: every change of one byte changes
// it, since each step is a bijection of the state. Not a cryptographic hash.
#pragma once

#include <cstdint>

#include "sotto/base/bytes.h"

namespace sotto {

constexpr uint64_t Fnv1a64(ByteSpan bytes) {
  uint64_t hash = 0xCBF29CE484222325;
  for (const uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001B3;
  return hash;
}

}  // namespace sotto
