// RFC 3339 moments and programme time. No clock is read here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/stream/manifest.h"

namespace sotto::stream {

// Milliseconds since 1970-01-01T00:00:00Z; finer fractions of a second are cut off, a leap second is the second after
// it. kMalformed for anything but RFC 3339 with "Z" or a numeric offset. The offset's colon may be missing, because
// ffmpeg leaves it out of EXT-X-PROGRAM-DATE-TIME.
Result<int64_t> ParseRfc3339(std::string_view text);
// "2026-01-31T12:00:00.000Z". Moments outside the years 0 to 9999 become the nearest one inside.
std::string FormatRfc3339(int64_t unix_ms);

// One happening of an event in programme time.
struct Occurrence {
  size_t event = 0;         // index into the events
  uint64_t repetition = 0;  // 0 for the first
  double start = 0;         // seconds of programme time
  double end = 0;
};

// Occurrences that overlap [from, to), by start, then by place in `events`. At most `limit`, the earliest. None if the
// interval is empty or not a number. Events outside the ranges of TimedEvent never happen.
std::vector<Occurrence> OccurrencesBetween(const std::vector<TimedEvent>& events, double from, double to, size_t limit);

}  // namespace sotto::stream
