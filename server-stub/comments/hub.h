// Gives every comment of a stream to everybody who watches it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <unordered_set>
#include <vector>

#include "server-stub/http/message.h"

namespace sotto::server {

class Viewer {
 public:
  virtual ~Viewer() = default;
  virtual void Send(const SharedText& text) = 0;
  virtual void GoAway() = 0;  // the server is about to end
};

// Viewers live on the threads of their connections. The hub has a shard for each thread: a comment costs one message to
// each thread, not one to each viewer, and no lock is held while it is given out.
class Hub {
 public:
  // Runs a task on the shard's thread.
  using Post = std::function<void(std::function<void()>)>;

  explicit Hub(std::vector<Post> shards);

  // From the shard's own thread. A viewer stays until it leaves.
  void Join(size_t shard, Viewer* viewer);
  void Leave(size_t shard, Viewer* viewer);

  // From any thread. `sender`, if it is still here, gets `own` instead.
  void Publish(SharedText text, const Viewer* sender = nullptr, SharedText own = nullptr);
  void GoAway();

 private:
  struct Shard {
    Post post;
    std::unordered_set<Viewer*> viewers;
  };
  // Runs `visit` for each viewer, on the viewer's thread.
  void ForEach(const std::function<void(Viewer&)>& visit);

  std::vector<std::shared_ptr<Shard>> shards_;
};

}  // namespace sotto::server
