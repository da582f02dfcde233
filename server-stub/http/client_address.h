// Whose request it is, for limits by address only. The result is never stored or logged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sotto::server {

// A key of the client's address: an IPv4 address, or the /64 network of an IPv6 address (one household has a whole
// one).
//   peer            textual address of the TCP connection
//   forwarded_for   X-Forwarded-For as received, several lines joined by commas; only believed where a trusted proxy
//   wrote it, so it is read from the
//                   right, up to the first address that is no trusted proxy
std::string ClientKey(std::string_view peer, std::string_view forwarded_for,
                      const std::vector<std::string>& trusted_proxies);

// Is the peer a trusted proxy, who speaks for many?
bool IsTrustedProxy(std::string_view peer, const std::vector<std::string>& trusted_proxies);

// An IPv4 or IPv6 address?
bool IsAddress(std::string_view text);

}  // namespace sotto::server
