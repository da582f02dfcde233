#include "sotto/base/random.h"

#include <algorithm>

namespace sotto {

Result<uint64_t> RandomSource::U64() {
  std::array<uint8_t, 8> raw{};
  SOTTO_RETURN_IF_ERROR(Fill(raw));
  uint64_t value = 0;
  for (size_t i = 0; i < raw.size(); ++i) value |= uint64_t{raw[i]} << (8 * i);
  return value;
}

Result<uint64_t> RandomSource::Below(uint64_t bound) {
  if (bound == 0) return Error{ErrorCode::kInvalidArgument, "Below(0) has no values to choose from.", ""};
  // The largest multiple of bound that fits; what is at or above it is drawn again.
  const uint64_t reject_from = UINT64_MAX - (UINT64_MAX % bound + 1) % bound;
  while (true) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t value, U64());
    if (value <= reject_from) return value % bound;
  }
}

}  // namespace sotto
