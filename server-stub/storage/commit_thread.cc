#include "server-stub/storage/commit_thread.h"

#include <algorithm>
#include <iterator>

namespace sotto::server {

namespace {

size_t BytesOf(const PendingUpdate& update) {
  return update.update.entries.size() * sizeof(update.update.entries[0]);
}

}  // namespace

CommitThread::CommitThread(RoundBook book, size_t max_queue, size_t max_queue_bytes, Observer& observer)
    : book_(std::move(book)),
      max_queue_(max_queue),
      max_queue_bytes_(max_queue_bytes),
      observer_(observer),
      thread_([this] { Run(); }) {}

CommitThread::~CommitThread() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

bool CommitThread::Put(PendingUpdate update, Done done) {
  {
    const std::lock_guard lock(mutex_);
    const size_t bytes = BytesOf(update);
    if (queue_.size() >= max_queue_) return false;
    if (!queue_.empty() && queue_bytes_ + bytes > max_queue_bytes_) return false;
    queue_bytes_ += bytes;
    queue_.push_back({std::move(update), std::move(done)});
    observer_.OnQueueLength(queue_.size());
  }
  arrived_.notify_one();
  return true;
}

void CommitThread::Run() {
  while (true) {
    std::vector<Entry> batch = NextBatch();
    if (batch.empty()) return;
    Write(std::move(batch));
  }
}

// Waits for updates; none when there is nothing left to do.
std::vector<CommitThread::Entry> CommitThread::NextBatch() {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  const auto size = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxBatch));
  std::vector<Entry> batch(std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + size));
  queue_.erase(queue_.begin(), queue_.begin() + size);
  for (const Entry& entry : batch) queue_bytes_ -= BytesOf(entry.update);
  observer_.OnQueueLength(queue_.size());
  return batch;
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
