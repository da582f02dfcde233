// Work in parallel, by whatever the caller has: the core starts no threads.
#pragma once

#include <cstddef>
#include <functional>

namespace sotto::recommend {

// Runs task(0), ..., task(tasks - 1), in any order or at once, and returns when all are done. Tasks touch nothing in
// common, so results do not depend on it. Empty: one after another.
using Parallel = std::function<void(size_t tasks, const std::function<void(size_t)>& task)>;

inline void RunAll(const Parallel& parallel, size_t tasks, const std::function<void(size_t)>& task) {
  if (parallel && tasks > 1) {
    parallel(tasks, task);
    return;
  }
  for (size_t i = 0; i < tasks; ++i) task(i);
}

}  // namespace sotto::recommend
