// The way from the leader to the helper.
#pragma once

#include <string>

#include "server-stub/http/message.h"
#include "sotto/base/result.h"

namespace sotto::server {

struct PeerRequest {
  Method method = Method::kPost;
  std::string url;
  std::string token;         // bearer token
  std::string content_type;  // empty: no body
  std::string body;
};

struct PeerResponse {
  unsigned status = 0;
  std::string content_type;
  std::string location;
  unsigned retry_after = 0;  // seconds; 0: not said
  std::string body;
};

class Peer {
 public:
  virtual ~Peer() = default;
  // Waits for the whole answer. kUnavailable if there is none in time: it may have been done all the same.
  // kResourceExhausted if it is larger than any that makes sense.
  virtual Result<PeerResponse> Send(const PeerRequest& request) = 0;
  // From any thread: whoever waits, or asks from now on, gets kUnavailable.
  virtual void Cancel() {}
};

}  // namespace sotto::server
