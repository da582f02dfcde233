// So many requests a minute for each client: a token bucket for each key, in memory only.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sotto::server {

class RateLimiter {
 public:
  // A minute's worth may come at once. 0 per minute: no limit.
  explicit RateLimiter(uint32_t per_minute) : per_minute_(per_minute) {}

  // Takes a token: 0, or the seconds (rounded up, at least 1) until there is one again.
  // `now` is any clock's seconds that do not run backwards.
  unsigned Take(const std::string& key, double now);

  // Keys remembered. Bounded: full buckets are forgotten first, then all, so that memory cannot be filled by inventing
  // addresses.
  static constexpr size_t kMaxKeys = 100'000;
  size_t size() const;

 private:
  struct Bucket {
    double tokens;
    double at;
  };
  double Refilled(const Bucket& bucket, double now) const;
  void MakeRoom(double now);

  const uint32_t per_minute_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace sotto::server
