// HLS (RFC 8216 and draft-pantos-hls-rfc8216bis) renderings of a manifest's events.
#pragma once

#include <string>
#include <string_view>

#include "sotto/base/result.h"
#include "sotto/stream/manifest.h"

namespace sotto::stream {

// A media playlist as ffmpeg wrote it, with an EXT-X-DATERANGE for each occurrence of a product event within the
// playlist's programme dates (and up to `ahead` seconds after its end):
//   ID="<event>.<repetition>.<digest>", CLASS="com.sotto.product", START-DATE, DURATION,
//   X-SOTTO-PRODUCT, X-SOTTO-TITLE-ZH, X-SOTTO-TITLE-EN, X-SOTTO-PRICE ("CNY 129.00").
// The digest, eight hexadecimal digits, is of all the other attributes: an ID never changes its attributes, and a card
// that was edited has another ID. Quoted strings are made safe: a double quote, CR and LF cannot occur in one (RFC
// 8216, 4.2), so they become typographic quotes and spaces.
// Relative URIs of segments, EXT-X-PART, EXT-X-PRELOAD-HINT and EXT-X-MAP get the prefix `segment_prefix`. Everything
// else passes through untouched.
// Errors: kMalformed if the playlist is not a media playlist with segments (#EXTM3U first), has a number or date that
// cannot be read or no EXT-X-PROGRAM-DATE-TIME, or manifest.epoch is empty; kInvalidArgument unless 0 <= ahead <=
// 86,400; kResourceExhausted above 1 MiB.
Result<std::string> RenderMediaPlaylist(std::string_view playlist, const Manifest& manifest, double ahead,
                                        std::string_view segment_prefix);

// The same playlist with CAN-BLOCK-RELOAD=YES in its EXT-X-SERVER-CONTROL (draft-pantos-hls-rfc8216bis, 4.4.3.8), which
// it gets if it has none; with PART-HOLD-BACK of three part targets if it has no other, and `part_target`, in seconds,
// is above zero. Precondition: it begins with #EXTM3U.
std::string OfferBlockingReload(std::string_view playlist, double part_target);

// The moment of programme time 0, as RFC 3339 UTC, told from a live playlist: the date of its first segment less the
// segments before it (EXT-X-MEDIA-SEQUENCE times the mean duration of those present). Exact for a playlist that still
// holds its first segment. Numbers that would lead back more than a year count something else than segments (ffmpeg
// -hls_start_number_source epoch): then it is the date of the first segment. Errors: kMalformed and kResourceExhausted
// as above.
Result<std::string> EpochOfPlaylist(std::string_view playlist);

struct Variant {
  std::string uri;
  uint64_t bandwidth = 0;  // bits per second, > 0
  uint32_t width = 0;
  uint32_t height = 0;
  std::string codecs;  // RFC 6381, "avc1.64001f,mp4a.40.2"
  double frame_rate = 0;
};

// A multivariant playlist with one variant.
std::string RenderMultivariantPlaylist(const Variant& variant);

}  // namespace sotto::stream
