#include "server-stub/http/date.h"

#include <array>
#include <cstdio>

namespace sotto::server {

std::string HttpDate(std::time_t moment) {
  // Not strftime: its names follow the locale.
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm utc{};
  (void)gmtime_r(&moment, &utc);  // fails for years that do not fit an int alone
  std::array<char, 64> text{};
  const int size = std::snprintf(
      text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[static_cast<size_t>(utc.tm_wday)],
      utc.tm_mday, kMonths[static_cast<size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return {text.data(), static_cast<size_t>(size)};
}

const std::string& HttpDateClock::At(std::time_t moment) {
  if (text_.empty() || moment != moment_) text_ = HttpDate(moment_ = moment);
  return text_;
}

}  // namespace sotto::server
