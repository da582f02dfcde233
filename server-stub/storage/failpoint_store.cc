#include "server-stub/storage/failpoint_store.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace sotto::server {
namespace {

// Whether a call did what its function is for, where it may also find nothing to do.
template <class T>
bool DidSomething(const T& result) {
  return result.ok();
}
template <class T>
bool DidSomething(const Result<std::optional<T>>& result) {
  return result.ok() && result.value().has_value();
}
bool DidSomething(const Result<FrozenBatch>& result) {
  return result.ok() && result.value().state == BatchState::kReady;
}

class FailpointStore final : public AggregatorStore {
 public:
  FailpointStore(std::unique_ptr<AggregatorStore> store, Failpoints failpoints)
      : store_(std::move(store)), failpoints_(std::move(failpoints)) {}

  Status AddTask(const TaskRecord& task) override { return store_->AddTask(task); }
  Result<std::vector<AppendOutcome>> AppendReports(std::span<const NewReport> reports) override {
    return At("AppendReports", [&] { return store_->AppendReports(reports); });
  }
  Result<std::optional<LeasedAggregationJob>> LeaseAggregationJob(const AggregationJobTerms& terms) override {
    return At("LeaseAggregationJob", [&] { return store_->LeaseAggregationJob(terms); });
  }
  Status RejectReports(const Lease& lease, std::span<const dap::ReportId> reports) override {
    return At("RejectReports", [&] { return store_->RejectReports(lease, reports); });
  }
  Status ReturnAggregationJob(const Lease& lease, int64_t due, const std::string& location) override {
    return At("ReturnAggregationJob", [&] { return store_->ReturnAggregationJob(lease, due, location); });
  }
  Status FinishAggregationJob(const Lease& lease, std::span<const ReportOutcome> outcomes,
                              const AddShare& add) override {
    return At("FinishAggregationJob",
              [&] { return store_->FinishAggregationJob(lease, outcomes, Inside("FinishAggregationJob", add)); });
  }
  Status AbandonAggregationJob(const Lease& lease) override {
    return At("AbandonAggregationJob", [&] { return store_->AbandonAggregationJob(lease); });
  }
  Result<std::optional<HelperJob>> FindHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) override {
    return store_->FindHelperJob(task, id);
  }
  Status AcceptHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id, ByteSpan request) override {
    return At("AcceptHelperJob", [&] { return store_->AcceptHelperJob(task, id, request); });
  }
  Result<std::optional<LeasedHelperJob>> LeaseHelperJob(int64_t now, int64_t lease_until) override {
    return At("LeaseHelperJob", [&] { return store_->LeaseHelperJob(now, lease_until); });
  }
  Result<Bytes> CommitHelperJob(
      const dap::TaskId& task, const dap::AggregationJobId& id, const Lease* lease,
      std::span<const ReportOutcome> outcomes, const AddShare& add,
      const std::function<Result<Bytes>(std::span<const std::optional<dap::ReportError>>)>& render) override {
    return At("CommitHelperJob", [&] {
      return store_->CommitHelperJob(task, id, lease, outcomes, add, Inside("CommitHelperJob", render));
    });
  }
  Status DeleteHelperJob(const dap::TaskId& task, const dap::AggregationJobId& id) override {
    return At("DeleteHelperJob", [&] { return store_->DeleteHelperJob(task, id); });
  }
  Result<std::vector<bool>> KnownReports(const dap::TaskId& task, std::span<const dap::ReportId> reports) override {
    return store_->KnownReports(task, reports);
  }
  Result<Bytes> ReleaseShare(const dap::TaskId& task, const dap::AggregateShareId& id, const BatchRange& range,
                             const std::function<Status(const Batch&)>& check, const Charge& charge,
                             const MakeRelease& make) override {
    return At("ReleaseShare",
              [&] { return store_->ReleaseShare(task, id, range, check, charge, Inside("ReleaseShare", make)); });
  }
  Result<std::optional<Bytes>> FindShare(const dap::TaskId& task, const dap::AggregateShareId& id) override {
    return store_->FindShare(task, id);
  }
  Status DeleteShare(const dap::TaskId& task, const dap::AggregateShareId& id) override {
    return At("DeleteShare", [&] { return store_->DeleteShare(task, id); });
  }
  Result<CollectionJob> CreateCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& fresh,
                                            ByteSpan request) override {
    return At("CreateCollectionJob", [&] { return store_->CreateCollectionJob(task, fresh, request); });
  }
  Result<std::optional<CollectionJob>> FindCollectionJob(const dap::TaskId& task,
                                                         const dap::CollectionJobId& id) override {
    return store_->FindCollectionJob(task, id);
  }
  Result<std::optional<LeasedCollectionJob>> LeaseCollectionJob(int64_t now, int64_t lease_until) override {
    return At("LeaseCollectionJob", [&] { return store_->LeaseCollectionJob(now, lease_until); });
  }
  Status ReturnCollectionJob(const Lease& lease, int64_t due) override {
    return At("ReturnCollectionJob", [&] { return store_->ReturnCollectionJob(lease, due); });
  }
  Result<FrozenBatch> FreezeBatch(const Lease& lease, const BatchRange& range, bool close) override {
    return At("FreezeBatch", [&] { return store_->FreezeBatch(lease, range, close); });
  }
  Status FinishCollectionJob(const Lease& lease, const Charge& charge, const MakeRelease& make) override {
    return At("FinishCollectionJob",
              [&] { return store_->FinishCollectionJob(lease, charge, Inside("FinishCollectionJob", make)); });
  }
  Status FailCollectionJob(const Lease& lease, std::optional<dap::Problem> problem, const std::string& detail,
                           bool thaw) override {
    return At("FailCollectionJob", [&] { return store_->FailCollectionJob(lease, problem, detail, thaw); });
  }
  Status DeleteCollectionJob(const dap::TaskId& task, const dap::CollectionJobId& id) override {
    return At("DeleteCollectionJob", [&] { return store_->DeleteCollectionJob(task, id); });
  }
  Status Scrub(const dap::TaskId& task) override {
    return At("Scrub", [&] { return store_->Scrub(task); });
  }
  Result<std::map<uint64_t, privacy::MicroRho>> Spent() override { return store_->Spent(); }
  Result<StoreStats> Stats() override { return store_->Stats(); }

 private:
  template <class Call>
  auto At(const std::string& function, const Call& call) -> decltype(call()) {
    failpoints_.Reach(function + ":before");
    auto result = call();
    if (DidSomething(result)) failpoints_.Reach(function + ":after");
    return result;
  }

  template <class R, class... Args>
  std::function<R(Args...)> Inside(const std::string& function, const std::function<R(Args...)>& callback) {
    return [this, place = function + ":inside", callback](Args... args) -> R {
      failpoints_.Reach(place);
      return callback(std::forward<Args>(args)...);
    };
  }

  const std::unique_ptr<AggregatorStore> store_;
  const Failpoints failpoints_;
};

}  // namespace

Failpoints::Failpoints(std::string_view list) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(','), list.size());
    if (end > 0) places_.emplace(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

Failpoints Failpoints::FromEnvironment() {
  const char* list = std::getenv("SOTTO_FAILPOINTS");
  return Failpoints(list == nullptr ? "" : list);
}

void Failpoints::Reach(std::string_view place) const {
  if (places_.contains(place)) (void)std::raise(SIGKILL);
}

std::unique_ptr<AggregatorStore> WithFailpoints(std::unique_ptr<AggregatorStore> store, const Failpoints& failpoints) {
  if (failpoints.empty()) return store;
  return std::make_unique<FailpointStore>(std::move(store), failpoints);
}

}  // namespace sotto::server
