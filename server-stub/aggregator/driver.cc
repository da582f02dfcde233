#include "server-stub/aggregator/driver.h"

#include <spdlog/spdlog.h>

#include <chrono>

namespace sotto::server {
namespace {

// A failed step leaves everything as it was; it is said once for each failure, and tried again.
bool Failed(const Error& error, std::string_view what) {
  spdlog::warn("{} failed error=\"{}\"", what, ToString(error));
  return true;
}

}  // namespace

Driver::Driver(std::vector<Leader*> leaders, Helper& helper, std::function<int64_t()> now, AggregatorObserver& observer,
               DriverOptions options)
    : helper_(helper), now_(std::move(now)), observer_(observer), options_(options) {
  for (Leader* leader : leaders) threads_.emplace_back([this, leader] { Run(*leader); });
}

void Driver::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Driver::Wake() {
  {
    const std::lock_guard lock(mutex_);
    ++wakes_;
  }
  wake_.notify_one();
}

void Driver::Sleep(int64_t milliseconds) {
  std::unique_lock lock(mutex_);
  const uint64_t before = wakes_;
  wake_.wait_for(lock, std::chrono::milliseconds(milliseconds), [&] { return stopping_ || wakes_ != before; });
}

void Driver::Run(Leader& leader) {
  int64_t last_full = now_();
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
    }
    const int64_t wait = StepAll(leader, last_full);
    if (wait > 0) Sleep(wait);
  }
}

int64_t Driver::StepAll(Leader& leader, int64_t& last_full) {
  const int64_t now = now_();
  bool worked = false;
  bool paused = false;
  auto begun = std::chrono::steady_clock::now();
  const auto took = [&](const Result<Step>& step, std::string_view what) {
    const auto ended = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(ended - begun).count();
    begun = ended;
    if (!step.ok() || step.value() != Step::kIdle) observer_.OnStep(what, seconds);
    if (!step.ok()) {
      paused = Failed(step.error(), what);
      return Step::kPause;
    }
    worked = worked || step.value() == Step::kWorked;
    paused = paused || step.value() == Step::kPause;
    return step.value();
  };
  (void)took(leader.StepCollection(now), "collection");
  const bool waited = now - last_full >= options_.job_wait_ms || now < last_full;
  if (took(leader.StepAggregation(now, waited ? 1 : options_.job_reports), "aggregation") == Step::kWorked || waited) {
    last_full = now;
  }
  const auto helped = helper_.StepJob(now);
  if (helped.ok()) {
    worked = worked || helped.value();
  } else {
    paused = Failed(helped.error(), "aggregation as a helper");
  }
  if (paused) return options_.pause_ms;
  return worked ? 0 : options_.idle_ms;
}

}  // namespace sotto::server
