#include "server-stub/comments/replay.h"

#include <algorithm>
#include <cmath>

namespace sotto::server {

Replay::Replay(std::vector<Comment> comments, double period) : comments_(std::move(comments)), period_(period) {
  if (period_ > 0) std::erase_if(comments_, [&](const Comment& comment) { return comment.at >= period_; });
}

std::vector<Comment> Replay::Due(double from, double to, size_t limit) const {
  std::vector<Comment> due;
  if (comments_.empty() || !(from < to) || to < 0) return due;
  // Backwards from the end, so that after a long pause only the latest are made.
  int64_t round = period_ > 0 ? static_cast<int64_t>(to / period_) : 0;
  for (; round >= 0 && due.size() < limit; --round) {
    const double base = static_cast<double>(round) * period_;
    for (auto comment = comments_.rbegin(); comment != comments_.rend() && due.size() < limit; ++comment) {
      const double at = base + comment->at;
      if (at > to) continue;
      if (at <= from) {
        std::reverse(due.begin(), due.end());
        return due;
      }
      due.push_back({comment->id + "." + std::to_string(round), at, comment->user, comment->text});
    }
  }
  std::reverse(due.begin(), due.end());
  return due;
}

}  // namespace sotto::server
