// The aggregator part of a server: its tasks and keys, its storage, both roles, and the threads that work for them.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server-stub/aggregator/driver.h"
#include "server-stub/aggregator/helper.h"
#include "server-stub/aggregator/keyring.h"
#include "server-stub/aggregator/leader.h"
#include "server-stub/aggregator/publisher.h"
#include "server-stub/aggregator/task.h"
#include "server-stub/aggregator/work_pool.h"
#include "server-stub/config/config.h"
#include "server-stub/http/message.h"
#include "server-stub/storage/aggregator_store.h"
#include "server-stub/storage/group_commit.h"

namespace sotto::server {

// What an operator's files say. Read and checked as a whole, without touching the storage.
struct AggregatorFiles {
  TaskBook tasks;
  HpkeKeyring keys;
  privacy::Policy policy;
};
// Errors name the file. kNotFound for a folder that is not there, or one of keys without a key.
Result<AggregatorFiles> ReadAggregatorFiles(const AggregatorConfig& config);

class Aggregator {
 public:
  // Opens the storage and makes the tasks known to it; nothing runs yet. Errors: those of the store, with the task.
  static Result<std::unique_ptr<Aggregator>> Create(const AggregatorConfig& config, AggregatorFiles files,
                                                    AggregatorObserver& observer,
                                                    std::function<void(size_t)> on_queue_length);
  ~Aggregator();

  // Starts the threads that drive jobs.
  void Start();
  // Names the leader's tasks in manifests, as long as what it returns lives; null if there is nothing to name.
  std::unique_ptr<Publisher> Publish(TaskShelf& shelf) const;
  // Ends them, after what they are doing. What was accepted for the disk is written by the destructor.
  void Stop();

  // Forgets what is kept of tasks that ended `retention_days` ago: ids of reports, jobs. What was collected and spent
  // stays.
  void ScrubExpired();

  // Answer later, on another thread; at once with 503 if too much waits.
  void Upload(DapRequest request, const Reply& reply);
  void AsLeader(Response (Leader::*answer)(const DapRequest&), DapRequest request, const Reply& reply);
  void AsHelper(Response (Helper::*answer)(const DapRequest&), DapRequest request, const Reply& reply);
  void CreateAggregationJob(DapRequest request, const Reply& reply);

  // HpkeConfigList.
  Response HpkeConfigs() const;
  // Whether a request has the token of its task, before its body is read: the leader's at a helper, the collector's at
  // a leader. None if it has; 404 or 401 otherwise.
  std::optional<Response> Refuse(dap::Role role, const DapRequest& request) const;

  const TaskBook& tasks() const { return files_.tasks; }
  const HpkeKeyring& keys() const { return files_.keys; }
  const privacy::Policy& policy() const { return files_.policy; }
  AggregatorStore& store() { return *store_; }
  // Requests of the other aggregator and the collector that no thread has taken yet.
  size_t waiting_requests() const { return pool_->waiting(); }

 private:
  struct PendingUpload {
    ReceivedUpload upload;
    Reply reply;
  };

  Aggregator(const AggregatorConfig& config, AggregatorFiles files, std::unique_ptr<AggregatorStore> store,
             AggregatorObserver& observer, std::function<void(size_t)> on_queue_length);
  void Write(std::vector<PendingUpload> uploads);
  void Later(const Reply& reply, std::function<Response()> answer);

  const AggregatorConfig config_;
  const AggregatorFiles files_;
  AggregatorObserver& observer_;
  std::set<std::string> scrubbed_;  // tasks, by name, that need no scrubbing any more
  std::unique_ptr<AggregatorStore> store_;
  OsRandomSource random_;
  std::vector<std::unique_ptr<Peer>> peers_;
  std::vector<std::unique_ptr<Leader>> leaders_;  // the first answers requests, the others drive jobs
  std::unique_ptr<Helper> helper_;
  std::unique_ptr<Driver> driver_;
  std::unique_ptr<WorkPool> pool_;
  std::unique_ptr<GroupCommit<PendingUpload>> writer_;
};

}  // namespace sotto::server
