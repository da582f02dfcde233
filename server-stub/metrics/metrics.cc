#include "server-stub/metrics/metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <sstream>

namespace sotto::server {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

Histogram::BucketBoundaries LatencyBuckets() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}

Histogram::BucketBoundaries BatchBuckets() {
  return {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'000};
}

}  // namespace

Metrics::Metrics()
    : requests_(BuildCounter()
                    .Name("sotto_http_requests_total")
                    .Help("Requests answered, by route and status.")
                    .Register(registry_)),
      updates_(
          BuildCounter().Name("sotto_updates_total").Help("Updates put, by what became of them.").Register(registry_)),
      viewers_(BuildGauge()
                   .Name("sotto_websocket_clients")
                   .Help("Viewers connected to a stream's comments.")
                   .Register(registry_)),
      comments_(BuildCounter()
                    .Name("sotto_comments_total")
                    .Help("Comments published, by stream and source.")
                    .Register(registry_)),
      dropped_(BuildCounter()
                   .Name("sotto_comments_dropped_total")
                   .Help("Comments that slow viewers did not get.")
                   .Register(registry_)),
      refused_comments_(BuildCounter()
                            .Name("sotto_comments_refused_total")
                            .Help("Comments of viewers that were not published, by reason.")
                            .Register(registry_)),
      refused_connections_(BuildCounter()
                               .Name("sotto_http_connections_refused_total")
                               .Help("Connections not accepted or cut, by reason.")
                               .Register(registry_)),
      reloads_(BuildGauge()
                   .Name("sotto_reloads_waiting")
                   .Help("Requests that wait for a part of a stream.")
                   .Register(registry_)),
      round_updates_(
          BuildGauge().Name("sotto_round_updates").Help("Updates stored in a task's round.").Register(registry_)),
      round_minimum_(
          BuildGauge().Name("sotto_round_minimum").Help("Updates that close a task's round.").Register(registry_)),
      round_closed_(
          BuildGauge().Name("sotto_round_closed").Help("1 once a task's round is closed.").Register(registry_)),
      storage_queue_(BuildGauge()
                         .Name("sotto_storage_queue")
                         .Help("Updates waiting for the storage thread.")
                         .Register(registry_)
                         .Add({})),
      commit_batch_(BuildHistogram()
                        .Name("sotto_commit_batch_updates")
                        .Help("Updates in one durable commit.")
                        .Register(registry_)
                        .Add({}, BatchBuckets())),
      commit_failures_(BuildCounter()
                           .Name("sotto_commit_failures_total")
                           .Help("Commits that failed; nothing of them was acknowledged.")
                           .Register(registry_)
                           .Add({})),
      connections_(
          BuildGauge().Name("sotto_http_connections").Help("Connections open now.").Register(registry_).Add({})) {
  auto& latency = BuildHistogram()
                      .Name("sotto_http_request_seconds")
                      .Help("From the request's header to its answer, by route.")
                      .Register(registry_);
  for (size_t route = 0; route < kRouteCount; ++route) {
    const std::string name(RouteName(static_cast<Route>(route)));
    latency_[route] = &latency.Add({{"route", name}}, LatencyBuckets());
  }
}

void Metrics::CountRequest(Route route, unsigned status, double seconds) {
  const auto index = static_cast<size_t>(route);
  std::atomic<prometheus::Counter*>& known = requests_by_status_[index][std::min<size_t>(status, kStatuses - 1)];
  prometheus::Counter* counter = known.load(std::memory_order_acquire);
  if (counter == nullptr) {
    // The same one for the same labels, whoever asks first.
    counter = &requests_.Add({{"route", std::string(RouteName(route))}, {"status", std::to_string(status)}});
    known.store(counter, std::memory_order_release);
  }
  counter->Increment();
  latency_[index]->Observe(seconds);
}

void Metrics::CountUpdate(std::string_view result) {
  updates_.Add({{"result", std::string(result)}}).Increment();
}

prometheus::Gauge& Metrics::Viewers(const std::string& stream) {
  return viewers_.Add({{"stream", stream}});
}

prometheus::Counter& Metrics::Comments(const std::string& stream, const std::string& source) {
  return comments_.Add({{"stream", stream}, {"source", source}});
}

prometheus::Counter& Metrics::DroppedComments(const std::string& stream) {
  return dropped_.Add({{"stream", stream}});
}

prometheus::Counter& Metrics::RefusedComments(const std::string& stream, const std::string& reason) {
  return refused_comments_.Add({{"stream", stream}, {"reason", reason}});
}

prometheus::Counter& Metrics::RefusedConnections(const std::string& reason) {
  return refused_connections_.Add({{"reason", reason}});
}

prometheus::Gauge& Metrics::WaitingReloads(const std::string& stream) {
  return reloads_.Add({{"stream", stream}});
}

void Metrics::SetRound(const std::string& task, uint64_t count, uint64_t minimum, bool closed) {
  round_updates_.Add({{"task", task}}).Set(static_cast<double>(count));
  round_minimum_.Add({{"task", task}}).Set(static_cast<double>(minimum));
  round_closed_.Add({{"task", task}}).Set(closed ? 1 : 0);
}

std::string Metrics::Text() const {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, registry_.Collect());
  return std::move(out).str();
}

}  // namespace sotto::server
