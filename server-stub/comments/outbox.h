// What waits to be written to one viewer.
#pragma once

#include <cstddef>
#include <deque>

#include "server-stub/http/message.h"

namespace sotto::server {

// For one thread. Holds shared bytes, so a comment that waits for a thousand viewers is in memory once.
class Outbox {
 public:
  explicit Outbox(size_t limit) : limit_(limit) {}

  // True if the oldest waiting one had to go for it.
  bool Push(SharedText text) {
    waiting_.push_back(std::move(text));
    if (waiting_.size() <= limit_) return false;
    waiting_.pop_front();
    return true;
  }

  bool empty() const { return waiting_.empty(); }
  size_t size() const { return waiting_.size(); }

  // Precondition: not empty.
  SharedText Pop() {
    SharedText text = std::move(waiting_.front());
    waiting_.pop_front();
    return text;
  }

 private:
  const size_t limit_;
  std::deque<SharedText> waiting_;
};

}  // namespace sotto::server
