// Comments that have no place yet, by mode.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sotto/overlay/planner.h"

namespace sotto::overlay {

class Waiting {
 public:
  void Push(const Comment& comment);

  // The comment to enter next at time `now`: the viewer's own first, then that of the highest priority, then the
  // oldest; nothing if none has arrived by then. Valid until the next call.
  const Comment* Next(MediaTime now) const;
  // Removes what Next(now) gave. Precondition: it gave one.
  void Pop(MediaTime now);

  // Removes the comments that arrived before `time`, other than own ones, and adds them to `dropped` for this reason.
  void DropBefore(MediaTime time, DropReason reason, std::vector<Dropped>& dropped);
  // Removes all, own ones too.
  void DropAll(DropReason reason, std::vector<Dropped>& dropped);

  size_t size() const;
  bool empty() const { return size() == 0; }
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
  const Heap* NextHeap(MediaTime now) const;

  static constexpr size_t kOwn = 0;
  std::array<Heap, kMaxPriority + 2> heaps_;  // own ones, then from the highest priority down
  uint64_t pushed_ = 0;
};

using WaitingByMode = std::array<Waiting, 5>;

// The mode whose next comment enters before those of the other modes: an own one, then that of the highest priority,
// then the oldest. Modes whose bit is set in `blocked` are left out.
std::optional<size_t> NextMode(const WaitingByMode& waiting, MediaTime now, uint32_t blocked);

}  // namespace sotto::overlay
