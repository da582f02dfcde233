#include "sotto/stream/media_playlist.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "sotto/stream/clock.h"

namespace sotto::stream {
namespace {

constexpr std::string_view kMediaSequence = "#EXT-X-MEDIA-SEQUENCE:";
constexpr std::string_view kDate = "#EXT-X-PROGRAM-DATE-TIME:";
constexpr std::string_view kSegment = "#EXTINF:";

// Tags that apply to the segment after them (RFC 8216, 4.3.2).
constexpr std::array<std::string_view, 7> kSegmentTags = {
    kSegment, kDate, "#EXT-X-BYTERANGE:", "#EXT-X-KEY:", "#EXT-X-MAP:", "#EXT-X-GAP", "#EXT-X-BITRATE:"};

constexpr double kMaxSegmentSeconds = 86'400;

// A decimal-floating-point of RFC 8216, 4.2, digits with at most one point, to a nanosecond. Not std::from_chars, which
// the WASM standard library lacks for double.
std::optional<double> ReadDecimal(std::string_view text) {
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const auto all_digits = [](std::string_view digits) {
    return std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (whole.empty() || whole.size() > 9 || !all_digits(whole) || !all_digits(fraction)) return std::nullopt;
  fraction = fraction.substr(0, 9);
  int64_t nanoseconds = 0;
  int64_t unit = 1'000'000'000;
  for (const char c : whole) nanoseconds = nanoseconds * 10 + (c - '0') * unit;
  for (const char c : fraction) nanoseconds += (c - '0') * (unit /= 10);
  return static_cast<double>(nanoseconds) / 1e9;
}

bool BelongsToASegment(std::string_view line) {
  if (line.empty()) return false;
  if (line.front() != '#' || line == "#EXT-X-DISCONTINUITY") return true;
  for (const std::string_view tag : kSegmentTags) {
    if (line.starts_with(tag)) return true;
  }
  return false;
}

// Follows a playlist line by line. The tags of a segment stand before its URI in any order; a date says when it begins,
// and durations carry on from there.
class Measurer {
 public:
  Status Line(std::string_view line, size_t offset) {
    ++line_number_;
    if (line_number_ == 1) {
      if (line != "#EXTM3U") return Malformed("is not #EXTM3U");
      return {};
    }
    if (!first_segment_ && BelongsToASegment(line)) first_segment_ = offset;
    if (line.starts_with("#EXT-X-STREAM-INF")) return Malformed("makes it a multivariant playlist");
    if (line.starts_with(kMediaSequence)) return ReadSequence(line.substr(kMediaSequence.size()));
    if (line.starts_with(kDate)) return ReadDate(line.substr(kDate.size()));
    if (line.starts_with(kSegment)) return ReadDuration(line.substr(kSegment.size()));
    if (!line.empty() && line.front() != '#') return EndSegment();
    return {};
  }

  Result<PlaylistSpan> Finish() const {
    if (segments_ == 0 || !first_segment_)
      return Error{ErrorCode::kMalformed, "the playlist has no segments.", "Wait for the encoder."};
    if (!start_ms_) {
      return Error{ErrorCode::kMalformed, "the playlist has no EXT-X-PROGRAM-DATE-TIME.",
                   "Run ffmpeg with -hls_flags program_date_time."};
    }
    return PlaylistSpan{*start_ms_, next_ms(), media_sequence_, total_seconds_ / static_cast<double>(segments_),
                        *first_segment_};
  }

 private:
  Error Malformed(std::string_view what) const {
    return Error{ErrorCode::kMalformed,
                 "line " + std::to_string(line_number_) + " of the playlist " + std::string(what) + ".",
                 "Give a media playlist as ffmpeg writes it."};
  }

  static int64_t Milliseconds(double seconds) { return static_cast<int64_t>(std::llround(seconds * 1000)); }
  int64_t next_ms() const { return dated_ms_ + Milliseconds(since_date_); }

  Status ReadSequence(std::string_view text) {
    const auto result = std::from_chars(text.data(), text.data() + text.size(), media_sequence_);
    // A sequence number is below 2^53 for every player that counts in JavaScript.
    if (result.ec != std::errc() || result.ptr != text.data() + text.size() || media_sequence_ >> 53 != 0) {
      return Malformed("has no number in EXT-X-MEDIA-SEQUENCE");
    }
    return {};
  }

  Status ReadDate(std::string_view text) {
    const auto date = ParseRfc3339(text);
    if (!date.ok()) return Malformed("has no date in EXT-X-PROGRAM-DATE-TIME");
    segment_date_ms_ = date.value();
    return {};
  }

  Status ReadDuration(std::string_view text) {
    const std::optional<double> seconds = ReadDecimal(text.substr(0, text.find(',')));
    if (!seconds || *seconds > kMaxSegmentSeconds) return Malformed("has no duration in EXTINF");
    segment_seconds_ = seconds;
    return {};
  }

  Status EndSegment() {
    if (!segment_seconds_) return Malformed("is a segment without EXTINF");
    if (segment_date_ms_) {
      // Segments before the first date lie before it by their durations.
      if (!start_ms_) start_ms_ = *segment_date_ms_ - Milliseconds(total_seconds_);
      dated_ms_ = *segment_date_ms_;
      since_date_ = 0;
    }
    total_seconds_ += *segment_seconds_;
    since_date_ += *segment_seconds_;
    ++segments_;
    segment_date_ms_.reset();
    segment_seconds_.reset();
    return {};
  }

  size_t line_number_ = 0;
  size_t segments_ = 0;
  uint64_t media_sequence_ = 0;
  double total_seconds_ = 0;
  std::optional<int64_t> start_ms_;
  int64_t dated_ms_ = 0;
  double since_date_ = 0;
  std::optional<size_t> first_segment_;
  std::optional<int64_t> segment_date_ms_;  // of the segment whose URI is still to come
  std::optional<double> segment_seconds_;
};

}  // namespace

std::string_view UriOf(std::string_view line) {
  constexpr std::string_view kMapUri = "URI=\"";
  if (!line.starts_with('#')) return line;
  if (!line.starts_with("#EXT-X-MAP:")) return {};
  const size_t attribute = line.find(kMapUri);
  if (attribute == std::string_view::npos) return {};
  line.remove_prefix(attribute + kMapUri.size());
  return line.substr(0, line.find('"'));
}

Result<PlaylistSpan> MeasurePlaylist(std::string_view playlist) {
  if (playlist.size() > kMaxPlaylistBytes) {
    return Error{ErrorCode::kResourceExhausted,
                 "the playlist has " + std::to_string(playlist.size()) + " bytes, more than 1 MiB.",
                 "Keep fewer segments in it (ffmpeg -hls_list_size)."};
  }
  if (playlist.empty()) return Error{ErrorCode::kMalformed, "the playlist is empty.", "Wait for the encoder."};
  Measurer measurer;
  Status status;
  ForEachLine(playlist, [&](std::string_view line, size_t offset) {
    if (status.ok()) status = measurer.Line(line, offset);
  });
  if (!status.ok()) return status.error();
  return measurer.Finish();
}

}  // namespace sotto::stream
