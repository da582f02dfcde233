// Recorded comments that come again on the programme's clock, for a demonstration and for rehearsals.
#pragma once

#include <vector>

#include "server-stub/comments/comment.h"

namespace sotto::server {

class Replay {
 public:
  //   comments  by `at`
  //   period    seconds after which it starts again; comments at or after it are left out. 0: once
  Replay(std::vector<Comment> comments, double period);

  // What falls due in (from, to] of programme time, in order, `at` being the programme time; at most `limit`, the
  // latest ones. Ids of repetitions differ: "c0001.0", "c0001.1".
  std::vector<Comment> Due(double from, double to, size_t limit) const;

 private:
  std::vector<Comment> comments_;
  double period_;
};

}  // namespace sotto::server
