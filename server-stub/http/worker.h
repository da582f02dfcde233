// A thread with its own event loop, and the connections that live on it. Nothing of a connection is shared between
// threads, so nothing of it is locked.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <unordered_set>

#include "server-stub/http/date.h"

namespace sotto::server {

// What is told when the server is about to end; on its worker's thread.
class Drainable {
 public:
  virtual ~Drainable() = default;
  virtual void Drain() = 0;
};

struct Worker {
  explicit Worker(size_t number) : index(number) {}

  const size_t index;
  HttpDateClock date;
  std::unordered_set<Drainable*> drainables;  // above the event loop, which removes them when it ends
  boost::asio::io_context io{1};              // 1: run by one thread
};

}  // namespace sotto::server
