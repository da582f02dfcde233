// The threads that drive jobs: aggregation and collection as a leader, accepted jobs as a helper.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "server-stub/aggregator/helper.h"
#include "server-stub/aggregator/leader.h"
#include "server-stub/aggregator/observer.h"

namespace sotto::server {

struct DriverOptions {
  size_t threads = 1;
  size_t job_reports = 100;     // a job of fewer is made only after
  int64_t job_wait_ms = 2'000;  // milliseconds without a full one
  int64_t idle_ms = 500;        // between two looks when there was nothing to do
  int64_t pause_ms = 500;       // after a step that found the other side not ready, or failed
};

class Driver {
 public:
  // One leader for each thread, as each has a connection of its own to the helpers. `helper` may be shared.
  // `now`: Unix milliseconds.
  Driver(std::vector<Leader*> leaders, Helper& helper, std::function<int64_t()> now, AggregatorObserver& observer,
         DriverOptions options);
  // Ends the threads after the steps that are on their way. Waking it does nothing any more.
  void Stop();
  ~Driver() { Stop(); }
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  // There may be something to do. Any thread.
  void Wake();

 private:
  void Run(Leader& leader);
  // What the thread should do next: go on at once, or wait so many milliseconds.
  int64_t StepAll(Leader& leader, int64_t& last_full);
  void Sleep(int64_t milliseconds);

  Helper& helper_;
  const std::function<int64_t()> now_;
  AggregatorObserver& observer_;
  const DriverOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  uint64_t wakes_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // last: they use everything above
};

}  // namespace sotto::server
