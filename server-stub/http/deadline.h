// When a connection's socket is to be closed.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>

namespace sotto::server {

// Setting it costs next to nothing where it moves on, as it does with each request: the timer that runs is left alone,
// and sees where the deadline is by then when it goes off. For the socket's thread.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  // Precondition: the socket outlives it.
  explicit Deadline(boost::asio::ip::tcp::socket& socket);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  // Closes the socket after that time, unless it is set again or cleared before.
  void Set(Clock::duration after);
  void Clear();
  // Was the socket closed?
  bool passed() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // a timer that has gone off may still have to look whether it is there
};

}  // namespace sotto::server
