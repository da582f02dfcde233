// A task as this server runs it: checked, with everything computed that its requests need.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "server-stub/aggregator/task_file.h"
#include "server-stub/storage/aggregator_store.h"
#include "sotto/stream/manifest.h"
#include "sotto/vdaf/prio3.h"

namespace sotto::server {

struct AggregatorTask {
  TaskFile file;
  federation::DapTask dap;
  vdaf::Prio3 prio3;
  int64_t expires_ms = 0;
  privacy::MicroRho cost = 0;  // of one report, and so of the release that it is in
  double rho = 0;
  double epsilon = 0;  // at file.delta
  std::string name;    // the task's id as its URLs have it: base64url

  dap::Role role() const { return file.role; }
  bool time_interval() const { return file.terms.batch_mode == dap::BatchMode::kTimeInterval; }
  // Of the report's bucket under time-interval.
  static BucketId BucketAt(dap::Time time);
  // Bytes of an input share as it is sealed for `receiver`: PlaintextInputShare without extensions, and 16 of the AEAD.
  size_t SealedShareSize(dap::Role receiver) const;

  TaskRecord Record() const;
};

// kInvalidArgument, naming the task, for a collector's file or parameters that no task can have.
Result<AggregatorTask> MakeAggregatorTask(TaskFile file);

// As a manifest names it. `leader` and `helper`: the keys that devices seal shares with.
stream::TaskReference ReferenceTo(const AggregatorTask& task, const dap::HpkeConfig& leader,
                                  const dap::HpkeConfig& helper);

// The tasks of a server, by their DAP id. Immutable once it serves.
class TaskBook {
 public:
  // kInvalidArgument if the book has a task of this id, DAP's or the device's.
  Status Add(AggregatorTask task);

  // Null if there is none. `name` is the id in base64url.
  const AggregatorTask* Find(std::string_view name) const;
  const AggregatorTask* Find(const dap::TaskId& id) const;

  const std::map<std::string, AggregatorTask, std::less<>>& tasks() const { return tasks_; }

 private:
  std::map<std::string, AggregatorTask, std::less<>> tasks_;
};

}  // namespace sotto::server
