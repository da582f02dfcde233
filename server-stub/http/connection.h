// One HTTP/1.1 connection: reads requests within the limits, has them answered, writes the answers.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server-stub/http/gateway.h"
#include "server-stub/http/worker.h"

namespace sotto::server {

// Serves the socket until either side closes it. To be run on the worker's event loop.
//   a header above header_bytes  431        a body above its route's limit   413, before any of it is read
//   a Transfer-Encoding          411        a header or body that is slow    the connection is cut
//   no Host, or several          400        an answer that is slow           503
// After an error that leaves the request half read the connection closes, gracefully, so that the answer arrives.
boost::asio::awaitable<void> ServeConnection(boost::asio::ip::tcp::socket socket, Worker& worker, Gateway& gateway);

}  // namespace sotto::server
