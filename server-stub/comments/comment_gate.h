// Lets viewers in to the comments of a stream, and carries them there and back over WebSocket.
#pragma once

#include <atomic>
#include <string>

#include "server-stub/http/connection_counter.h"
#include "server-stub/http/gateway.h"
#include "server-stub/routes/site.h"

namespace sotto::server {

// One text frame in each direction is one JSON object; see docs/http-api.md. A frame that is no comment closes the
// connection: 1003 binary, 1007 not UTF-8 or not a comment, 1009 too large. A comment that comes too often is answered
// with a problem as a frame and not published: 429 too many of this address, 503 too many of this stream. An address
// that writes on and on regardless is cut off: 1008.
class CommentGate final : public WebSocketGate {
 public:
  // The site must outlive the gate, and the gate every session.
  explicit CommentGate(Site& site);

  // 404 no such stream, 429 too many viewers from this address, 503 too many of the stream, or draining.
  std::variant<WebSocketSession, Response> Admit(const PathParameters& parameters, const std::string& client,
                                                 size_t worker) override;

 private:
  Site& site_;
  ConnectionCounter by_address_;
  ConnectionCounter by_stream_;
  std::string session_;  // random: begins the ids of comments, so that no two runs of the server share one
  std::atomic<uint64_t> next_id_ = 0;
};

}  // namespace sotto::server
