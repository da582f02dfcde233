#include "server-stub/http/cors.h"

#include <algorithm>

namespace sotto::server {

bool IsOrigin(std::string_view text) {
  const size_t scheme = text.find("://");
  if (scheme == std::string_view::npos || scheme == 0) return false;
  const std::string_view authority = text.substr(scheme + 3);
  const auto unlikely = [](char c) { return (c >= 'A' && c <= 'Z') || c <= ' ' || c >= 127; };
  return !authority.empty() && authority.find_first_of("/?#@\\") == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), unlikely);
}

Cors::Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {
  every_ = std::find(origins_.begin(), origins_.end(), "*") != origins_.end();
}

bool Cors::Allows(std::string_view origin) const {
  return every_ || std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void Cors::AddTo(Response& response, std::string_view origin, bool preflight) const {
  // Caches must not give one origin's answer to another, whether or not this one had an origin.
  if (!every_ && !origins_.empty()) response.headers.emplace_back("Vary", "Origin");
  if (origin.empty() || !Allows(origin)) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", every_ ? std::string("*") : std::string(origin));
  if (preflight) {
    response.headers.emplace_back("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST, OPTIONS");
    response.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type, If-None-Match");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
  } else {
    response.headers.emplace_back("Access-Control-Expose-Headers", "ETag, Retry-After");
  }
}

bool Cors::MayConnect(std::string_view origin, std::string_view host) const {
  if (origin.empty() || Allows(origin)) return true;
  const size_t scheme = origin.find("://");
  return scheme != std::string_view::npos && !host.empty() && origin.substr(scheme + 3) == host;
}

}  // namespace sotto::server
