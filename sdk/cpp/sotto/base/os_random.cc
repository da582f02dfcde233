#include <unistd.h>

#include <algorithm>

#include "sotto/base/random.h"

namespace sotto {

Status OsRandomSource::Fill(std::span<uint8_t> out) {
  constexpr size_t kMaxRequest = 256;  // the most that getentropy(3) gives at once
  while (!out.empty()) {
    const size_t count = std::min(out.size(), kMaxRequest);
    if (getentropy(out.data(), count) != 0) {
      return Error{ErrorCode::kUnavailable, "the operating system delivered no random bytes.",
                   "In a browser, check that crypto.getRandomValues exists."};
    }
    out = out.subspan(count);
  }
  return {};
}

}  // namespace sotto
