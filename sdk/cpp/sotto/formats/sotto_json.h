// Our own format: JSON that keeps everything.
//   {"sotto": "comments", "version": 1, "comments": [
//   {"at": 1.5, "text": "hello", "id": "c1", "user": "A", "mode": "free", "color": "#ff8800", "size": 1.5, "x": 0.25,
//    "y": 0.5, "duration": 4}]}
// Seconds (at most six digits of them after the point are kept); mode "scroll" (the default), "reverse", "top",
// "bottom" or "free"; size as a factor; x and y as shares of the screen. All but at and text may be missing. Other
// fields are passed over; a colour that is not "#rgb", "#rrggbb" or a basic name is dropped.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

// Errors: kMalformed (not JSON, or of another shape), kUnsupportedVersion, and those of Collector::Finish.
Result<Imported> ImportSottoJson(std::string_view file);

// ImportSottoJson gives back the same comments. Precondition: comments as importers give them.
std::string ExportSottoJson(std::span<const RecordedComment> comments);

// The list alone, "[{...},\n{...}]", appended.
void AppendCommentsJson(std::span<const RecordedComment> comments, std::string& out);

// A string with its quotation marks. Precondition: well-formed UTF-8.
void AppendJsonString(std::string_view text, std::string& out);

}  // namespace sotto::formats
