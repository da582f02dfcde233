#include "server-stub/aggregator/release.h"

#include <algorithm>

#include "server-stub/hpke/hpke.h"
#include "server-stub/models/sha256.h"
#include "sotto/dap/binding.h"
#include "sotto/privacy/noise.h"

namespace sotto::server {
namespace {

// An empty one, or one that ends beyond 2^64, is no interval of buckets.
bool IsWellFormed(const dap::Interval& interval) {
  return interval.duration > 0 && interval.start <= UINT64_MAX - interval.duration;
}

std::variant<BatchRange, RefusedQuery> Refused(dap::Problem problem, std::string detail) {
  return RefusedQuery{problem, std::move(detail)};
}

// Of a query and of a batch selector alike.
std::variant<BatchRange, RefusedQuery> IntervalOf(ByteSpan config) {
  const auto interval = dap::DecodeInterval(config);
  if (!interval.ok()) return Refused(dap::Problem::kInvalidMessage, interval.error().message);
  if (!IsWellFormed(interval.value())) {
    return Refused(dap::Problem::kBatchInvalid, "The batch interval is empty, or ends after all time.");
  }
  return BatchRange{interval.value(), std::nullopt};
}

}  // namespace

Result<Bytes> Merge(const AggregatorTask& task, const Batch& batch) {
  if (batch.shares.empty()) return Error{ErrorCode::kInternal, "a batch without shares was to be released.", ""};
  Bytes merged = batch.shares.front();
  for (size_t i = 1; i < batch.shares.size(); ++i) {
    // Aggregate shares add up as output shares do: vectors of the same length over the same field.
    SOTTO_RETURN_IF_ERROR(task.prio3.AggregateUpdate(merged, batch.shares[i]));
  }
  return merged;
}

Result<dap::HpkeCiphertext> SealAggregateShare(const AggregatorTask& task, const Batch& batch,
                                               const dap::CollectionJobReq& request, RandomSource& random) {
  SOTTO_ASSIGN_OR_RETURN(Bytes share, Merge(task, batch));
  SOTTO_ASSIGN_OR_RETURN(const std::vector<int64_t> noise,
                         privacy::NoiseVector(task.file.split.sigma_squared, task.prio3.output_length(), random));
  SOTTO_RETURN_IF_ERROR(task.prio3.AddToAggregate(share, noise));
  SOTTO_ASSIGN_OR_RETURN(const Bytes aad, dap::AggregateShareAad(task.dap.id, task.dap.configuration, request));
  return SealBase(task.file.collector, dap::AggregateShareInfo(task.role()), aad, share, random);
}

AddShare AdderOf(const AggregatorTask& task) {
  return [prio3 = task.prio3](Bytes& aggregate, ByteSpan out_share) -> Status {
    if (aggregate.empty()) aggregate = prio3.AggregateInit();
    return prio3.AggregateUpdate(aggregate, out_share);
  };
}

Charge ChargeOf(const AggregatorTask& task, const privacy::Policy& policy) {
  return {policy, task.file.split.epoch, task.cost, "the release of task " + task.file.split.id};
}

dap::Checksum ChecksumOf(const dap::ReportId& id) {
  const Bytes digest = Sha256(id);
  dap::Checksum checksum{};
  std::copy(digest.begin(), digest.end(), checksum.begin());
  return checksum;
}

std::variant<BatchRange, RefusedQuery> RangeOf(const AggregatorTask& task, const dap::CollectionJobReq& request) {
  if (request.query.batch_mode != task.file.terms.batch_mode) {
    return Refused(dap::Problem::kInvalidMessage, "The task has another batch mode.");
  }
  if (!request.agg_param.empty()) {
    return Refused(dap::Problem::kInvalidAggregationParameter, "Prio3's aggregation parameter is empty.");
  }
  if (!dap::InOrder(request.extensions)) {
    return Refused(dap::Problem::kInvalidExtension, "Extensions are not in increasing order of their types.");
  }
  if (!request.extensions.empty()) {
    return Refused(dap::Problem::kUnsupportedExtension, "No extension of collection jobs is known here.");
  }
  if (task.time_interval()) return IntervalOf(request.query.config);
  if (!request.query.config.empty()) {
    return Refused(dap::Problem::kInvalidMessage, "A query for the next batch has no configuration.");
  }
  return BatchRange{};
}

std::variant<BatchRange, RefusedQuery> RangeOf(const AggregatorTask& task, const dap::AggregateShareReq& request) {
  auto asked = RangeOf(task, request.collection_job_req);
  if (std::holds_alternative<RefusedQuery>(asked)) return asked;
  if (request.batch_selector.batch_mode != task.file.terms.batch_mode) {
    return Refused(dap::Problem::kInvalidMessage, "The task has another batch mode.");
  }
  if (!task.time_interval()) {
    const auto batch = dap::DecodeBatchId(request.batch_selector.config);
    if (!batch.ok()) return Refused(dap::Problem::kInvalidMessage, batch.error().message);
    return BatchRange{std::nullopt, batch.value()};
  }
  auto selected = IntervalOf(request.batch_selector.config);
  const auto* range = std::get_if<BatchRange>(&selected);
  if (range != nullptr && !std::get<BatchRange>(asked).interval->Contains(*range->interval)) {
    return Refused(dap::Problem::kBatchInvalid, "The selected interval is not within the collector's.");
  }
  return selected;
}

}  // namespace sotto::server
