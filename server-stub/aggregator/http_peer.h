// The helper over HTTP.
#pragma once

#include <memory>

#include "server-stub/aggregator/peer.h"
#include "server-stub/http/client.h"

namespace sotto::server {

// For one thread at a time. Errors: those of HttpClient::Create.
Result<std::unique_ptr<Peer>> MakeHttpPeer(const HttpClientOptions& options);

}  // namespace sotto::server
