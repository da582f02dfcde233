// The one thread that writes. Updates that arrive while a commit waits for the disk go into the next one together:
// single durable inserts manage some hundred a second, groups many thousand.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "server-stub/rounds/round_book.h"
#include "sotto/base/result.h"

namespace sotto::server {

class CommitThread {
 public:
  // Called on the thread after the commit: what became of the update, or why it is not stored. Must not throw.
  using Done = std::function<void(const Result<PutOutcome>&)>;

  // Told after each batch, before the Done of its updates: what a reader must see before an update is acknowledged.
  struct Observer {
    virtual ~Observer() = default;
    virtual void OnCommit(const BatchResult& result) = 0;
    virtual void OnFailure(const Error& error) = 0;
    virtual void OnQueueLength(size_t length) = 0;
  };

  // Starts the thread. No more wait than so many updates and, if there is more than one, so many bytes of their
  // entries. `observer` must outlive the thread.
  CommitThread(RoundBook book, size_t max_queue, size_t max_queue_bytes, Observer& observer);
  // Writes what was accepted, then ends the thread.
  ~CommitThread();

  CommitThread(const CommitThread&) = delete;
  CommitThread& operator=(const CommitThread&) = delete;

  // False if the queue is full; `done` is not called then. Any thread.
  bool Put(PendingUpdate update, Done done);

  // No commit holds more: bounds how long one takes.
  static constexpr size_t kMaxBatch = 1'000;

 private:
  struct Entry {
    PendingUpdate update;
    Done done;
  };

  void Run();
  std::vector<Entry> NextBatch();
  void Write(std::vector<Entry> batch);

  RoundBook book_;
  const size_t max_queue_;
  const size_t max_queue_bytes_;
  Observer& observer_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Entry> queue_;
  size_t queue_bytes_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace sotto::server
