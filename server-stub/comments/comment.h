// A comment as viewers write it, one JSON object in a WebSocket text frame, and as they receive it, the same in a
// binary one. Format in docs/http-api.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::server {

struct Comment {
  std::string id;
  double at = 0;  // seconds of programme time
  std::string user;
  std::string text;
};

inline constexpr size_t kMaxUserBytes = 64;

// What a viewer sends: {"text": "...", "user": "..."}, the user optional. Unknown fields are ignored.
// Errors: kMalformed (not JSON, not UTF-8, a wrong type, a text without anything to see, a control character),
// kResourceExhausted (the frame above `max_bytes`, the user above kMaxUserBytes).
Result<Comment> ParseComment(std::string_view frame, size_t max_bytes);

// {"id":...,"at":...,"user":...,"text":...}, with "own":true for the one who wrote it.
std::string RenderComment(const Comment& comment, bool own);

// A file of comments to replay: a JSON object a line, {"id": ..., "at": ..., "user": ..., "text": ...}, by `at`; empty
// lines are passed over. Errors: kMalformed, kResourceExhausted, naming the line.
Result<std::vector<Comment>> ParseReplay(std::string_view lines);

}  // namespace sotto::server
