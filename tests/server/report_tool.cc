// Many simulated devices for tests and benchmarks: makes their reports ahead of time, then sends them as fast as the
// leader takes them, and keeps which ones were acknowledged.
//
//   sotto_report_tool make TASK.toml COUNT SEED OUT    TASK.toml: the leader's file; both aggregators must run, for
//   their
//                                                      keys. Report i measures: popularity: item i mod items; affinity:
//                                                      max_items items from i on; mood: bucket i mod 36
//   sotto_report_tool send TASK.toml IN CONNECTIONS ACKS [FROM TO]
//                                                      sends reports FROM to TO (default: all) that ACKS does not have,
//                                                      each once, and adds those that were acknowledged to ACKS (a byte
//                                                      for each report); stops when the leader is gone. Prints a line
//                                                      of JSON
//   sotto_report_tool fill TASK.toml COUNT STORAGE     stores COUNT reports of 100 random bytes that nobody can open in
//                                                      a leader's storage (as `aggregator.storage` of its server, which
//                                                      must not run)
#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <thread>
#include <vector>

#include "server-stub/aggregator/client.h"
#include "server-stub/aggregator/task.h"
#include "server-stub/config/files.h"
#include "server-stub/http/client.h"
#include "server-stub/storage/open_aggregator_store.h"

namespace {

using namespace sotto;
using namespace sotto::server;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

[[noreturn]] void Fail(const std::string& message) {
  std::cerr << "sotto_report_tool: " << message << '\n';
  std::exit(1);
}

template <class T>
T Get(Result<T> result) {
  if (!result.ok()) Fail(ToString(result.error()));
  return std::move(result).value();
}

AggregatorTask TaskFrom(const std::string& path) {
  return Get(MakeAggregatorTask(Get(ReadTaskFile(Get(ReadFile(path)), path))));
}

dap::HpkeConfig KeyOf(const std::string& aggregator) {
  const auto client = Get(HttpClient::Create({}));
  HttpRequest request;
  request.url = aggregator + "/hpke_config";
  const HttpAnswer answer = Get(client->Send(request));
  return Get(dap::DecodeHpkeConfigList(AsBytes(answer.body))).front();
}

std::vector<uint64_t> MeasurementOf(const federation::SplitTask& task, uint64_t index, RandomSource& random) {
  if (const auto* popularity = std::get_if<federation::SplitPopularity>(&task.what)) {
    const std::vector<uint32_t> engaged = {static_cast<uint32_t>(index % popularity->items.size())};
    return Get(federation::MeasurePopularity(task, engaged, random));
  }
  if (const auto* affinity = std::get_if<federation::SplitAffinity>(&task.what)) {
    std::vector<uint32_t> engaged;
    for (uint64_t i = 0; i < affinity->max_items; ++i) {
      engaged.push_back(static_cast<uint32_t>((index + i) % affinity->items.size()));
    }
    return Get(federation::MeasureAffinity(task, engaged, random));
  }
  if (!std::holds_alternative<federation::SplitMood>(task.what)) Fail("there are no simulated devices for this kind");
  return Get(federation::MeasureMood(task, static_cast<uint32_t>(index / federation::kMoodIntents % 3),
                                     static_cast<uint32_t>(index % federation::kMoodIntents)));
}

// Bodies one after the other, each with its length (u32) before it.
void Make(const AggregatorTask& task, uint64_t count, uint64_t seed, const std::string& out) {
  const dap::HpkeConfig leader = KeyOf(task.file.terms.leader);
  const dap::HpkeConfig helper = KeyOf(task.file.terms.helper);
  std::vector<Bytes> bodies(count);
  std::atomic<uint64_t> next = 0;
  const auto work = [&] {
    for (uint64_t i = next++; i < count; i = next++) {
      ByteWriter key;
      key.U64(seed);
      key.U64(i);
      ChaCha20Source::Seed bytes{};
      std::ranges::copy(key.bytes(), bytes.begin());
      ChaCha20Source random(bytes);
      const auto measurement = MeasurementOf(task.file.split, i, random);
      const auto report =
          Get(MakeReport(task.dap, task.prio3, leader, helper, task.dap.interval.start, measurement, random));
      bodies[i] = Get(dap::EncodeUploadRequest({report}));
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 0; i < std::max(1u, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
  threads.clear();
  std::ofstream file(out, std::ios::binary);
  for (const Bytes& body : bodies) {
    ByteWriter size;
    size.U32(static_cast<uint32_t>(body.size()));
    file.write(reinterpret_cast<const char*>(size.bytes().data()), 4);
    file.write(reinterpret_cast<const char*>(body.data()), static_cast<std::streamsize>(body.size()));
  }
  if (!file.flush()) Fail("cannot write " + out);
}

void Fill(const AggregatorTask& task, uint64_t count, const std::string& where) {
  constexpr uint64_t kAtOnce = 10'000;
  const auto store = Get(OpenAggregatorStore(where));
  if (const auto added = store->AddTask(task.Record()); !added.ok()) Fail(ToString(added.error()));
  ChaCha20Source random({});
  for (uint64_t done = 0; done < count; done += kAtOnce) {
    std::vector<NewReport> reports(std::min(kAtOnce, count - done));
    for (NewReport& report : reports) {
      report.task = task.dap.id;
      report.time = task.dap.interval.start;
      report.body.resize(100);
      if (!random.Fill(report.id).ok() || !random.Fill(report.body).ok()) Fail("no random bytes");
    }
    for (const AppendOutcome outcome : Get(store->AppendReports(reports))) {
      if (outcome != AppendOutcome::kStored) Fail("a report was not stored");
    }
  }
}

class Sender {
 public:
  Sender(const AggregatorTask& task, const std::string& in, size_t connections, std::string acks)
      : bytes_(Get(ReadFile(in, size_t{8} << 30))), connections_(connections), acks_(std::move(acks)) {
    url_ = Get(ParseHttpUrl(task.file.terms.leader + "/tasks/" + task.name + "/reports"));
    ByteReader reader(AsBytes(bytes_));
    while (reader.remaining() > 0) bodies_.push_back(Get(reader.Take(Get(reader.U32()))));
    std::ifstream known(acks_, std::ios::binary);
    acknowledged_.assign(std::istreambuf_iterator<char>(known), {});
    acknowledged_.resize(bodies_.size(), 0);
  }

  void Run(size_t from, size_t to) {
    next_ = from;
    end_ = std::min(to, bodies_.size());
    const auto begun = Clock::now();
    for (size_t i = 0; i < connections_; ++i) asio::co_spawn(io_, Work(), asio::detached);
    io_.run();
    const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    std::ofstream(acks_, std::ios::binary)
        .write(acknowledged_.data(), static_cast<std::streamsize>(acknowledged_.size()));
    std::sort(latencies_.begin(), latencies_.end());
    const auto quantile = [this](double q) {
      return latencies_.empty() ? 0.0
                                : latencies_[std::min(latencies_.size() - 1,
                                                      static_cast<size_t>(q * static_cast<double>(latencies_.size())))];
    };
    std::printf(
        "{\"accepted\":%zu,\"replayed\":%zu,\"refused\":%zu,\"busy\":%zu,\"unanswered\":%zu,\"seconds\":%.4f,"
        "\"p50\":%.5f,\"p99\":%.5f}\n",
        accepted_, replayed_, refused_, busy_, unanswered_, seconds, quantile(0.5), quantile(0.99));
  }

 private:
  asio::awaitable<void> Work() {
    tcp::resolver resolver(io_);
    beast::tcp_stream stream(io_);
    const auto [unresolved, addresses] = co_await resolver.async_resolve(url_.host, url_.port, kAwait);
    if (unresolved) co_return;
    const auto [unconnected, endpoint] = co_await stream.async_connect(addresses, kAwait);
    if (unconnected) co_return;
    beast::error_code ignored;
    stream.socket().set_option(tcp::no_delay(true), ignored);
    beast::flat_buffer buffer;
    while (next_ < end_) {
      const size_t index = next_++;
      if (acknowledged_[index] != 0) continue;
      http::request<http::span_body<const uint8_t>> request{http::verb::post, url_.target, 11};
      request.set(http::field::host, url_.host);
      request.set(http::field::content_type, std::string(dap::MediaType(dap::Message::kUploadReq)));
      request.body() = {bodies_[index].data(), bodies_[index].size()};
      request.prepare_payload();
      const auto begun = Clock::now();
      stream.expires_after(std::chrono::seconds(30));
      const auto [unsent, written] = co_await http::async_write(stream, request, kAwait);
      http::response<http::string_body> response;
      boost::system::error_code unanswered = unsent;
      if (!unsent) {
        const auto [failed, read] = co_await http::async_read(stream, buffer, response, kAwait);
        unanswered = failed;
      }
      if (unanswered) {
        ++unanswered_;
        co_return;
      }
      latencies_.push_back(std::chrono::duration<double>(Clock::now() - begun).count());
      Count(index, response);
    }
  }

  void Count(size_t index, const http::response<http::string_body>& response) {
    if (response.result_int() == 503 || response.result_int() == 429) {
      ++busy_;
      return;
    }
    if (response.result_int() == 200 && response.body().empty()) {
      ++accepted_;
      acknowledged_[index] = 1;
      return;
    }
    const auto errors = response.result_int() == 200 ? dap::DecodeUploadErrors(AsBytes(response.body()))
                                                     : Result<std::vector<dap::ReportUploadStatus>>(Error{});
    if (errors.ok() && errors.value().size() == 1 && errors.value()[0].error == dap::ReportError::kReportReplayed) {
      ++replayed_;
      acknowledged_[index] = 1;
      return;
    }
    ++refused_;
  }

  const std::string bytes_;
  const size_t connections_;
  const std::string acks_;
  HttpUrl url_;
  std::vector<ByteSpan> bodies_;
  std::vector<char> acknowledged_;
  asio::io_context io_{1};
  size_t next_ = 0;
  size_t end_ = 0;
  size_t accepted_ = 0;
  size_t replayed_ = 0;
  size_t refused_ = 0;
  size_t busy_ = 0;
  size_t unanswered_ = 0;
  std::vector<double> latencies_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() == 5 && args[0] == "make") {
    Make(TaskFrom(args[1]), std::stoull(args[2]), std::stoull(args[3]), args[4]);
    return 0;
  }
  if (args.size() == 4 && args[0] == "fill") {
    Fill(TaskFrom(args[1]), std::stoull(args[2]), args[3]);
    return 0;
  }
  if ((args.size() == 5 || args.size() == 7) && args[0] == "send") {
    Sender sender(TaskFrom(args[1]), args[2], std::stoul(args[3]), args[4]);
    sender.Run(args.size() == 7 ? std::stoul(args[5]) : 0, args.size() == 7 ? std::stoul(args[6]) : SIZE_MAX);
    return 0;
  }
  std::cerr << "usage: sotto_report_tool make TASK COUNT SEED OUT | send TASK IN CONNECTIONS ACKS [FROM TO] |"
               " fill TASK COUNT STORAGE\n";
  return 2;
}
