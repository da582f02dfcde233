// Failpoints (storage/failpoint_store.h) on the way to the helper: the leader dies before it sends a request or when
// it has the answer. Places: "aggregation_jobs:before", "aggregation_jobs:after", "aggregate_shares:before",
// "aggregate_shares:after".
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "server-stub/aggregator/peer.h"
#include "server-stub/storage/failpoint_store.h"

namespace sotto::server {

class FailpointPeer final : public Peer {
 public:
  FailpointPeer(std::unique_ptr<Peer> peer, Failpoints failpoints)
      : peer_(std::move(peer)), failpoints_(std::move(failpoints)) {}

  Result<PeerResponse> Send(const PeerRequest& request) override {
    const bool shares = request.url.find("/aggregate_shares") != std::string::npos;
    const std::string resource = shares ? "aggregate_shares" : "aggregation_jobs";
    failpoints_.Reach(resource + ":before");
    auto answer = peer_->Send(request);
    if (answer.ok()) failpoints_.Reach(resource + ":after");
    return answer;
  }

  void Cancel() override { peer_->Cancel(); }

 private:
  const std::unique_ptr<Peer> peer_;
  const Failpoints failpoints_;
};

}  // namespace sotto::server
