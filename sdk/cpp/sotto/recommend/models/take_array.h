// Arrays in a model's file. Internal to this folder.
#pragma once

#include <cstdint>
#include <string>

#include "sotto/base/bytes.h"

namespace sotto::recommend {

// The bytes of `count` entries of `size` bytes each: checked in 64 bits, for a product of two lengths from outside
// overflows size_t in WASM. Errors: kTruncated.
inline Result<ByteSpan> TakeArray(ByteReader& in, uint64_t count, uint64_t size) {
  if (size != 0 && count > in.remaining() / size) {
    return Error{ErrorCode::kTruncated,
                 std::to_string(count) + " entries of " + std::to_string(size) + " bytes do not fit into the " +
                     std::to_string(in.remaining()) + " bytes that are left.",
                 "The file is cut off; fetch it again."};
  }
  return in.Take(static_cast<size_t>(count * size));
}

}  // namespace sotto::recommend
