#include "server-stub/metrics/aggregator_metrics.h"

#include <algorithm>

namespace sotto::server {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Histogram;

Histogram::BucketBoundaries Sizes() {
  return {1, 4, 16, 64, 256, 1'024, 4'096};
}

Histogram::BucketBoundaries Latencies() {
  return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60};
}

constexpr double kMicroRhoOfRho = 1e6;

std::string NameOf(dap::Role role) {
  return role == dap::Role::kLeader ? "leader" : "helper";
}

double Left(privacy::MicroRho limit, privacy::MicroRho spent) {
  return static_cast<double>(limit - std::min(limit, spent)) / kMicroRhoOfRho;
}

}  // namespace

AggregatorMetrics::AggregatorMetrics(prometheus::Registry& registry)
    : uploads_(BuildCounter()
                   .Name("sotto_dap_uploads_total")
                   .Help("Reports uploaded, by what became of them: accepted, or the draft's name of the error.")
                   .Register(registry)),
      reports_(BuildCounter()
                   .Name("sotto_dap_reports_total")
                   .Help("Reports of ended jobs, by role and outcome: aggregated, or the draft's name of the error.")
                   .Register(registry)),
      jobs_(BuildCounter()
                .Name("sotto_dap_aggregation_jobs_total")
                .Help("Aggregation jobs by role: finished, retried, abandoned.")
                .Register(registry)),
      collections_(BuildCounter()
                       .Name("sotto_dap_collections_total")
                       .Help("Batches by role: released, or why not.")
                       .Register(registry)),
      upload_queue_(BuildGauge()
                        .Name("sotto_dap_upload_queue")
                        .Help("Uploads waiting for the storage thread.")
                        .Register(registry)
                        .Add({})),
      waiting_requests_(BuildGauge()
                            .Name("sotto_dap_waiting_requests")
                            .Help("Requests of the other aggregator and collectors that no thread has taken yet.")
                            .Register(registry)
                            .Add({})),
      commit_reports_(BuildHistogram()
                          .Name("sotto_dap_commit_reports")
                          .Help("Reports in one durable commit of uploads.")
                          .Register(registry)
                          .Add({}, Sizes())),
      commit_seconds_(BuildHistogram()
                          .Name("sotto_dap_commit_seconds")
                          .Help("How long such a commit took, failed ones too.")
                          .Register(registry)
                          .Add({}, Latencies())),
      commit_failures_(BuildCounter()
                           .Name("sotto_dap_commit_failures_total")
                           .Help("Commits of uploads that failed; nothing of them was acknowledged.")
                           .Register(registry)
                           .Add({})),
      steps_(BuildHistogram()
                 .Name("sotto_dap_step_seconds")
                 .Help("What a leader's worker did, the helper's answer included: aggregation (one job), collection.")
                 .Register(registry)),
      stored_(BuildGauge()
                  .Name("sotto_dap_stored")
                  .Help("What waits in the storage: reports in no job, unfinished jobs, waiting collections.")
                  .Register(registry)),
      budget_(BuildGauge()
                  .Name("sotto_dap_budget_left_rho")
                  .Help("rho left: of the operator's lifetime, and of the epoch that has spent the most.")
                  .Register(registry)) {}

void AggregatorMetrics::OnUpload(std::string_view outcome, size_t reports) {
  uploads_.Add({{"outcome", std::string(outcome)}}).Increment(static_cast<double>(reports));
}

void AggregatorMetrics::OnAggregated(dap::Role role, std::string_view outcome, size_t reports) {
  reports_.Add({{"role", NameOf(role)}, {"outcome", std::string(outcome)}}).Increment(static_cast<double>(reports));
}

void AggregatorMetrics::OnJob(dap::Role role, std::string_view outcome) {
  jobs_.Add({{"role", NameOf(role)}, {"outcome", std::string(outcome)}}).Increment();
}

void AggregatorMetrics::OnCollected(dap::Role role, std::string_view outcome) {
  collections_.Add({{"role", NameOf(role)}, {"outcome", std::string(outcome)}}).Increment();
}

void AggregatorMetrics::OnCommit(bool durable, size_t reports, double seconds) {
  commit_seconds_.Observe(seconds);
  if (durable) {
    commit_reports_.Observe(static_cast<double>(reports));
  } else {
    commit_failures_.Increment();
  }
}

void AggregatorMetrics::OnStep(std::string_view what, double seconds) {
  steps_.Add({{"what", std::string(what)}}, Latencies()).Observe(seconds);
}

void AggregatorMetrics::SetStored(const StoreStats& stats) {
  stored_.Add({{"what", "reports"}}).Set(static_cast<double>(stats.waiting_reports));
  stored_.Add({{"what", "jobs"}}).Set(static_cast<double>(stats.unfinished_jobs));
  stored_.Add({{"what", "collections"}}).Set(static_cast<double>(stats.waiting_collections));
}

void AggregatorMetrics::SetBudget(const privacy::Policy& policy, const std::map<uint64_t, privacy::MicroRho>& spent) {
  privacy::MicroRho lifetime = 0;
  privacy::MicroRho most = 0;
  for (const auto& [epoch, cost] : spent) {
    lifetime += cost;
    most = std::max(most, cost);
  }
  budget_.Add({{"of", "lifetime"}}).Set(Left(policy.lifetime, lifetime));
  budget_.Add({{"of", "epoch"}}).Set(Left(policy.per_epoch, most));
}

}  // namespace sotto::server
