// What a stream's programme time counts from, and for how long.
#pragma once

#include <cstdint>

namespace sotto::server {

// Moments are Unix milliseconds.
struct Broadcast {
  int64_t epoch_ms = 0;  // programme time 0
  int64_t seen_ms = 0;   // until when it is known to have gone on
  bool operator==(const Broadcast&) const = default;
};

// A broadcast is over when it has not gone on for so long; what comes after that is another one. Until then encoder and
// server may both start again without events and comments losing their times.
inline constexpr int64_t kBroadcastGapMs = 60 * 60 * 1000;

}  // namespace sotto::server
