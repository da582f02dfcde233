// Whatever bytes a connection brings: it answers in HTTP or closes, and comes to an end once they are read.
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "server-stub/http/connection.h"
#include "server-stub/http/problem.h"
#include "server-stub/routes/routes.h"

namespace {

using namespace sotto::server;
namespace asio = boost::asio;

struct NoWebSockets final : WebSocketGate {
  std::variant<WebSocketSession, Response> Admit(const PathParameters&, const std::string&, size_t) override {
    return Problem(404, "NOT_FOUND", "There is no such stream.");
  }
};

// Everything that can be read now.
void ReadInto(std::string& received, int socket) {
  std::array<char, 16'384> block;
  ssize_t count = 0;
  while ((count = read(socket, block.data(), block.size())) > 0) {
    received.append(block.data(), static_cast<size_t>(count));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Site site{Config{}};
  static const Router router(MakeEndpoints(site));
  static const Cors cors({"https://shop.example"});
  static NoWebSockets no_websockets;
  static Gateway gateway{site.config, router, cors, site.metrics, no_websockets, site.draining};

  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  // What does not fit into the socket would not be read before it is written; libFuzzer's inputs are smaller.
  if (write(ends[0], data, size) < 0 && size > 0) std::abort();
  shutdown(ends[0], SHUT_WR);

  std::string received;
  {
    Worker worker(0);
    asio::ip::tcp::socket socket(worker.io);
    socket.assign(asio::ip::tcp::v4(), ends[1]);  // to the connection, a stream is a stream
    asio::co_spawn(worker.io, ServeConnection(std::move(socket), worker, gateway), asio::detached);
    // A second: far longer than anything here takes, far shorter than any of the connection's limits.
    while (worker.io.run_one_for(std::chrono::seconds(1)) > 0) ReadInto(received, ends[0]);
    if (!worker.io.stopped()) std::abort();
  }
  ReadInto(received, ends[0]);
  close(ends[0]);
  if (!received.empty() && !received.starts_with("HTTP/1.")) std::abort();
  return 0;
}
