// How many connections of a kind there are for each key, and no more than a limit.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

namespace sotto::server {

class ConnectionCounter {
 public:
  explicit ConnectionCounter(size_t limit) : limit_(limit) {}

  // Counts as long as it lives. Movable; the counter must outlive it.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(ConnectionCounter* counter, std::string key) : counter_(counter), key_(std::move(key)) {}
    Ticket(Ticket&& other) noexcept : counter_(std::exchange(other.counter_, nullptr)), key_(std::move(other.key_)) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(counter_, other.counter_);
      std::swap(key_, other.key_);
      return *this;
    }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;
    ~Ticket() {
      if (counter_ != nullptr) counter_->Release(key_);
    }
    explicit operator bool() const { return counter_ != nullptr; }

   private:
    ConnectionCounter* counter_ = nullptr;
    std::string key_;
  };

  // A ticket, or an empty one if the key has as many as the limit allows. Any thread.
  Ticket Take(const std::string& key) {
    const std::lock_guard lock(mutex_);
    size_t& count = counts_[key];
    if (count >= limit_) {
      if (count == 0) counts_.erase(key);
      return {};
    }
    ++count;
    return {this, key};
  }

  size_t Count(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    return found == counts_.end() ? 0 : found->second;
  }

 private:
  void Release(const std::string& key) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(key);
    if (--found->second == 0) counts_.erase(found);
  }

  const size_t limit_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, size_t> counts_;
};

}  // namespace sotto::server
