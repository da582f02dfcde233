// The two ways to run a swarm, each giving the JSON that `sotto swarm` prints.
#pragma once

#include <cstdint>
#include <string>

#include "sotto/base/result.h"

namespace sotto::cli {

struct SwarmOptions {
  // Against a server.
  std::string server;
  std::string stream = "tea-house";
  std::string task = "affinity-1";
  std::string model = "affinity";  // id of the model that the round becomes
  uint32_t concurrency = 32;
  double patience_seconds = 60;
  bool wait_close = false;

  // In this process.
  std::string manifest;  // a file, or
  std::string products;  // a file with the products array alone, and the task's parameters:
  uint32_t max_items = 6;
  uint64_t sigma_numerator = 18;
  uint64_t sigma_denominator = 1;
  double delta = 1e-5;
  uint32_t repeat = 1;

  // Both.
  uint64_t first = 0;  // viewer of the crowd who contributes first
  uint64_t viewers = 400;
  uint64_t measured = 1000;  // other viewers, on whom ranking is measured
  uint32_t k = 5;
  uint64_t seed = 1;
};

// Reads the room's manifest, sends the viewers' updates, and measures ranking before and after. Errors: kUnavailable
// if the server does not answer, an update could not be delivered, the round does not close within a minute
// (wait_close) or Ctrl-C was pressed; kNotFound if the manifest has no such task; kMismatch if its parameters do not
// give its rho, or the model's bytes are not those that the manifest names; others of what it calls.
Result<std::string> RunSwarmAgainstServer(const SwarmOptions& options);

// The same round without a server, for `repeat` seeds from `seed` on.
Result<std::string> RunSwarmInProcess(const SwarmOptions& options);

}  // namespace sotto::cli
