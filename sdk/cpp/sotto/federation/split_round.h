// One aggregator's side of a task under `trust: split`, and what the two released shares become. No network, no
// storage: part of the core, so that the server, the swarm and the auditor's verifier run the same code.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/federation/split_task.h"
#include "sotto/privacy/policy.h"

namespace sotto::federation {

// Sums output shares of verified reports and releases the sum once, with its own noise.
class Aggregator {
 public:
  // Errors: those of VdafParameters.
  static Result<Aggregator> Create(const SplitTask& task);

  // An output share that VerifyNext gave. Errors: those of Prio3::AggregateUpdate; kExpired after Release,
  // kResourceExhausted beyond kMaxReports. The sum is unchanged by an error.
  Status Add(ByteSpan out_share);
  uint64_t count() const { return count_; }

  // The aggregate share with noise of the task's sigma_squared on every entry. Charges `policy` TaskMicroRho in the
  // task's epoch: what the release costs each device that is in it. An error releases and charges nothing:
  // kInvalidArgument with fewer than min_batch_size reports, kBudgetExceeded if `policy` refuses, errors of `random`.
  // kExpired the second time: a sum that is released twice has less noise than the task says.
  Result<Bytes> Release(privacy::PolicyBook& policy, RandomSource& random);

 private:
  Aggregator(SplitTask task, vdaf::Prio3 prio3)
      : task_(std::move(task)), prio3_(std::move(prio3)), sum_(prio3_.AggregateInit()) {}
  SplitTask task_;
  vdaf::Prio3 prio3_;
  Bytes sum_;
  uint64_t count_ = 0;
  bool released_ = false;
};

// What two released shares add up to: one noisy number for each entry. Of `delta`, the offset is still in it
// (DecodeDelta takes it out).
struct Release {
  std::vector<int64_t> sums;
  uint64_t count = 0;         // reports
  double noise_variance = 0;  // of each entry: both aggregators' noise, 2 sigma^2. (Never less than it is: a discrete
                              // Gaussian's variance is at most its sigma^2, and far less only where sigma^2 < 1.)
};

// shares and counts: the leader's, then the helper's. kInvalidArgument unless there are two of each, and with fewer
// than min_batch_size reports; kMismatch if the aggregators counted differently; errors of VdafParameters and
// Prio3::UnshardSigned.
Result<Release> Combine(const SplitTask& task, std::span<const Bytes> shares, std::span<const uint64_t> counts);

}  // namespace sotto::federation
