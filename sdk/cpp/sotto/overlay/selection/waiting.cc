#include "sotto/overlay/selection/waiting.h"

#include <algorithm>
#include <tuple>

namespace sotto::overlay {

bool Waiting::Later(const Entry& a, const Entry& b) {
  return std::tie(a.comment.at, a.order) > std::tie(b.comment.at, b.order);
}

void Waiting::Push(const Comment& comment) {
  Heap& heap = heaps_[comment.own ? kOwn : static_cast<size_t>(1 + kMaxPriority - comment.priority)];
  heap.push_back({comment, pushed_++});
  std::ranges::push_heap(heap, Later);
}

void Waiting::PopFrom(Heap& heap) {
  std::ranges::pop_heap(heap, Later);
  heap.pop_back();
}

const Waiting::Heap* Waiting::NextHeap(MediaTime now) const {
  const auto found =
      std::ranges::find_if(heaps_, [now](const Heap& heap) { return !heap.empty() && heap.front().comment.at <= now; });
  return found == heaps_.end() ? nullptr : &*found;
}

const Comment* Waiting::Next(MediaTime now) const {
  const Heap* heap = NextHeap(now);
  return heap == nullptr ? nullptr : &heap->front().comment;
}

void Waiting::Pop(MediaTime now) {
  PopFrom(heaps_[static_cast<size_t>(NextHeap(now) - heaps_.data())]);
}

void Waiting::DropBefore(MediaTime time, DropReason reason, std::vector<Dropped>& dropped) {
  for (size_t i = kOwn + 1; i < heaps_.size(); ++i) {
    Heap& heap = heaps_[i];
    while (!heap.empty() && heap.front().comment.at < time) {
      dropped.push_back({heap.front().comment.id, reason});
      PopFrom(heap);
    }
  }
}

void Waiting::DropAll(DropReason reason, std::vector<Dropped>& dropped) {
  for (const Heap& heap : heaps_) {
    for (const Entry& entry : heap) dropped.push_back({entry.comment.id, reason});
  }
  Clear();
}

std::optional<size_t> NextMode(const WaitingByMode& waiting, MediaTime now, uint32_t blocked) {
  const auto rank = [](const Comment& comment) {
    return std::tuple(!comment.own, comment.own ? 0 : -comment.priority, comment.at);
  };
  const Comment* first = nullptr;
  std::optional<size_t> found;
  for (size_t mode = 0; mode < waiting.size(); ++mode) {
    if ((blocked >> mode & 1U) != 0) continue;
    const Comment* next = waiting[mode].Next(now);
    if (next == nullptr || (first != nullptr && rank(*first) <= rank(*next))) continue;
    first = next;
    found = mode;
  }
  return found;
}

size_t Waiting::size() const {
  size_t size = 0;
  for (const Heap& heap : heaps_) size += heap.size();
  return size;
}

void Waiting::Clear() {
  for (Heap& heap : heaps_) heap.clear();
}

}  // namespace sotto::overlay
