// The collector of a task: opens what both aggregators sealed to it. draft-ietf-ppm-dap-18, section "Collection Job
// Finalization".
#pragma once

#include "server-stub/aggregator/task_file.h"
#include "sotto/dap/collection.h"
#include "sotto/federation/split_round.h"

namespace sotto::server {

// The request for all of a time-interval task, or for the next batch of a leader-selected one.
dap::CollectionJobReq CollectAll(const TaskFile& file);

// The noisy sums of a batch. `file` is the collector's. Errors: kMismatch for a share that does not open, those of
// federation::Combine otherwise.
Result<federation::Release> OpenCollection(const TaskFile& file, const dap::CollectionJobReq& request,
                                           const dap::CollectionJobResp& response);

}  // namespace sotto::server
