// Which pages of other origins may use this server (the Fetch standard's CORS protocol). Everything here is public and
// no request carries credentials, so this protects no secret; it decides whose pages may build on the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server-stub/http/message.h"

namespace sotto::server {

// As a browser sends it: scheme and host in lower case, a port if it is not the scheme's, nothing after that.
bool IsOrigin(std::string_view text);

class Cors {
 public:
  // Origins as browsers send them ("https://shop.example"), or "*" for every one. Empty: none but the server's own.
  explicit Cors(std::vector<std::string> origins);

  // Adds what a browser needs to let a page of `origin` read the response; for the answer to OPTIONS also what a
  // preflight asks for. Nothing without an origin or for one that is not allowed.
  void AddTo(Response& response, std::string_view origin, bool preflight) const;

  // For WebSockets, where no browser asks: no origin (not a browser), an allowed one, or the server's own `host`.
  bool MayConnect(std::string_view origin, std::string_view host) const;

 private:
  bool Allows(std::string_view origin) const;

  std::vector<std::string> origins_;
  bool every_ = false;
};

}  // namespace sotto::server
