// What an aggregator counts, as Prometheus reads it.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include "server-stub/aggregator/observer.h"
#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

// Safe from any thread.
class AggregatorMetrics final : public AggregatorObserver {
 public:
  explicit AggregatorMetrics(prometheus::Registry& registry);

  void OnUpload(std::string_view outcome, size_t reports) override;
  void OnAggregated(dap::Role role, std::string_view outcome, size_t reports) override;
  void OnJob(dap::Role role, std::string_view outcome) override;
  void OnCollected(dap::Role role, std::string_view outcome) override;
  void OnCommit(bool durable, size_t reports, double seconds) override;
  void OnStep(std::string_view what, double seconds) override;

  void OnUploadQueue(size_t length) { upload_queue_.Set(static_cast<double>(length)); }
  void SetWaitingRequests(size_t count) { waiting_requests_.Set(static_cast<double>(count)); }
  void SetStored(const StoreStats& stats);
  // Micro-rho: of the operator's lifetime, and of the epoch that has the most.
  void SetBudget(const privacy::Policy& policy, const std::map<uint64_t, privacy::MicroRho>& spent);

 private:
  prometheus::Family<prometheus::Counter>& uploads_;
  prometheus::Family<prometheus::Counter>& reports_;
  prometheus::Family<prometheus::Counter>& jobs_;
  prometheus::Family<prometheus::Counter>& collections_;
  prometheus::Gauge& upload_queue_;
  prometheus::Gauge& waiting_requests_;
  prometheus::Histogram& commit_reports_;
  prometheus::Histogram& commit_seconds_;
  prometheus::Counter& commit_failures_;
  prometheus::Family<prometheus::Histogram>& steps_;
  prometheus::Family<prometheus::Gauge>& stored_;
  prometheus::Family<prometheus::Gauge>& budget_;
};

}  // namespace sotto::server
