// The parts of an HLS media playlist that placing events on it takes: where each segment lies in time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sotto/base/result.h"

namespace sotto::stream {

inline constexpr size_t kMaxPlaylistBytes = 1024 * 1024;

struct PlaylistSpan {
  int64_t start_ms = 0;         // date of the first segment, Unix milliseconds
  int64_t end_ms = 0;           // of the end of the last one
  uint64_t media_sequence = 0;  // number of the first segment
  double mean_duration = 0;     // of the segments, seconds
  size_t first_segment = 0;     // offset of the first line that belongs to a segment
  uint64_t next_segment = 0;    // number of the first segment that is not complete
  uint64_t parts = 0;           // EXT-X-PARTs of that one that are there
  uint64_t last_parts = 0;      // EXT-X-PARTs of the one before it; 0 if it is not given in parts
  double target_duration = 0;   // EXT-X-TARGETDURATION; without it that of the longest segment. Seconds
  double part_target = 0;       // EXT-X-PART-INF, seconds; 0 without parts
  bool ended = false;           // EXT-X-ENDLIST
};

// Errors: kMalformed, naming the line; kResourceExhausted above kMaxPlaylistBytes.
Result<PlaylistSpan> MeasurePlaylist(std::string_view playlist);

// What a blocking reload waits for (draft-pantos-hls-rfc8216bis, 6.2.5.2): a segment, or a part of it, from 0.
struct PlaylistPosition {
  uint64_t segment = 0;
  std::optional<uint64_t> part;
};

// kNever: so far ahead that who asks has lost count, which is to be answered with 400.
enum class Presence : uint8_t { kThere, kComing, kNever };

// A part after the last one of the last complete segment is the next segment's first. A playlist that has ended has
// everything that there will be.
Presence PresenceOf(const PlaylistPosition& position, const PlaylistSpan& span);

// The URI that a line of a media playlist names: a segment's, EXT-X-PART's or EXT-X-MAP's. Empty if it names none.
std::string_view UriOf(std::string_view line);

// The URI that EXT-X-PRELOAD-HINT names, which is of something that is not there yet. Empty for every other line.
std::string_view HintedUriOf(std::string_view line);

// Calls visit(line, offset) for each line, without its line feed or carriage return.
template <class Visit>
void ForEachLine(std::string_view text, Visit visit) {
  size_t offset = 0;
  while (offset < text.size()) {
    const size_t end = text.find('\n', offset);
    std::string_view line = text.substr(offset, end == std::string_view::npos ? end : end - offset);
    if (line.ends_with('\r')) line.remove_suffix(1);
    visit(line, offset);
    if (end == std::string_view::npos) return;
    offset = end + 1;
  }
}

}  // namespace sotto::stream
