#include "server-stub/aggregator/http_peer.h"

#include <charconv>

namespace sotto::server {
namespace {

// Seconds; 0 for the form that has a date, and for nonsense.
unsigned SecondsOf(const std::string& retry_after) {
  unsigned seconds = 0;
  const char* end = retry_after.data() + retry_after.size();
  const auto [rest, error] = std::from_chars(retry_after.data(), end, seconds);
  return error == std::errc() && rest == end ? seconds : 0;
}

class HttpPeer final : public Peer {
 public:
  explicit HttpPeer(std::unique_ptr<HttpClient> client) : client_(std::move(client)) {}

  Result<PeerResponse> Send(const PeerRequest& request) override {
    SOTTO_ASSIGN_OR_RETURN(HttpAnswer answer, client_->Send({.method = request.method,
                                                             .url = request.url,
                                                             .authorization = "Bearer " + request.token,
                                                             .content_type = request.content_type,
                                                             .body = request.body}));
    return PeerResponse{answer.status, std::move(answer.content_type), std::move(answer.location),
                        SecondsOf(answer.retry_after), std::move(answer.body)};
  }

  void Cancel() override { client_->Cancel(); }

 private:
  std::unique_ptr<HttpClient> client_;
};

}  // namespace

Result<std::unique_ptr<Peer>> MakeHttpPeer(const HttpClientOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> client, HttpClient::Create(options));
  return std::unique_ptr<Peer>(new HttpPeer(std::move(client)));
}

}  // namespace sotto::server
