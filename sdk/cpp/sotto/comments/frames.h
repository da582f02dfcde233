// What the room's WebSocket says: a frame holds one message, or an array of them, as JSON in UTF-8.
//
//   {"id": "c1", "at": 12.5, "user": "momo", "text": "好", "own": true}    a comment; user and own may be left out
//   {"status": 429, "code": "RATE_LIMITED", "title": ..., "detail": ...}   a problem (RFC 9457) in a comment's place:
//                                                                          the room did not publish one of the viewer's
//
// Other fields are passed over; of a field that occurs twice the last counts. What JSON.parse takes and UTF-8 cannot
// hold (lone surrogates), and other slips of servers, are mended as in text/json_repair.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::comments {

// Some 10,000 comments. A frame takes about 15 times its size while it is read.
inline constexpr size_t kMaxFrameBytes = 2 * 1024 * 1024;

struct FrameComment {
  std::string id;  // not empty
  double at = 0;   // seconds of programme time, finite
  std::string user;
  std::string text;
  bool own = false;
};

struct Refusal {
  std::string code;  // "RATE_LIMITED" if the server says that, else "HTTP_STATUS"
  std::string message;
  std::string hint;
};

struct Frame {
  std::vector<std::variant<FrameComment, Refusal>> messages;  // in their order
  // Messages of an array that are neither, and were skipped; what was wrong with the first of them (kMalformed).
  uint32_t skipped = 0;
  Error problem{};
};

// Errors: kResourceExhausted above kMaxFrameBytes; kMalformed if the frame is not JSON, or its only message is neither.
Result<Frame> ReadFrame(std::string_view bytes);

}  // namespace sotto::comments
