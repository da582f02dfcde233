#include "server-stub/http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

namespace sotto::server {
namespace {

using Address6 = std::array<unsigned char, 16>;

std::optional<Address6> ParseIpv6(std::string_view text) {
  const std::string zero_terminated(text.substr(0, text.find('%')));  // without the zone of a link-local one
  Address6 address{};
  if (inet_pton(AF_INET6, zero_terminated.c_str(), address.data()) != 1) return std::nullopt;
  return address;
}

// ::ffff:192.0.2.1 is how a socket for both families sees an IPv4 client.
bool IsMappedIpv4(const Address6& address) {
  const auto zeros = std::all_of(address.begin(), address.begin() + 10, [](unsigned char byte) { return byte == 0; });
  return zeros && address[10] == 0xff && address[11] == 0xff;
}

std::string Canonical(std::string_view text) {
  const auto address = ParseIpv6(text);
  if (!address) return std::string(text);
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (IsMappedIpv4(*address)) {
    inet_ntop(AF_INET, address->data() + 12, out.data(), out.size());
    return out.data();
  }
  inet_ntop(AF_INET6, address->data(), out.data(), out.size());
  return out.data();
}

bool Contains(const std::vector<std::string>& list, const std::string& address) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) { return Canonical(entry) == address; });
}

// The last entry of a comma-separated list, which loses it.
std::string_view TakeLast(std::string_view& list) {
  const size_t comma = list.rfind(',');
  std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
  list = comma == std::string_view::npos ? std::string_view() : list.substr(0, comma);
  while (last.starts_with(' ')) last.remove_prefix(1);
  while (last.ends_with(' ')) last.remove_suffix(1);
  return last;
}

}  // namespace

bool IsAddress(std::string_view text) {
  std::array<unsigned char, 4> ignored{};
  return inet_pton(AF_INET, std::string(text).c_str(), ignored.data()) == 1 || ParseIpv6(text).has_value();
}

bool IsTrustedProxy(std::string_view peer, const std::vector<std::string>& trusted_proxies) {
  return Contains(trusted_proxies, Canonical(peer));
}

std::string ClientKey(std::string_view peer, std::string_view forwarded_for,
                      const std::vector<std::string>& trusted_proxies) {
  std::string client = Canonical(peer);
  while (!forwarded_for.empty() && Contains(trusted_proxies, client)) {
    const std::string next = Canonical(TakeLast(forwarded_for));
    if (!IsAddress(next)) break;
    client = next;
  }
  auto network = ParseIpv6(client);
  if (!network) return client;
  std::fill(network->begin() + 8, network->end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(AF_INET6, network->data(), out.data(), out.size());
  return std::string(out.data()) + "/64";
}

}  // namespace sotto::server
