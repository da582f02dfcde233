// A task as the server runs it: what devices are asked, what it costs them, and when it ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "server-stub/config/config.h"
#include "sotto/base/result.h"
#include "sotto/federation/affinity_task.h"
#include "sotto/stream/manifest.h"

namespace sotto::server {

struct Task {
  federation::AffinityTask affinity;
  std::string stream;
  std::string model;                // id of the model that the round becomes
  uint64_t minimum = 0;             // updates that close the round
  int64_t expires_ms = 0;           // Unix milliseconds
  stream::TaskReference reference;  // as the manifest shows it, rho and epsilon computed
};

// Computes rho and epsilon by the core from the parameters.
//   products   of the task's stream: what "all" means
// kInvalidArgument, naming the task and the field, if an item is no product, an update would be larger than
// `max_update_bytes`, or the core refuses the parameters.
Result<Task> MakeTask(const TaskConfig& config, const std::vector<stream::ManifestProduct>& products,
                      size_t max_update_bytes);

}  // namespace sotto::server
