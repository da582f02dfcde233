// How often may be asked for what needs a bearer token.
#pragma once

#include <optional>

#include "server-stub/http/message.h"
#include "server-stub/routes/site.h"

namespace sotto::server {

// To be asked once it is known whether the token is right; `refused`: what is answered if it is not, or if there is
// something else to refuse. A right token has limits.token_requests_per_minute wherever it comes from: an aggregator
// behind a network that many share is not slowed down by the others. Who has none may try
// limits.wrong_tokens_per_minute from one address, so that none is found by trying. Above: 429.
std::optional<Response> LimitTokens(Site& site, const Request& request, std::optional<Response> refused);

}  // namespace sotto::server
