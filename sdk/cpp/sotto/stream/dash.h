// A manifest's events in a DASH MPD (ISO/IEC 23009-1:2022).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/stream/manifest.h"

namespace sotto::stream {

// The scheme of our events. As every schemeIdUri it is compared and never resolved.
inline constexpr std::string_view kProductScheme = "urn:sotto:product:2026";

inline constexpr size_t kMaxMpdBytes = size_t{1024} * 1024;

// An MPD of one Period, as ffmpeg wrote it, with an EventStream (5.10.2) of kProductScheme in it that has an Event for
// each occurrence of a product event within the MPD's time-shift buffer, of which the last hour at most, and up to
// `ahead` seconds after its publishTime: what RenderMediaPlaylist writes as EXT-X-DATERANGE. Of a static MPD, which has
// no dates, the Period is taken to begin at programme time 0.
//   EventStream   timescale 1,000; value: eight hexadecimal digits, others for other products or events.
//   Event         presentationTime from the Period's start, and duration, in milliseconds; what began before the Period
//                 begins with it. id: the same in every refresh, and unique within scheme and value. Its content is the
//                 JSON {"event","repetition","product","title":{"zh","en"},"price":{"amount","currency"}}.
// Relative URLs of segments get the prefix `segment_prefix`. Everything else passes through untouched. Characters that
// XML has no way to write become U+FFFD.
// Errors: kMalformed if this is no MPD with one Period, has a BaseURL, or has a date or duration that cannot be read,
// or manifest.epoch is empty; kInvalidArgument unless 0 <= ahead <= 86,400; kResourceExhausted above kMaxMpdBytes.
Result<std::string> RenderMpd(std::string_view mpd, const Manifest& manifest, double ahead,
                              std::string_view segment_prefix);

// Unix milliseconds of a dynamic MPD's publishTime; none if it is static or does not say.
std::optional<int64_t> PublishTimeOf(std::string_view mpd);

// The URLs of segments that an MPD names: whole ones, and templates with their identifiers (5.3.9.4.4). Views into it.
std::vector<std::string_view> SegmentTemplatesOf(std::string_view mpd);

// Could the template stand for this name? Any text of letters, digits, - and _ is taken for its identifiers' values.
bool IsOfTemplate(std::string_view name, std::string_view segment_template);

}  // namespace sotto::stream
