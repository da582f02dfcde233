#include "server-stub/routes/token_limit.h"

#include "server-stub/http/problem.h"
#include "server-stub/models/sha256.h"

namespace sotto::server {

std::optional<Response> LimitTokens(Site& site, const Request& request, std::optional<Response> refused) {
  constexpr unsigned kUnauthorized = 401;
  if (refused && refused->status != kUnauthorized) return refused;
  if (refused) {
    const unsigned wait = site.wrong_token_rate.Take(request.client, SteadyNow());
    if (wait > 0) return RetryLater(429, "RATE_LIMITED", "Too many wrong tokens from this address.", wait);
    return refused;
  }
  // Its digest: what the limiter remembers is no secret. Without the scheme, which may be written in many ways.
  const std::string_view token = request.authorization.substr(std::string_view("Bearer ").size());
  const unsigned wait = site.token_rate.Take(Sha256Hex(AsBytes(token)), SteadyNow());
  if (wait > 0) return RetryLater(429, "RATE_LIMITED", "Too many requests with this token.", wait);
  return std::nullopt;
}

}  // namespace sotto::server
