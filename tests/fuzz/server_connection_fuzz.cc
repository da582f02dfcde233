// Whatever bytes a connection brings: it answers in HTTP or closes, and comes to an end once they are read. The server
// behind it has both parts, so that GET, PUT, POST and DELETE find routes, bodies are read, and some answers come
// later, from other threads.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "server-stub/http/problem.h"
#include "server-stub/models/sha256.h"
#include "server-stub/routes/routes.h"
#include "tests/fuzz/aggregator_sample.h"
#include "tests/fuzz/conversation.h"

namespace {

using namespace sotto;
using namespace sotto::server;

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Site site{ConfigWithAggregator()};
  if (!site.aggregator) site.aggregator = SampleAggregator(site.config);
  static const Router router(MakeEndpoints(site));
  static const Cors cors({"https://shop.example"});
  static NoWebSockets no_websockets;
  static Gateway gateway{site.config, router, cors, site.metrics, no_websockets, site.draining};

  Worker worker(0);
  const std::string received = Converse({reinterpret_cast<const char*>(data), size}, worker, gateway);
  if (!received.empty() && !received.starts_with("HTTP/1.")) std::abort();
  return 0;
}
