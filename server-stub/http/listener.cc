#include "server-stub/http/listener.h"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "server-stub/http/client_address.h"
#include "server-stub/http/connection.h"
#include "server-stub/http/connection_counter.h"

namespace sotto::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
// After an error, which is mostly one of the machine's: no descriptors, no memory.
constexpr std::chrono::milliseconds kPauseAfterError{100};

error_code Open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint, bool reuse_port) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && reuse_port) acceptor.set_option(ReusePort(true), error);
  if (!error) acceptor.bind(endpoint, error);
  return error;
}

Error CannotListen(const tcp::endpoint& endpoint, const error_code& error) {
  return {ErrorCode::kUnavailable,
          "cannot listen on " + endpoint.address().to_string() + " port " + std::to_string(endpoint.port()) + ": " +
              error.message() + ".",
          "Choose another server.port; 0 takes any free one."};
}

void LogFailure(const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    spdlog::error("connection failed error=\"{}\"", error.what());
  }
}

asio::awaitable<void> Serve(tcp::socket socket, Worker& worker, Gateway& gateway) {
  struct Count {
    explicit Count(std::atomic<size_t>& counter) : value(counter) {}
    ~Count() { --value; }
    Count(const Count&) = delete;
    Count& operator=(const Count&) = delete;
    std::atomic<size_t>& value;
  };
  const Count count(gateway.connections);
  error_code ignored;
  const std::string peer = socket.remote_endpoint(ignored).address().to_string();
  ConnectionCounter::Ticket ticket;
  if (!IsTrustedProxy(peer, gateway.config.server.trusted_proxies)) {
    ticket = gateway.connections_by_address.Take(ClientKey(peer, "", {}));
    if (!ticket) {
      gateway.metrics.RefusedConnections("address_limit").Increment();
      co_return;  // closes it
    }
  }
  co_await ServeConnection(std::move(socket), worker, gateway);
}

}  // namespace

Result<std::unique_ptr<Listener>> Listener::Bind(const ListenConfig& config,
                                                 std::vector<std::unique_ptr<Worker>>& workers) {
  error_code error;
  const auto address = asio::ip::make_address(config.address, error);
  if (error) {
    return Error{ErrorCode::kInvalidArgument, "server.address \"" + config.address + "\" is no IP address.", ""};
  }
  tcp::endpoint endpoint(address, config.port);
  if (config.port != 0) {
    // A socket that shares its port would also share it with another server that runs already. This one does not.
    tcp::acceptor probe(workers.front()->io);
    error = Open(probe, endpoint, false);
    if (error) return CannotListen(endpoint, error);
  }
  std::unique_ptr<Listener> listener(new Listener(workers));
  for (const auto& worker : workers) {
    auto socket = std::make_unique<Socket>(Socket{worker.get(), tcp::acceptor(worker->io)});
    error = Open(socket->acceptor, endpoint, true);
    const bool first = worker == workers.front();
    if (error && first) {
      socket->acceptor.close();
      error = Open(socket->acceptor, endpoint, false);
    }
    if (!error) socket->acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error && first) return CannotListen(endpoint, error);
    if (error) break;
    // The port that the first one got is the port of all.
    endpoint.port(socket->acceptor.local_endpoint().port());
    listener->sockets_.push_back(std::move(socket));
  }
  // All or one: a kernel that spreads connections over some of the workers would leave the others idle.
  if (listener->sockets_.size() != workers.size()) listener->sockets_.resize(1);
  listener->port_ = endpoint.port();
  return listener;
}

void Listener::Start(Gateway& gateway) {
  for (const auto& socket : sockets_) {
    asio::co_spawn(socket->worker->io, Accept(*socket, gateway), LogFailure);
  }
}

void Listener::Stop() {
  for (const auto& socket : sockets_) {
    asio::post(socket->worker->io, [&acceptor = socket->acceptor] {
      error_code ignored;
      acceptor.close(ignored);
    });
  }
}

Worker& Listener::WorkerFor(Socket& socket) {
  if (sockets_.size() == workers_.size()) return *socket.worker;
  return *workers_[next_++ % workers_.size()];
}

asio::awaitable<void> Listener::Accept(Socket& socket, Gateway& gateway) {
  bool failing = false;
  while (true) {
    Worker& worker = WorkerFor(socket);
    auto [error, accepted] = co_await socket.acceptor.async_accept(worker.io, kAwait);
    if (!socket.acceptor.is_open()) co_return;
    if (error) {
      // Once for each series of failures.
      if (!std::exchange(failing, true)) spdlog::warn("cannot accept connections error=\"{}\"", error.message());
      asio::steady_timer pause(socket.worker->io, kPauseAfterError);
      co_await pause.async_wait(kAwait);
      continue;
    }
    failing = false;
    if (++gateway.connections > gateway.config.limits.connections) {
      --gateway.connections;
      gateway.metrics.RefusedConnections("limit").Increment();
      continue;  // closes it
    }
    asio::co_spawn(worker.io, Serve(std::move(accepted), worker, gateway), LogFailure);
  }
}

}  // namespace sotto::server
