// Which segments may be asked for: those that the encoder has finished, which is when its playlist names them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace sotto::server {

class SegmentNames {
 public:
  // Takes the names in a media playlist, to be kept until that moment. Moments are Unix milliseconds.
  void Add(std::string_view playlist, int64_t until_ms);
  // Forgets those that were kept until an earlier moment.
  void Forget(int64_t before_ms);
  void Clear() { until_.clear(); }

  bool Contains(std::string_view name) const { return until_.contains(name); }

 private:
  std::map<std::string, int64_t, std::less<>> until_;
};

}  // namespace sotto::server
