// A DASH (ISO/IEC 23009-1:2022) rendering of a manifest's events.
#pragma once

#include <string>
#include <string_view>

#include "sotto/base/result.h"
#include "sotto/stream/manifest.h"

namespace sotto::stream {

// The scheme of our events. As every schemeIdUri it is compared and never resolved.
inline constexpr std::string_view kProductScheme = "urn:sotto:product:2026";

// An MPD with one Period, which begins at programme time 0, and in it an EventStream (5.10.2) of kProductScheme with an
// Event for each occurrence of a product event within the programme dates of an HLS media playlist, and up to `ahead`
// seconds after its end: what RenderMediaPlaylist writes as EXT-X-DATERANGE. There are no Representations: the media is
// in the playlist, whose segments do not tell their own media time.
//   MPD           dynamic from manifest.epoch on, or static if the playlist has ended.
//   EventStream   timescale 1,000; value: eight hexadecimal digits, others for other products or events.
//   Event         presentationTime and duration in milliseconds; id, the same in every refresh and unique within
//                 scheme and value; its content is the JSON
//                 {"event","repetition","product","title":{"zh","en"},"price":{"amount","currency"}}.
// Characters that XML has no way to write become U+FFFD.
// Errors: kMalformed, kInvalidArgument and kResourceExhausted as in RenderMediaPlaylist.
Result<std::string> RenderMpd(std::string_view playlist, const Manifest& manifest, double ahead);

}  // namespace sotto::stream
