#include "server-stub/aggregator/http_peer.h"

#include <spdlog/spdlog.h>

#include <charconv>
#include <utility>

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
    auto sent = client_->Send({.method = request.method,
                               .url = request.url,
                               .authorization = "Bearer " + request.token,
                               .content_type = request.content_type,
                               .body = request.body});
    Note(request, sent);
    SOTTO_ASSIGN_OR_RETURN(HttpAnswer answer, std::move(sent));
    return PeerResponse{answer.status, std::move(answer.content_type), std::move(answer.location),
                        SecondsOf(answer.retry_after), std::move(answer.body)};
  }

  void Cancel() override { client_->Cancel(); }

 private:
  // For the operator: why the other aggregator is not reached, or what it says of a request; once until that changes.
  void Note(const PeerRequest& request, const Result<HttpAnswer>& sent) {
    std::string failure;
    if (!sent.ok()) {
      failure = "error=\"" + sent.error().message + "\"";
    } else if (sent.value().status >= 400) {
      failure = "status=" + std::to_string(sent.value().status);
    }
    if (failure == failure_) return;
    failure_ = failure;
    if (!failure.empty()) spdlog::warn("other aggregator failed url={} {}", request.url, failure);
  }

  std::unique_ptr<HttpClient> client_;
  std::string failure_;  // the last, empty after a success
};

}  // namespace

Result<std::unique_ptr<Peer>> MakeHttpPeer(const HttpClientOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(std::unique_ptr<HttpClient> client, HttpClient::Create(options));
  return std::unique_ptr<Peer>(new HttpPeer(std::move(client)));
}

}  // namespace sotto::server
