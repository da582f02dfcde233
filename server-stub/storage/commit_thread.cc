#include "server-stub/storage/commit_thread.h"

#include <utility>

namespace sotto::server {

CommitThread::CommitThread(RoundBook book, size_t max_queue, size_t max_queue_bytes, Observer& observer)
    : book_(std::move(book)),
      observer_(observer),
      group_({max_queue, max_queue_bytes, [&observer](size_t length) { observer.OnQueueLength(length); }},
             [this](std::vector<Entry> batch) { Write(std::move(batch)); }) {}

bool CommitThread::Put(PendingUpdate update, Done done) {
  const size_t bytes = update.update.entries.size() * sizeof(update.update.entries[0]);
  return group_.Put({std::move(update), std::move(done)}, bytes);
}

void CommitThread::Write(std::vector<Entry> batch) {
  std::vector<PendingUpdate> updates;
  updates.reserve(batch.size());
  for (Entry& entry : batch) updates.push_back(std::move(entry.update));
  const auto result = book_.Apply(updates);
  if (result.ok()) {
    observer_.OnCommit(result.value());
  } else {
    observer_.OnFailure(result.error());
  }
  for (size_t i = 0; i < batch.size(); ++i) {
    batch[i].done(result.ok() ? Result<PutOutcome>(result.value().outcomes[i]) : Result<PutOutcome>(result.error()));
  }
}

}  // namespace sotto::server
