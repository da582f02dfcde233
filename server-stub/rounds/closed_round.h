// How the updates of a full round become its result.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "server-stub/rounds/task.h"
#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::server {

struct ClosedRound {
  std::string model_version;
  uint64_t count = 0;
  std::vector<int64_t> sums;  // of the entries of all updates, in the task's order
  std::string model;          // the file that devices load
};

// Gives each stored update of a round to `take`, once. Errors: its own, or the first of `take`.
using UpdateSource = std::function<Status(const std::function<Status(ByteSpan)>& take)>;

// Adds up and fits. Errors: those of the source, and of ParseUpdate, Round and EaseModel in the core.
Result<ClosedRound> CloseRound(const Task& task, const std::string& model_version, const UpdateSource& updates);

}  // namespace sotto::server
