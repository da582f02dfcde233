// Whatever bytes a connection brings: it answers in HTTP or closes, and comes to an end once they are read. The server
// behind it has both parts, so that GET, PUT, POST and DELETE find routes, bodies are read, and some answers come
// later, from other threads.
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
#include <memory>
#include <string>
#include <string_view>

#include "server-stub/http/connection.h"
#include "server-stub/http/problem.h"
#include "server-stub/models/sha256.h"
#include "server-stub/routes/routes.h"
#include "tests/fuzz/aggregator_sample.h"

namespace {

using namespace sotto;
using namespace sotto::server;
namespace asio = boost::asio;

struct NoWebSockets final : WebSocketGate {
  std::variant<WebSocketSession, Response> Admit(const PathParameters&, const std::string&, size_t) override {
    return Problem(404, "NOT_FOUND", "There is no such stream.");
  }
};

Config ConfigWithAggregator() {
  Config config;
  config.server.operator_token_sha256 = Sha256Hex(AsBytes("operator-token-0123456789"));
  config.aggregator.emplace();
  config.aggregator->storage = "sqlite::memory:";
  config.aggregator->workers = 1;
  config.aggregator->upload_bytes = 4'096;
  config.aggregator->request_bytes = 16'384;
  config.aggregator->reports_per_minute = 0;
  return config;
}

// Leader of one task and helper of another. Nothing drives jobs: what is uploaded stays.
std::unique_ptr<Aggregator> SampleAggregator(const Config& config) {
  static AggregatorObserver observer;
  AggregatorFiles files;
  Must(files.keys.Add(SampleKey(kLeaderKey), true).ok());
  Must(files.tasks.Add(Must(MakeAggregatorTask(SampleFile("sample", dap::Role::kLeader)))).ok());
  Must(files.tasks.Add(Must(MakeAggregatorTask(SampleFile("other", dap::Role::kHelper)))).ok());
  constexpr privacy::MicroRho kPlenty = 1'000'000'000'000'000;
  files.policy = {kPlenty, kPlenty, kPlenty};
  return Must(Aggregator::Create(*config.aggregator, std::move(files), observer, [](size_t) {}));
}

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
  static Site site{ConfigWithAggregator()};
  if (!site.aggregator) site.aggregator = SampleAggregator(site.config);
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
    // Far longer than anything here takes, shorter than any of the connection's limits.
    while (worker.io.run_one_for(std::chrono::seconds(4)) > 0) ReadInto(received, ends[0]);
    if (!worker.io.stopped()) std::abort();
  }
  ReadInto(received, ends[0]);
  close(ends[0]);
  if (!received.empty() && !received.starts_with("HTTP/1.")) std::abort();
  return 0;
}
