// What the server counts, as Prometheus reads it. No label ever holds anything of a viewer.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

#include "server-stub/http/router.h"

namespace sotto::server {

// Safe from any thread.
class Metrics {
 public:
  Metrics();

  void CountRequest(Route route, unsigned status, double seconds);
  void CountUpdate(std::string_view result);  // "accepted", "duplicate", "conflict", "closed", ...

  prometheus::Gauge& storage_queue() { return storage_queue_; }
  prometheus::Histogram& commit_batch() { return commit_batch_; }
  prometheus::Counter& commit_failures() { return commit_failures_; }
  prometheus::Gauge& connections() { return connections_; }

  prometheus::Gauge& Viewers(const std::string& stream);
  prometheus::Counter& Comments(const std::string& stream, const std::string& source);  // "viewer", "replay"
  prometheus::Counter& DroppedComments(const std::string& stream);
  // "rate" (of an address), "stream_rate", "malformed", "not_text"
  prometheus::Counter& RefusedComments(const std::string& stream, const std::string& reason);
  // "limit", "address_limit": not accepted; "slow": its header, body or reading took too long
  prometheus::Counter& RefusedConnections(const std::string& reason);
  // Requests that wait for a playlist or segment.
  prometheus::Gauge& WaitingReloads(const std::string& stream);
  void SetRound(const std::string& task, uint64_t count, uint64_t minimum, bool closed);

  prometheus::Registry& registry() { return registry_; }
  // The text format, version 0.0.4.
  std::string Text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& updates_;
  prometheus::Family<prometheus::Gauge>& viewers_;
  prometheus::Family<prometheus::Counter>& comments_;
  prometheus::Family<prometheus::Counter>& dropped_;
  prometheus::Family<prometheus::Counter>& refused_comments_;
  prometheus::Family<prometheus::Counter>& refused_connections_;
  prometheus::Family<prometheus::Gauge>& reloads_;
  prometheus::Family<prometheus::Gauge>& round_updates_;
  prometheus::Family<prometheus::Gauge>& round_minimum_;
  prometheus::Family<prometheus::Gauge>& round_closed_;
  prometheus::Gauge& storage_queue_;
  prometheus::Histogram& commit_batch_;
  prometheus::Counter& commit_failures_;
  prometheus::Gauge& connections_;
  std::array<prometheus::Histogram*, kRouteCount> latency_{};
  // Those that were counted before, by route and status: finding one by its labels costs more than many an answer.
  static constexpr size_t kStatuses = 600;
  std::array<std::array<std::atomic<prometheus::Counter*>, kStatuses>, kRouteCount> requests_by_status_{};
};

}  // namespace sotto::server
