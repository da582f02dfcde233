// Tasks for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "sotto/federation/affinity_task.h"

namespace sotto::federation {

// A valid task with the items "i0", "i1", ...
inline AffinityTask MakeTask(size_t items, uint32_t max_items, privacy::Rational sigma_squared) {
  AffinityTask task;
  task.id = "affinity-test";
  for (size_t i = 0; i < items; ++i) task.items.push_back("i" + std::to_string(i));
  task.max_items = max_items;
  task.sigma_squared = sigma_squared;
  return task;
}

}  // namespace sotto::federation
