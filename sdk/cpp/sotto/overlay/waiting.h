// Live comments that have no lane yet.
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {

class Waiting {
 public:
  void Push(const Comment& comment);

  // The comment to enter next at time `now`: the viewer's own first, then the oldest; nothing if none has arrived by
  // then. Valid until the next call.
  const Comment* Next(MediaTime now) const;
  // Removes what Next(now) gave. Precondition: it gave one.
  void Pop(MediaTime now);

  // Removes the comments that arrived before `time`, other than own ones, and adds their ids to `dropped`.
  void DropBefore(MediaTime time, std::vector<uint32_t>& dropped);

  size_t size() const { return own_.size() + others_.size(); }
  void Clear();

 private:
  struct Entry {
    Comment comment;
    uint64_t order;  // of arrival, among comments of the same time
  };
  // Min-heap by time.
  using Heap = std::vector<Entry>;
  static bool Later(const Entry& a, const Entry& b);
  static void PopFrom(Heap& heap);

  Heap own_;
  Heap others_;
  uint64_t pushed_ = 0;
};

}  // namespace sotto::overlay
