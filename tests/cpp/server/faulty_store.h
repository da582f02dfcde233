// A store in front of another that fails where it is told to: before a transaction, which then did not happen, or after
// it, which then did although the caller hears otherwise. What a process that is killed leaves behind is one of the
// two.
#pragma once

#include <cstddef>
#include <utility>

#include "server-stub/storage/aggregator_store.h"

namespace sotto::server {

enum class StoreFault : uint8_t { kNone, kBefore, kAfter };

class FaultyStore final : public AggregatorStore {
 public:
  explicit FaultyStore(AggregatorStore& store) : store_(store) {}

  // The call after `calls` more fails.
  void FailAfter(size_t calls, StoreFault fault) {
    calls_ = calls;
    fault_ = fault;
  }
  void Heal() { fault_ = StoreFault::kNone; }

  Status AddTask(const TaskRecord& task) override { return store_.AddTask(task); }
  Result<std::vector<AppendOutcome>> AppendReports(std::span<const NewReport> reports) override {
    return Through([&] { return store_.AppendReports(reports); });
  }
  Result<std::optional<LeasedAggregationJob>> LeaseAggregationJob(const AggregationJobTerms& terms) override {
    return Through([&] { return store_.LeaseAggregationJob(terms); });
  }
  Status RejectReports(const Lease& lease, std::span<const dap::ReportId> reports) override {
    return Through([&] { return store_.RejectReports(lease, reports); });
  }
  Status ReturnAggregationJob(const Lease& lease, int64_t due, const std::string& location) override {
    return Through([&] { return store_.ReturnAggregationJob(lease, due, location); });
  }
  Status FinishAggregationJob(const Lease& lease, std::span<const ReportOutcome> outcomes,
                              const AddShare& add) override {
    return Through([&] { return store_.FinishAggregationJob(lease, outcomes, add); });
  }
  Status AbandonAggregationJob(const Lease& lease) override {
    return Through([&] { return store_.AbandonAggregationJob(lease); });
  }
  Result<std::optional<HelperJob>> FindHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) override {
    return Through([&] { return store_.FindHelperJob(task, id); });
  }
  Status AcceptHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id, ByteSpan request) override {
    return Through([&] { return store_.AcceptHelperJob(task, id, request); });
  }
  Result<std::optional<LeasedHelperJob>> LeaseHelperJob(int64_t now, int64_t lease_until) override {
    return Through([&] { return store_.LeaseHelperJob(now, lease_until); });
  }
  Result<Bytes> CommitHelperJob(
      const dap::TaskId& task, const dap::AggregationJobId& id, const Lease* lease,
      std::span<const ReportOutcome> outcomes, const AddShare& add,
      const std::function<Result<Bytes>(std::span<const std::optional<dap::ReportError>>)>& render) override {
    return Through([&] { return store_.CommitHelperJob(task, id, lease, outcomes, add, render); });
  }
  Status DeleteHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) override {
    return Through([&] { return store_.DeleteHelperJob(task, id); });
  }
  Result<std::vector<bool>> KnownReports(const dap::TaskId& task, std::span<const dap::ReportId> reports) override {
    return Through([&] { return store_.KnownReports(task, reports); });
  }
  Result<Bytes> ReleaseShare(const dap::TaskId& task, const dap::AggregateShareId& id, const BatchRange& range,
                             const std::function<Status(const Batch&)>& check, const Charge& charge,
                             const MakeRelease& make) override {
    return Through([&] { return store_.ReleaseShare(task, id, range, check, charge, make); });
  }
  Result<std::optional<Bytes>> FindShare(const dap::TaskId& task, const dap::AggregateShareId& id) override {
    return Through([&] { return store_.FindShare(task, id); });
  }
  Status DeleteShare(const dap::TaskId& task, const dap::AggregateShareId& id) override {
    return Through([&] { return store_.DeleteShare(task, id); });
  }
  Result<CollectionJob> CreateCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& fresh,
                                            ByteSpan request) override {
    return Through([&] { return store_.CreateCollectionJob(task, fresh, request); });
  }
  Result<std::optional<CollectionJob>> FindCollectionJob(const dap::TaskId& task,
                                                         const dap::CollectionJobId& id) override {
    return Through([&] { return store_.FindCollectionJob(task, id); });
  }
  Result<std::optional<LeasedCollectionJob>> LeaseCollectionJob(int64_t now, int64_t lease_until) override {
    return Through([&] { return store_.LeaseCollectionJob(now, lease_until); });
  }
  Status ReturnCollectionJob(const Lease& lease, int64_t due) override {
    return Through([&] { return store_.ReturnCollectionJob(lease, due); });
  }
  Result<FrozenBatch> FreezeBatch(const Lease& lease, const BatchRange& range, bool close) override {
    return Through([&] { return store_.FreezeBatch(lease, range, close); });
  }
  Status FinishCollectionJob(const Lease& lease, const Charge& charge, const MakeRelease& make) override {
    return Through([&] { return store_.FinishCollectionJob(lease, charge, make); });
  }
  Status FailCollectionJob(const Lease& lease, std::optional<dap::Problem> problem, const std::string& detail,
                           bool thaw) override {
    return Through([&] { return store_.FailCollectionJob(lease, problem, detail, thaw); });
  }
  Status DeleteCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& id) override {
    return Through([&] { return store_.DeleteCollectionJob(task, id); });
  }
  Status Scrub(const dap::TaskId& task) override {
    return Through([&] { return store_.Scrub(task); });
  }
  Result<std::map<uint64_t, privacy::MicroRho>> Spent() override {
    return Through([&] { return store_.Spent(); });
  }
  Result<StoreStats> Stats() override { return store_.Stats(); }

 private:
  template <class Call>
  auto Through(const Call& call) -> decltype(call()) {
    const Error gone{ErrorCode::kUnavailable, "the simulated storage failed.", ""};
    if (fault_ == StoreFault::kNone || calls_-- > 0) return call();
    const StoreFault fault = std::exchange(fault_, StoreFault::kNone);
    if (fault == StoreFault::kAfter) (void)call();
    return gone;
  }

  AggregatorStore& store_;
  size_t calls_ = 0;
  StoreFault fault_ = StoreFault::kNone;
};

}  // namespace sotto::server
