#include "sotto/overlay/waiting.h"

#include <algorithm>
#include <tuple>

namespace sotto::overlay {

bool Waiting::Later(const Entry& a, const Entry& b) {
  return std::tie(a.comment.at, a.order) > std::tie(b.comment.at, b.order);
}

void Waiting::Push(const Comment& comment) {
  Heap& heap = comment.own ? own_ : others_;
  heap.push_back({comment, pushed_++});
  std::ranges::push_heap(heap, Later);
}

void Waiting::PopFrom(Heap& heap) {
  std::ranges::pop_heap(heap, Later);
  heap.pop_back();
}

const Comment* Waiting::Next(MediaTime now) const {
  for (const Heap* heap : {&own_, &others_}) {
    if (!heap->empty() && heap->front().comment.at <= now) return &heap->front().comment;
  }
  return nullptr;
}

void Waiting::Pop(MediaTime now) {
  PopFrom(Next(now)->own ? own_ : others_);
}

void Waiting::DropBefore(MediaTime time, std::vector<uint32_t>& dropped) {
  while (!others_.empty() && others_.front().comment.at < time) {
    dropped.push_back(others_.front().comment.id);
    PopFrom(others_);
  }
}

void Waiting::Clear() {
  own_.clear();
  others_.clear();
}

}  // namespace sotto::overlay
