// A thread that writes. What arrives while a commit waits for the disk goes into the next one together: single durable
// inserts manage some hundred a second, groups many thousand.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace sotto::server {

template <class Item>
class GroupCommit {
 public:
  struct Options {
    size_t max_queue = 10'000;                          // items that wait, at most
    size_t max_queue_bytes = size_t{64} * 1024 * 1024;  // of these, if there is more than one
    std::function<void(size_t)> on_queue_length = {};   // told whenever it changes; may be empty
  };
  // Writes a group, on the thread. Must not throw.
  using Write = std::function<void(std::vector<Item>)>;

  // No group is larger: bounds how long a commit takes.
  static constexpr size_t kMaxGroup = 1'000;

  GroupCommit(Options options, Write write)
      : options_(std::move(options)), write_(std::move(write)), thread_([this] { Run(); }) {}
  // Writes what was accepted, then ends the thread.
  ~GroupCommit() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    arrived_.notify_one();
    thread_.join();
  }
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // False if the queue is full. Any thread.
  bool Put(Item item, size_t bytes) {
    {
      const std::lock_guard lock(mutex_);
      if (queue_.size() >= options_.max_queue) return false;
      if (!queue_.empty() && queue_bytes_ + bytes > options_.max_queue_bytes) return false;
      queue_bytes_ += bytes;
      queue_.push_back({std::move(item), bytes});
      if (options_.on_queue_length) options_.on_queue_length(queue_.size());
    }
    arrived_.notify_one();
    return true;
  }

 private:
  struct Waiting {
    Item item;
    size_t bytes;
  };

  void Run() {
    while (true) {
      std::vector<Item> group = NextGroup();
      if (group.empty()) return;
      write_(std::move(group));
    }
  }

  // Waits for items; none when there is nothing left to do.
  std::vector<Item> NextGroup() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    const size_t size = std::min(queue_.size(), kMaxGroup);
    std::vector<Item> group;
    group.reserve(size);
    for (size_t i = 0; i < size; ++i) {
      queue_bytes_ -= queue_[i].bytes;
      group.push_back(std::move(queue_[i].item));
    }
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(size));
    if (options_.on_queue_length) options_.on_queue_length(queue_.size());
    return group;
  }

  const Options options_;
  const Write write_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<Waiting> queue_;
  size_t queue_bytes_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses everything above
};

}  // namespace sotto::server
