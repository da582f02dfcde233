// The client of a task, natively: for simulated devices, benchmarks and tests. What runs in a viewer's page is the
// SDK's own (sdk/ts/src/federation), which makes the same bytes.
#pragma once

#include <span>

#include "sotto/base/random.h"
#include "sotto/dap/upload.h"
#include "sotto/federation/dap_task.h"
#include "sotto/vdaf/prio3.h"

namespace sotto::server {

// One device's report, sealed to both aggregators. `measurement` as Measure... of federation/split_task.h gives it.
// Errors: those of Prio3::Shard, SealBase and `random`.
Result<dap::Report> MakeReport(const federation::DapTask& task, const vdaf::Prio3& prio3, const dap::HpkeConfig& leader,
                               const dap::HpkeConfig& helper, dap::Time time, std::span<const uint64_t> measurement,
                               RandomSource& random);

}  // namespace sotto::server
