// The leader of a task: takes reports, has them verified together with the helper, answers the collector.
// draft-ietf-ppm-dap-18, sections "Uploading Reports" to "Collecting Results". Safe from any thread.
//
// Aggregation is eager: a job is made as soon as enough reports wait. What a job sends to the helper is a function of
// what is stored, so that a leader that was killed sends the very same bytes again, and the helper, which knows
// requests by their digest, gives the very same answer: a report is counted by both or by neither.
#pragma once

#include "server-stub/aggregator/keyring.h"
#include "server-stub/aggregator/observer.h"
#include "server-stub/aggregator/peer.h"
#include "server-stub/aggregator/request.h"
#include "server-stub/aggregator/task.h"
#include "server-stub/http/message.h"
#include "sotto/base/random.h"
#include "sotto/dap/aggregation.h"
#include "sotto/dap/collection.h"

namespace sotto::server {

struct LeaderOptions {
  privacy::Policy policy;        // of this operator, for all its tasks together
  size_t job_reports = 100;      // in one aggregation job, at most
  int64_t lease_ms = 120'000;    // for which a worker has a job to itself
  int64_t first_pause_ms = 500;  // before a job is tried again; doubles with each attempt up to
  int64_t longest_pause_ms = 60'000;
  uint32_t attempts = 50;  // with a helper that refuses a job, before it is given up and its reports wait again
  // Times that a collection finds reports of its batch that are not counted yet; then the batch takes no more of them.
  uint32_t patience = 12;
  unsigned retry_after = 1;  // seconds that the collector is told to wait
};

// Reports that were read, as far as they may be stored.
struct ReceivedUpload {
  std::vector<NewReport> reports;
  std::vector<dap::ReportUploadStatus> refused;  // those that were not, at their place in `order`
  std::vector<dap::ReportId> order;              // of the request
};

// What a worker did.
enum class Step : uint8_t {
  kIdle,    // there was nothing to do
  kWorked,  // look again at once
  kPause,   // the other side, or a clock, is not ready: look again later
};

class Leader {
 public:
  // Everything must outlive it. `random`: the system's, or a test's.
  Leader(const TaskBook& tasks, const HpkeKeyring& keys, AggregatorStore& store, Peer& helper, RandomSource& random,
         AggregatorObserver& observer, LeaderOptions options);

  // Reads an upload without storing it. now: Unix milliseconds.
  std::variant<ReceivedUpload, Response> ReadUpload(const DapRequest& request, int64_t now) const;
  // The answer once its reports were stored: `outcomes` of AppendReports, one for each of upload.reports.
  Response AnswerUpload(const ReceivedUpload& upload, std::span<const AppendOutcome> outcomes) const;

  Response CreateCollectionJob(const DapRequest& request);
  Response GetCollectionJob(const DapRequest& request);
  Response DeleteCollectionJob(const DapRequest& request);

  // Drives one aggregation job as far as it goes: a new one only of at least `min_reports`.
  Result<Step> StepAggregation(int64_t now, size_t min_reports = 1);
  // Drives one collection job.
  Result<Step> StepCollection(int64_t now);

 private:
  struct Verifying;

  std::variant<const AggregatorTask*, Response> CollectorsTask(const DapRequest& request) const;
  Response Answer(const AggregatorTask& task, const CollectionJob& job) const;
  int64_t DueAfter(int64_t now, uint32_t attempts) const;
  Result<Step> GiveBack(const Lease& lease, int64_t due, const std::string& location = "");
  Result<Step> Refused(const AggregatorTask& task, const LeasedAggregationJob& job, int64_t now);
  Result<Step> Finish(const AggregatorTask& task, const LeasedAggregationJob& job, std::vector<Verifying> verifying,
                      const std::vector<dap::VerifyResp>& responses);
  Result<PeerResponse> Ask(const AggregatorTask& task, const LeasedAggregationJob& job,
                           const std::vector<Verifying>& verifying);
  Result<Step> Collect(const AggregatorTask& task, const LeasedCollectionJob& job, const Batch& batch, int64_t now);
  Result<Step> FailCollection(const Lease& lease, std::optional<dap::Problem> problem, const std::string& detail,
                              bool thaw);

  const TaskBook& tasks_;
  const HpkeKeyring& keys_;
  AggregatorStore& store_;
  Peer& helper_;
  RandomSource& random_;
  AggregatorObserver& observer_;
  const LeaderOptions options_;
};

}  // namespace sotto::server
