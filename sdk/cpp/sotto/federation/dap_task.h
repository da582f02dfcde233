// A split task as DAP sees it: its TaskConfiguration, its id, and what binds its reports.
//
// A task lives in one epoch, or in `duration` of them from its epoch on. DAP's time is counted in epochs: a report says
// no more of when it was made. task_info is "sotto" and a digest of the task's canonical encoding, so that everything
// that split_task.h has, noise and items included, is bound into every ciphertext; the task's id is a digest of the
// TaskConfiguration, so that whoever holds the one can compute the other.
#pragma once

#include <string>

#include "sotto/dap/binding.h"
#include "sotto/dap/task_configuration.h"
#include "sotto/federation/split_task.h"

namespace sotto::federation {

struct DapTerms {
  std::string leader;  // URLs of the aggregators, byte for byte as everybody is told them
  std::string helper;
  uint64_t time_precision = 86'400;  // seconds of an epoch, 1 to 2^32
  uint64_t duration = 1;             // epochs in which reports are made, 1 to 2^32
  dap::BatchMode batch_mode = dap::BatchMode::kTimeInterval;

  friend bool operator==(const DapTerms&, const DapTerms&) = default;
};

struct DapTask {
  dap::TaskId id{};        // 32 bytes of TurboSHAKE128 (separation byte 0x54) over the configuration
  Bytes configuration;     // encoded TaskConfiguration
  Bytes vdaf_context;      // dap::VdafContext(id)
  dap::Interval interval;  // of the task's reports
};

// Errors: those of ValidateTask and VdafParameters; kInvalidArgument for terms out of their range.
Result<DapTask> MakeDapTask(const SplitTask& task, const DapTerms& terms);

}  // namespace sotto::federation
