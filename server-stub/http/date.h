// The Date header (RFC 9110, 5.6.7).
#pragma once

#include <ctime>
#include <string>

namespace sotto::server {

std::string HttpDate(std::time_t moment);  // "Sun, 06 Nov 1994 08:49:37 GMT"

// The same, written once for each second in which it is asked for. For one thread.
class HttpDateClock {
 public:
  const std::string& At(std::time_t moment);

 private:
  std::time_t moment_ = 0;
  std::string text_;
};

}  // namespace sotto::server
