// A round: many updates become one model. Runs on the server; adds nothing to privacy and takes nothing from it, since
// it only post-processes what is already private.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/federation/local_update.h"
#include "sotto/recommend/matrix.h"
#include "sotto/recommend/models/load.h"

namespace sotto::federation {

class Round {
 public:
  // Errors: those of ValidateTask.
  static Result<Round> Create(const AffinityTask& task);

  // A round that went on before: `sums` and `count` as another instance had them. Errors: those of ValidateTask,
  // kMismatch if the sums are not EntryCount(task).
  static Result<Round> Restore(const AffinityTask& task, std::vector<int64_t> sums, uint64_t count);

  // Adds one device's update, in any order; whether it may count is the caller's business. kMismatch if it has another
  // number of entries.
  Status Add(const LocalUpdate& update);
  uint64_t count() const { return count_; }
  // Of the entries of all updates, in the order of the encoding.
  const std::vector<int64_t>& sums() const { return sums_; }

  // The sums as a symmetric items x items matrix: an unbiased estimate of the co-occurrence counts, each entry with
  // noise of variance count() * sigma^2.
  recommend::Matrix NoisyGram() const;

  // Shrinks the sums by their noise, which is known exactly (denoise.h), and fits EASE with an l2 that follows from the
  // noise, the number of updates and of items, so that nothing has to be tuned for a room, whose data nobody has. The
  // model is a recommend::EaseModel of the task's items, for any catalogue.
  // Errors: kInvalidArgument without updates or for a version that is not 1 to 64 bytes.
  Result<recommend::NamedModel> Close(const std::string& version) const;

 private:
  Round() = default;
  AffinityTask task_;
  std::vector<int64_t> sums_;
  uint64_t count_ = 0;
};

}  // namespace sotto::federation
