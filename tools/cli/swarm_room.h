// From a manifest to what a simulation needs.
#pragma once

#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/federation/affinity_task.h"
#include "sotto/federation/dap_task.h"
#include "sotto/recommend/content.h"
#include "sotto/stream/manifest.h"

namespace sotto::cli {

// As a viewer's device ranks them: both titles together.
std::vector<recommend::Product> RoomProducts(const std::vector<stream::ManifestProduct>& products);

// kMismatch if the parameters do not give the rho that the manifest states.
Result<federation::AffinityTask> RoomTask(const stream::TaskReference& reference);

// The same of a task under split trust, with its terms. kMismatch if the parameters do not give its rho;
// kInvalidArgument unless it is of kind affinity.
struct SplitRoomTask {
  federation::SplitTask split;
  federation::DapTerms terms;
  dap::HpkeConfig leader;
  dap::HpkeConfig helper;
  bool one_operator = false;
};
Result<SplitRoomTask> RoomSplitTask(const stream::TaskReference& reference);

// {"rho":...,"epsilon":...,"delta":...} without the braces, of one contribution.
Result<std::string> GuaranteeJson(double rho, double delta);

}  // namespace sotto::cli
