// The Date header (RFC 9110, 5.6.7).
#pragma once

#include <ctime>
#include <string>

namespace sotto::server {

std::string HttpDate(std::time_t moment);  // "Sun, 06 Nov 1994 08:49:37 GMT"

}  // namespace sotto::server
