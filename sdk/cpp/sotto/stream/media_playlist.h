// The parts of an HLS media playlist that placing events on it takes: where each segment lies in time.
#pragma once

#include <cstddef>
#include <cstdint>
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
};

// Errors: kMalformed, naming the line; kResourceExhausted above kMaxPlaylistBytes.
Result<PlaylistSpan> MeasurePlaylist(std::string_view playlist);

// The URI that a line of a media playlist names: a segment's, or EXT-X-MAP's. Empty if it names none.
std::string_view UriOf(std::string_view line);

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
