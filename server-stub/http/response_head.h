// The head of a response as it goes over the wire.
#pragma once

#include <string>
#include <string_view>

#include "server-stub/http/message.h"

namespace sotto::server {

struct Framing {
  unsigned version = 11;  // of the request; 10 or 11
  bool keep_alive = true;
};

// Appends status line and fields up to the empty line (RFC 9112, 4 and 5): Date, what every answer of this server has,
// the response's own, Connection where the version's default is another, and the body's Content-Length unless the
// status allows none. Precondition: no value has a CR or LF.
void AppendResponseHead(const Response& response, Framing framing, std::string_view date, std::string& out);

}  // namespace sotto::server
