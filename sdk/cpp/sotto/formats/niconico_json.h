// niconico's comments as JSON, of both generations of its API:
//   [{"chat": {"vpos": 1234, "content": "text", "mail": "ue red 184", "user_id": "...", "no": 1, "deleted": 1}}, ...]
//   {"data": {"threads": [{"comments": [{"vposMs": 12340, "body": "text", "commands": ["ue"], "userId": "...", "no":
//   1}]}]}}
// also with `threads` or `data` at the top, a bare array of threads, or a bare array of comments. vpos is hundredths of
// a second. Commands that are taken: ue (top), shita (bottom), naka, the colours by name and as #rrggbb, small, big,
// and @N (N seconds on screen). Not taken: fonts, full, ender, scripts of the owner ("@..." in the text stays text).
// Deleted comments and invisible ones are skipped; items that are no comments (threads, leaves, pings) are passed over.
#pragma once

#include <string_view>

#include "sotto/base/result.h"
#include "sotto/formats/recorded_comment.h"

namespace sotto::formats {

// Errors: kMalformed (not JSON, or of another shape), and those of Collector::Finish.
Result<Imported> ImportNiconicoJson(std::string_view file);

}  // namespace sotto::formats
