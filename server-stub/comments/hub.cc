#include "server-stub/comments/hub.h"

namespace sotto::server {

Hub::Hub(std::vector<Post> shards) {
  for (Post& post : shards) shards_.push_back(std::make_shared<Shard>(Shard{std::move(post), {}}));
}

void Hub::Join(size_t shard, Viewer* viewer) {
  shards_[shard]->viewers.insert(viewer);
}

void Hub::Leave(size_t shard, Viewer* viewer) {
  shards_[shard]->viewers.erase(viewer);
}

void Hub::ForEach(const std::function<void(Viewer&)>& visit) {
  for (const auto& shard : shards_) {
    shard->post([shard, visit] {
      // A viewer may leave while it is visited.
      const std::vector<Viewer*> viewers(shard->viewers.begin(), shard->viewers.end());
      for (Viewer* viewer : viewers) {
        if (shard->viewers.contains(viewer)) visit(*viewer);
      }
    });
  }
}

void Hub::Publish(SharedText text, const Viewer* sender, SharedText own) {
  ForEach([text = std::move(text), sender, own = std::move(own)](Viewer& viewer) {
    viewer.Send(&viewer == sender ? own : text);
  });
}

void Hub::GoAway() {
  ForEach([](Viewer& viewer) { viewer.GoAway(); });
}

}  // namespace sotto::server
