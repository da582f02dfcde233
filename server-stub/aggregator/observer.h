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
  virtual void OnJob(dap::Role /*role*/, std::string_view /*outcome*/) {}        // "finished", "retried", "abandoned"
  virtual void OnCollected(dap::Role /*role*/, std::string_view /*outcome*/) {}  // "released", or a problem's name
};

}  // namespace sotto::server
