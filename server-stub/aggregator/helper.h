// The helper of a task: answers the leader. draft-ietf-ppm-dap-18, sections "Helper Initialization" and "Obtaining
// Aggregate Shares". Ids of jobs and shares are digests of their requests, so that a request that comes again finds
// what it made. Safe from any thread; every call that does work blocks for as long as it takes.
#pragma once

#include "server-stub/aggregator/keyring.h"
#include "server-stub/aggregator/observer.h"
#include "server-stub/aggregator/request.h"
#include "server-stub/aggregator/task.h"
#include "server-stub/http/message.h"
#include "sotto/base/random.h"
#include "sotto/dap/aggregation.h"

namespace sotto::server {

struct HelperOptions {
  privacy::Policy policy;          // of this operator, for all its tasks together
  bool asynchronous = false;       // jobs are accepted at once and worked on by StepJob
  unsigned retry_after = 1;        // seconds that the leader is told to wait for an accepted job
  int64_t lease_ms = 60'000;       // for which StepJob has an accepted job to itself
  size_t max_job_reports = 1'000;  // in one request: invalidMessage above
};

class Helper {
 public:
  // Everything must outlive it. `random`: the system's, or a test's.
  Helper(const TaskBook& tasks, const HpkeKeyring& keys, AggregatorStore& store, RandomSource& random,
         AggregatorObserver& observer, HelperOptions options);

  // now: Unix milliseconds.
  Response CreateAggregationJob(const DapRequest& request, int64_t now);
  Response GetAggregationJob(const DapRequest& request);
  Response ContinueAggregationJob(const DapRequest& request);
  Response DeleteAggregationJob(const DapRequest& request);
  Response CreateAggregateShare(const DapRequest& request);
  Response GetAggregateShare(const DapRequest& request);
  Response DeleteAggregateShare(const DapRequest& request);

  // Works on one accepted job; false if there is none.
  Result<bool> StepJob(int64_t now);

 private:
  // The task, or why the request is refused before it is read.
  std::variant<const AggregatorTask*, Response> TaskOf(const DapRequest& request) const;
  Result<Bytes> Run(const AggregatorTask& task, const dap::AggregationJobId& id, const Lease* lease,
                    const dap::AggregationJobInitReq& request, int64_t now);

  const TaskBook& tasks_;
  const HpkeKeyring& keys_;
  AggregatorStore& store_;
  RandomSource& random_;
  AggregatorObserver& observer_;
  const HelperOptions options_;
};

}  // namespace sotto::server
