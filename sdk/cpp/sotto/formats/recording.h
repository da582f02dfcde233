// Files of recorded comments in and out, whatever their format. See docs/recordings.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/format.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

struct Recording {
  Format format = Format::kSotto;  // what it was read as
  Imported imported;
};

// Reads `file` as `format`, or as what Detect says. A comment that cannot be read is skipped and counted; the rest is
// kept. Errors: kResourceExhausted above kMaxFileBytes or kMaxComments; those of Detect and of the format; kMalformed
// if there were comments and none could be read. A well-formed file without any gives an empty recording.
Result<Recording> Import(std::string_view file, std::optional<Format> format = std::nullopt);

// Writes kSotto (keeps everything) or kAss (see ExportAss). kInvalidArgument for another format.
// Precondition: comments as importers give them, sorted by time.
Result<std::string> Export(std::span<const RecordedComment> comments, Format format);

// {"format": "ass", "skipped": 1, "problems": [{"place": 3, "message": "..."}], "comments": [...]}: for JavaScript. The
// comments are those of sotto_json.h.
std::string RenderRecording(const Recording& recording);

// Writes the comments of a document of sotto_json.h in another format. Unlike Import it refuses the whole
// (kInvalidArgument) if one of them cannot be read: whoever calls has them at hand, and loses none unnoticed.
Result<std::string> ExportJson(std::string_view sotto_json, Format format);

}  // namespace sotto::formats
