// Names a leader's tasks in the manifests of their streams, as long as devices may report: with this aggregator's key
// and the helper's, which is asked for and asked again from time to time, so that a new key gets to the devices.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "server-stub/aggregator/task.h"
#include "server-stub/http/client.h"

namespace sotto::server {

// What a stream's manifest does with a task.
struct TaskShelf {
  virtual ~TaskShelf() = default;
  virtual void Put(const std::string& stream, const stream::TaskReference& task) = 0;  // replaces the one of its id
  virtual void Take(const std::string& stream, const std::string& id) = 0;
};

class Publisher {
 public:
  // `own`: the key that devices seal the leader's share with. Everything must outlive it. now: Unix milliseconds.
  Publisher(const TaskBook& tasks, dap::HpkeConfig own, std::unique_ptr<HttpClient> client, TaskShelf& shelf,
            std::function<int64_t()> now);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

 private:
  void Run();
  // Whether every helper answered.
  bool PublishAll();

  const TaskBook& tasks_;
  const dap::HpkeConfig own_;
  std::unique_ptr<HttpClient> client_;
  TaskShelf& shelf_;
  const std::function<int64_t()> now_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace sotto::server
