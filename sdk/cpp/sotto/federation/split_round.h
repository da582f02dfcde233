// One aggregator's side of a task under `trust: split`, and what the two released shares become. No network, no
// storage: part of the core, so that the server, the swarm and the auditor's verifier run the same code.
#pragma once

#include <cstdint>
#include <memory>
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
  // Errors: those of ValidateTask.
  static Result<Aggregator> Create(const SplitTask& task);

  // An output share that VerifyNext gave. Errors: those of Prio3::AggregateUpdate; kExpired after Release.
  Status Add(ByteSpan out_share);
  uint64_t count() const { return count_; }

  // The aggregate share with noise. kBudgetExceeded if `policy` refuses (nothing is released), kInvalidArgument with
  // fewer than min_batch_size reports, kExpired the second time; errors of `random`.
  Result<Bytes> Release(privacy::PolicyBook& policy, RandomSource& random);

 private:
  explicit Aggregator(vdaf::Prio3 prio3) : prio3_(std::move(prio3)) {}
  vdaf::Prio3 prio3_;
  SplitTask task_;
  Bytes sum_;
  uint64_t count_ = 0;
  bool released_ = false;
};

// What two released shares add up to: one noisy number for each entry.
struct Release {
  std::vector<int64_t> sums;
  uint64_t count = 0;         // reports
  double noise_variance = 0;  // of each entry: both aggregators' noise
};

// kMismatch if the aggregators counted differently; errors of Prio3::UnshardSigned.
Result<Release> Combine(const SplitTask& task, std::span<const Bytes> shares, std::span<const uint64_t> counts);

}  // namespace sotto::federation
