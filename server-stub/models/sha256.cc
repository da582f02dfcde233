#include "server-stub/models/sha256.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace sotto::server {

Bytes Sha256(ByteSpan bytes) {
  Bytes digest(32);
  unsigned size = 0;
  // Only a broken OpenSSL installation makes this fail.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 || size != 32) {
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
  return digest;
}

std::string Sha256Hex(ByteSpan bytes) {
  return ToHex(Sha256(bytes));
}

}  // namespace sotto::server
