#include "server-stub/http/deadline.h"

#include <boost/asio/steady_timer.hpp>

namespace sotto::server {

struct Deadline::State : std::enable_shared_from_this<State> {
  explicit State(boost::asio::ip::tcp::socket& owner) : socket(owner), timer(owner.get_executor()) {}

  void Run() {
    running_until = until;
    timer.expires_at(until);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
      const auto self = weak.lock();
      if (!cancelled && self) self->GoOff();
    });
  }

  void GoOff() {
    running_until = Clock::time_point::max();
    if (until == Clock::time_point::max()) return;
    if (Clock::now() < until) return Run();
    passed = true;
    boost::system::error_code ignored;
    socket.close(ignored);
  }

  boost::asio::ip::tcp::socket& socket;
  boost::asio::steady_timer timer;
  Clock::time_point until = Clock::time_point::max();
  bool passed = false;
  Clock::time_point running_until = Clock::time_point::max();  // when the timer goes off; max: it does not run
};

Deadline::Deadline(boost::asio::ip::tcp::socket& socket) : state_(std::make_shared<State>(socket)) {}
Deadline::~Deadline() = default;

void Deadline::Set(Clock::duration after) {
  state_->until = Clock::now() + after;
  if (state_->until < state_->running_until) state_->Run();
}

bool Deadline::passed() const {
  return state_->passed;
}

void Deadline::Clear() {
  state_->until = Clock::time_point::max();
}

}  // namespace sotto::server
