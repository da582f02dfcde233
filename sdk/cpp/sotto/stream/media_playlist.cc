#include "sotto/stream/media_playlist.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "sotto/stream/clock.h"
#include "sotto/stream/decimal.h"

namespace sotto::stream {
namespace {

constexpr std::string_view kMediaSequence = "#EXT-X-MEDIA-SEQUENCE:";
constexpr std::string_view kDate = "#EXT-X-PROGRAM-DATE-TIME:";
constexpr std::string_view kSegment = "#EXTINF:";
constexpr std::string_view kPart = "#EXT-X-PART:";
constexpr std::string_view kHint = "#EXT-X-PRELOAD-HINT:";
constexpr std::string_view kPartInformation = "#EXT-X-PART-INF:";
constexpr std::string_view kTargetDuration = "#EXT-X-TARGETDURATION:";

// Tags that apply to the segment after them (RFC 8216, 4.3.2).
constexpr std::array<std::string_view, 8> kSegmentTags = {
    kSegment, kDate, kPart, "#EXT-X-BYTERANGE:", "#EXT-X-KEY:", "#EXT-X-MAP:", "#EXT-X-GAP", "#EXT-X-BITRATE:"};

constexpr double kMaxSegmentSeconds = 86'400;

// What stands behind `name` in a line's attributes; empty if it is not there.
std::string_view AttributeOf(std::string_view line, std::string_view name) {
  for (size_t place = line.find(name); place != std::string_view::npos; place = line.find(name, place + 1)) {
    const char before = place == 0 ? ' ' : line[place - 1];
    if (before == ':' || before == ',') return line.substr(place + name.size());
  }
  return {};
}

// The quoted string of a line's attribute URI.
std::string_view UriAttributeOf(std::string_view line) {
  const std::string_view value = AttributeOf(line, "URI=\"");
  return value.substr(0, value.find('"'));
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
    if (line.starts_with(kTargetDuration)) return ReadTargetDuration(line.substr(kTargetDuration.size()));
    if (line.starts_with(kPartInformation)) return ReadPartInformation(line);
    if (line.starts_with(kPart)) return AddPart(line);
    if (line.starts_with(kHint) && !AttributeOf(line, "BYTERANGE-START=").empty()) return PartOfAFile();
    if (line == "#EXT-X-ENDLIST") ended_ = true;
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
    return PlaylistSpan{.start_ms = *start_ms_,
                        .end_ms = next_ms(),
                        .media_sequence = media_sequence_,
                        .mean_duration = total_seconds_ / static_cast<double>(segments_),
                        .first_segment = *first_segment_,
                        .next_segment = media_sequence_ + segments_,
                        .parts = parts_,
                        .last_parts = last_parts_,
                        .target_duration = target_duration_.value_or(longest_),
                        .part_target = part_target_,
                        .ended = ended_};
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

  Status ReadTargetDuration(std::string_view text) {
    target_duration_ = ReadDecimal(text);
    if (!target_duration_ || *target_duration_ > kMaxSegmentSeconds) {
      return Malformed("has no duration in EXT-X-TARGETDURATION");
    }
    return {};
  }

  Status AddPart(std::string_view line) {
    if (!AttributeOf(line, "BYTERANGE=").empty()) return PartOfAFile();
    ++parts_;
    return {};
  }

  // Such a file would be asked for before it is whole.
  [[nodiscard]] Status PartOfAFile() const { return Malformed("is a byte range; parts have to be files of their own"); }

  Status ReadPartInformation(std::string_view line) {
    const std::string_view value = AttributeOf(line, "PART-TARGET=");
    const std::optional<double> seconds = ReadDecimal(value.substr(0, value.find(',')));
    if (!seconds || *seconds <= 0 || *seconds > kMaxSegmentSeconds) {
      return Malformed("has no PART-TARGET in EXT-X-PART-INF");
    }
    part_target_ = *seconds;
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
    longest_ = std::max(longest_, *segment_seconds_);
    ++segments_;
    last_parts_ = std::exchange(parts_, 0);
    segment_date_ms_.reset();
    segment_seconds_.reset();
    return {};
  }

  size_t line_number_ = 0;
  size_t segments_ = 0;
  uint64_t media_sequence_ = 0;
  uint64_t parts_ = 0;  // of the segment whose URI is still to come
  uint64_t last_parts_ = 0;
  double part_target_ = 0;
  std::optional<double> target_duration_;
  double longest_ = 0;
  bool ended_ = false;
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
  if (!line.starts_with('#')) return line;
  return line.starts_with("#EXT-X-MAP:") || line.starts_with(kPart) ? UriAttributeOf(line) : std::string_view();
}

std::string_view HintedUriOf(std::string_view line) {
  return line.starts_with(kHint) ? UriAttributeOf(line) : std::string_view();
}

Presence PresenceOf(const PlaylistPosition& position, const PlaylistSpan& span) {
  if (span.ended) return Presence::kThere;
  // "the last Media Segment in the current Playlist plus two", where one that has only parts counts as one.
  if (position.segment > span.next_segment + (span.parts > 0 ? 2 : 1)) return Presence::kNever;
  if (position.segment > span.next_segment) return Presence::kComing;
  if (!position.part) return position.segment < span.next_segment ? Presence::kThere : Presence::kComing;
  const uint64_t part = *position.part;
  if (position.segment < span.next_segment) {
    if (position.segment + 1 < span.next_segment || part < span.last_parts) return Presence::kThere;
    // Without parts the whole segment is what there is of it.
    if (span.last_parts == 0) return Presence::kThere;
    return span.parts > 0 ? Presence::kThere : Presence::kComing;
  }
  if (part < span.parts) return Presence::kThere;
  // The Advance Part Limit: three parts, or three seconds of them where they are shorter than one.
  const double advance = span.part_target > 0 && span.part_target < 1 ? std::ceil(3 / span.part_target) : 3;
  return static_cast<double>(part - span.parts) < advance ? Presence::kComing : Presence::kNever;
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
