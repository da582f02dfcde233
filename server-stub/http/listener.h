// Accepts connections and gives them to the workers.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server-stub/http/gateway.h"
#include "server-stub/http/worker.h"
#include "sotto/base/result.h"

namespace sotto::server {

class Listener {
 public:
  // Binds, without accepting yet. Where the kernel can spread connections over several sockets (SO_REUSEPORT) each
  // worker gets one of its own, otherwise the first worker accepts for all. kInvalidArgument if the address is none,
  // kUnavailable if it cannot be bound (in use, not permitted).
  static Result<std::unique_ptr<Listener>> Bind(const ListenConfig& config,
                                                std::vector<std::unique_ptr<Worker>>& workers);

  uint16_t port() const { return port_; }

  // Starts accepting. `gateway` must outlive the workers' event loops.
  void Start(Gateway& gateway);
  // Stops accepting. On any thread; takes effect on the workers'.
  void Stop();

 private:
  struct Socket {
    Worker* worker;  // whose event loop accepts
    boost::asio::ip::tcp::acceptor acceptor;
  };

  explicit Listener(std::vector<std::unique_ptr<Worker>>& workers) : workers_(workers) {}
  boost::asio::awaitable<void> Accept(Socket& socket, Gateway& gateway);
  Worker& WorkerFor(Socket& socket);

  std::vector<std::unique_ptr<Worker>>& workers_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  uint16_t port_ = 0;
  size_t next_ = 0;  // only used where the first worker accepts for all
};

}  // namespace sotto::server
