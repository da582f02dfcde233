// A round: many updates become one model. Runs on the server; adds nothing to privacy and takes nothing from it, since
// it only post-processes what is already private.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/federation/local_update.h"
#include "sotto/recommend/ease.h"

namespace sotto::federation {

class Round {
 public:
  static Result<Round> Create(const AffinityTask& task);

  // kMismatch if the update has another number of entries.
  Status Add(const LocalUpdate& update);
  uint64_t count() const { return count_; }

  // The sums as a symmetric items x items matrix: an unbiased estimate of the co-occurrence counts, each entry with
  // noise of variance count() * sigma^2.
  recommend::Matrix NoisyGram() const;

  // The noise is known exactly, so shrink by it, then fit EASE. Method in round.cc with its source.
  // kInvalidArgument without updates.
  Result<recommend::EaseModel> Close(const std::string& version) const;

 private:
  Round() = default;
  AffinityTask task_;
  std::vector<int64_t> sums_;
  uint64_t count_ = 0;
};

}  // namespace sotto::federation
