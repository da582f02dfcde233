// What an aggregator tells whoever counts. Nothing of it belongs to one report or one device.
#pragma once

#include <cstddef>
#include <string_view>

#include "sotto/dap/basic.h"

namespace sotto::server {

struct AggregatorObserver {
  virtual ~AggregatorObserver() = default;
  // `outcome`: "accepted", "replayed", or the draft's name of a report error.
  virtual void OnUpload(std::string_view /*outcome*/, size_t /*reports*/) {}
  // Reports of a job that ended: "aggregated", or the draft's name of a report error.
  virtual void OnAggregated(dap::Role /*role*/, std::string_view /*outcome*/, size_t /*reports*/) {}
  // A write of uploads, durable or failed, and how long it took.
  virtual void OnCommit(bool /*durable*/, size_t /*reports*/, double /*seconds*/) {}
  // A step of a worker as the leader that found something to do: "aggregation" (of one job) or "collection".
  virtual void OnStep(std::string_view /*what*/, double /*seconds*/) {}
  virtual void OnJob(dap::Role /*role*/, std::string_view /*outcome*/) {}        // "finished", "retried", "abandoned"
  virtual void OnCollected(dap::Role /*role*/, std::string_view /*outcome*/) {}  // "released", or a problem's name
};

}  // namespace sotto::server
