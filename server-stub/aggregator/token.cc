#include "server-stub/aggregator/token.h"

#include <openssl/crypto.h>

#include <boost/beast/core/string.hpp>

#include "server-stub/models/sha256.h"

namespace sotto::server {

bool IsAuthorised(std::string_view authorization, std::string_view sha256) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view scheme = authorization.substr(0, kScheme.size());
  if (!boost::beast::iequals({scheme.data(), scheme.size()}, {kScheme.data(), kScheme.size()})) return false;
  const auto expected = FromHex(sha256);
  const Bytes actual = Sha256(AsBytes(authorization.substr(kScheme.size())));
  return expected.ok() && expected.value().size() == actual.size() &&
         CRYPTO_memcmp(expected.value().data(), actual.data(), actual.size()) == 0;
}

}  // namespace sotto::server
