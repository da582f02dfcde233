// Entity tags (RFC 9110, 8.8.3 and 13.1.2).
#pragma once

#include <string>
#include <string_view>

#include "server-stub/http/message.h"

namespace sotto::server {

// A strong entity tag from the content: "\"" + 32 hexadecimal digits of its SHA-256 + "\"".
std::string EntityTagOf(std::string_view content);

// Does If-None-Match hold this tag, or "*"? Compared weakly, as the RFC asks for here.
bool Matches(std::string_view if_none_match, std::string_view entity_tag);

// 304 if the client has it, else 200 with the content.
Response Conditional(const Request& request, const SharedText& content, std::string_view entity_tag,
                     std::string_view content_type, std::string_view cache_control);

}  // namespace sotto::server
