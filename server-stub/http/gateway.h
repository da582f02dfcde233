// What a connection needs to know of the rest of the server.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "server-stub/config/config.h"
#include "server-stub/http/connection_counter.h"
#include "server-stub/http/cors.h"
#include "server-stub/http/message.h"
#include "server-stub/http/router.h"
#include "server-stub/metrics/metrics.h"

namespace sotto::server {

using UpgradeRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Speaks WebSocket on the stream until it ends.
using WebSocketSession = std::function<boost::asio::awaitable<void>(boost::beast::tcp_stream, UpgradeRequest)>;

struct WebSocketGate {
  virtual ~WebSocketGate() = default;
  // The session for a connection that wants to upgrade, or why not. `client` is the key of its address, `worker` the
  // thread that it lives on.
  virtual std::variant<WebSocketSession, Response> Admit(const PathParameters& parameters, const std::string& client,
                                                         size_t worker) = 0;
};

struct Gateway {
  const Config& config;
  const Router& router;
  const Cors& cors;
  Metrics& metrics;
  WebSocketGate& websockets;
  const std::atomic<bool>& draining;
  std::atomic<size_t> connections = 0;
  ConnectionCounter connections_by_address{config.limits.connections_per_address};
};

}  // namespace sotto::server
