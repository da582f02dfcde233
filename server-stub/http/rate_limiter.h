// So many requests in a time for each key: a token bucket for each, in memory only.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace sotto::server {

class RateLimiter {
 public:
  // `limit` requests in `seconds`, which may come all at once. 0: no limit.
  explicit RateLimiter(uint32_t limit, double seconds = 60) : limit_(limit), seconds_(seconds) {}

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

  const uint32_t limit_;
  const double seconds_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace sotto::server
