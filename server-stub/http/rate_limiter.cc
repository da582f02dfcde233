#include "server-stub/http/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace sotto::server {

double RateLimiter::Refilled(const Bucket& bucket, double now) const {
  const double limit = limit_;
  return std::min(limit, bucket.tokens + (now - bucket.at) * limit / seconds_);
}

void RateLimiter::MakeRoom(double now) {
  std::erase_if(buckets_, [&](const auto& entry) { return Refilled(entry.second, now) >= limit_; });
  if (buckets_.size() >= kMaxKeys) buckets_.clear();
}

unsigned RateLimiter::Take(const std::string& key, double now) {
  if (limit_ == 0) return 0;
  const std::lock_guard lock(mutex_);
  auto found = buckets_.find(key);
  if (found == buckets_.end()) {
    if (buckets_.size() >= kMaxKeys) MakeRoom(now);
    found = buckets_.emplace(key, Bucket{static_cast<double>(limit_), now}).first;
  }
  Bucket& bucket = found->second;
  bucket = {Refilled(bucket, now), now};
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return 0;
  }
  // Less a trifle, so that a rounding error does not cost a second.
  return std::max(1U, static_cast<unsigned>(std::ceil((1 - bucket.tokens) * seconds_ / limit_ - 1e-6)));
}

size_t RateLimiter::size() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace sotto::server
