// Files that end with a checksum: without the right one, a fuzzer would see little but its refusal.
#pragma once

#include "sotto/base/bytes.h"
#include "sotto/base/fnv1a.h"

namespace sotto {

// The input less its first byte. If that byte is odd, the last eight bytes are replaced by the right FNV-1a checksum.
inline Bytes Resealed(ByteSpan input) {
  if (input.empty()) return {};
  const ByteSpan file = input.subspan(1);
  if (input[0] % 2 == 0 || file.size() < sizeof(uint64_t)) return {file.begin(), file.end()};
  const ByteSpan covered = file.first(file.size() - sizeof(uint64_t));
  ByteWriter writer;
  writer.Append(covered);
  writer.U64(Fnv1a64(covered));
  return writer.Release();
}

}  // namespace sotto
