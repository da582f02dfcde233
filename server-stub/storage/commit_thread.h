// The one thread that writes rounds under `trust: local`, in groups (group_commit.h).
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "server-stub/rounds/round_book.h"
#include "server-stub/storage/group_commit.h"
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
  // entries. `observer` must outlive the thread. At the end what was accepted is written.
  CommitThread(RoundBook book, size_t max_queue, size_t max_queue_bytes, Observer& observer);

  // False if the queue is full; `done` is not called then. Any thread.
  bool Put(PendingUpdate update, Done done);

 private:
  struct Entry {
    PendingUpdate update;
    Done done;
  };

  void Write(std::vector<Entry> batch);

  RoundBook book_;
  Observer& observer_;
  GroupCommit<Entry> group_;  // last: its thread uses everything above
};

}  // namespace sotto::server
