// An aggregate share on its way out: all buckets merged, noise added, sealed to the collector.
#pragma once

#include "server-stub/aggregator/task.h"
#include "sotto/base/random.h"
#include "sotto/dap/collection.h"

namespace sotto::server {

// Adds the aggregate shares up. kInternal for none: an empty batch is never released.
Result<Bytes> Merge(const AggregatorTask& task, const Batch& batch);

// With this aggregator's own discrete Gaussian noise on every entry (privacy/noise.h), then SealBase as the draft's
// section "Aggregate Share Encryption" has it. Every call draws other noise: what it gives is kept and given again,
// never made again.
Result<dap::HpkeCiphertext> SealAggregateShare(const AggregatorTask& task, const Batch& batch,
                                               const dap::CollectionJobReq& request, RandomSource& random);

// Adds an output share to a bucket.
AddShare AdderOf(const AggregatorTask& task);

// What the release is charged with under the operator's policy.
Charge ChargeOf(const AggregatorTask& task, const privacy::Policy& policy);

// Of a report's id, for a batch's checksum.
dap::Checksum ChecksumOf(const dap::ReportId& id);

// Why a query does not say which batch: kBatchInvalid, kInvalidMessage, kUnsupportedExtension, ...
struct RefusedQuery {
  dap::Problem problem;
  std::string detail;
};
// The batch that a collector asks for.
std::variant<BatchRange, RefusedQuery> RangeOf(const AggregatorTask& task, const dap::CollectionJobReq& request);
// The batch that a leader selects, which must lie in what the collector asked for.
std::variant<BatchRange, RefusedQuery> RangeOf(const AggregatorTask& task, const dap::AggregateShareReq& request);

}  // namespace sotto::server
