// A client that sends bytes over one connection and then nothing more, and what the server behind it answers.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server-stub/http/connection.h"

namespace sotto::server {

// Everything that can be read now.
inline void ReadInto(std::string& received, int socket) {
  std::array<char, 16'384> block;
  ssize_t count = 0;
  while ((count = read(socket, block.data(), block.size())) > 0) {
    received.append(block.data(), static_cast<size_t>(count));
  }
}

// Runs the worker until the connection has come to its end; aborts if it does not. `after_answer` is sent once
// something has come back.
inline std::string Converse(std::string_view bytes, Worker& worker, Gateway& gateway,
                            std::string_view after_answer = {}) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  // What does not fit into the socket would not be read before it is written; libFuzzer's inputs are smaller.
  if (write(ends[0], bytes.data(), bytes.size()) < 0 && !bytes.empty()) std::abort();
  if (after_answer.empty()) shutdown(ends[0], SHUT_WR);

  std::string received;
  boost::asio::ip::tcp::socket socket(worker.io);
  socket.assign(boost::asio::ip::tcp::v4(), ends[1]);  // to the connection, a stream is a stream
  boost::asio::co_spawn(worker.io, ServeConnection(std::move(socket), worker, gateway), boost::asio::detached);
  // Far longer than anything here takes, shorter than any of the connection's limits.
  while (worker.io.run_one_for(std::chrono::seconds(4)) > 0) {
    ReadInto(received, ends[0]);
    if (received.empty() || after_answer.empty()) continue;
    if (write(ends[0], after_answer.data(), after_answer.size()) < 0) std::abort();
    after_answer = {};
    shutdown(ends[0], SHUT_WR);
  }
  if (!worker.io.stopped()) std::abort();
  ReadInto(received, ends[0]);
  close(ends[0]);
  return received;
}

}  // namespace sotto::server
