// Errors as application/problem+json (RFC 9457).
#pragma once

#include <string>
#include <string_view>

#include "server-stub/http/message.h"

namespace sotto::server {

// {"type":"about:blank","title":...,"status":...,"detail":...,"code":...}. The title is the status code's own phrase;
// `code` is stable and in capitals (EXPIRED); `detail` is a sentence for people.
Response Problem(unsigned status, std::string_view code, std::string_view detail);

// The same as text, for where there is no response: a WebSocket frame.
std::string ProblemJson(unsigned status, std::string_view code, std::string_view detail);

// The same with Retry-After.
Response RetryLater(unsigned status, std::string_view code, std::string_view detail, unsigned seconds);

// "Not Found" for 404; "Error" for a code that this server never sends.
std::string_view ReasonPhrase(unsigned status);

}  // namespace sotto::server
