#include "sotto/federation/split_round.h"

#include <string>

#include "sotto/privacy/noise.h"

namespace sotto::federation {
namespace {

Status CheckCount(const SplitTask& task, uint64_t count) {
  if (count < task.min_batch_size) {
    return Error{ErrorCode::kInvalidArgument,
                 "task " + task.id + " has " + std::to_string(count) + " reports, its min_batch_size is " +
                     std::to_string(task.min_batch_size) + ".",
                 "Wait for more reports; nothing was released."};
  }
  return {};
}

}  // namespace

Result<Aggregator> Aggregator::Create(const SplitTask& task) {
  SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3Parameters parameters, VdafParameters(task));
  SOTTO_ASSIGN_OR_RETURN(vdaf::Prio3 prio3, vdaf::Prio3::Create(parameters));
  return Aggregator(task, std::move(prio3));
}

Status Aggregator::Add(ByteSpan out_share) {
  if (released_) {
    return Error{ErrorCode::kExpired, "task " + task_.id + " is released; it takes no more reports.", ""};
  }
  if (count_ >= kMaxReports) {
    return Error{ErrorCode::kResourceExhausted, "task " + task_.id + " has 2^32 reports.", "Release it."};
  }
  SOTTO_RETURN_IF_ERROR(prio3_.AggregateUpdate(sum_, out_share));
  ++count_;
  return {};
}

Result<Bytes> Aggregator::Release(privacy::PolicyBook& policy, RandomSource& random) {
  if (released_) {
    return Error{ErrorCode::kExpired, "task " + task_.id + " is released already.",
                 "A second release would halve its noise; keep the first one."};
  }
  SOTTO_RETURN_IF_ERROR(CheckCount(task_, count_));
  SOTTO_ASSIGN_OR_RETURN(const privacy::MicroRho cost, TaskMicroRho(task_));
  // The noise is drawn and added before anything is charged: what fails after the charge would cost and give nothing.
  SOTTO_ASSIGN_OR_RETURN(const std::vector<int64_t> noise,
                         privacy::NoiseVector(task_.sigma_squared, prio3_.output_length(), random));
  Bytes noisy = sum_;
  SOTTO_RETURN_IF_ERROR(prio3_.AddToAggregate(noisy, noise));
  SOTTO_RETURN_IF_ERROR(policy.Spend(task_.epoch, cost, "the release of task " + task_.id));
  released_ = true;
  sum_ = prio3_.AggregateInit();
  return noisy;
}

Result<Release> Combine(const SplitTask& task, std::span<const Bytes> shares, std::span<const uint64_t> counts) {
  if (shares.size() != 2 || counts.size() != 2) {
    return Error{ErrorCode::kInvalidArgument,
                 "there are " + std::to_string(shares.size()) + " shares and " + std::to_string(counts.size()) +
                     " counts of task " + task.id + ".",
                 "Give the leader's and the helper's."};
  }
  if (counts[0] != counts[1]) {
    return Error{ErrorCode::kMismatch,
                 "the leader counted " + std::to_string(counts[0]) + " reports of task " + task.id + ", the helper " +
                     std::to_string(counts[1]) + ".",
                 "Their shares add up to nothing; both must take the same reports."};
  }
  SOTTO_RETURN_IF_ERROR(CheckCount(task, counts[0]));
  SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3Parameters parameters, VdafParameters(task));
  SOTTO_ASSIGN_OR_RETURN(const vdaf::Prio3 prio3, vdaf::Prio3::Create(parameters));
  SOTTO_ASSIGN_OR_RETURN(std::vector<int64_t> sums, prio3.UnshardSigned(shares));
  const double variance =
      static_cast<double>(task.sigma_squared.numerator) / static_cast<double>(task.sigma_squared.denominator);
  return Release{std::move(sums), counts[0], 2 * variance};
}

}  // namespace sotto::federation
