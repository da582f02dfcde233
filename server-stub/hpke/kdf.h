// HKDF (RFC 5869) with HPKE's labels: RFC 9180, section 4. Names are the RFC's.
#pragma once

#include <cstdint>
#include <string_view>

#include "server-stub/hpke/secret_bytes.h"
#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::server::hpke {

class Kdf {
 public:
  // 0x0001 SHA-256, 0x0002 SHA-384, 0x0003 SHA-512. `suite_id` goes into every label.
  // Errors: kUnsupportedVersion for another id.
  static Result<Kdf> Create(uint16_t kdf_id, Bytes suite_id);

  size_t Nh() const;  // bytes of a hash

  // Errors of both: kInternal if OpenSSL fails; LabeledExpand: kInvalidArgument above 255 * Nh bytes.
  Result<SecretBytes> LabeledExtract(ByteSpan salt, std::string_view label, ByteSpan ikm) const;
  Result<SecretBytes> LabeledExpand(ByteSpan prk, std::string_view label, ByteSpan info, size_t length) const;

 private:
  Kdf(uint16_t kdf_id, Bytes suite_id) : kdf_id_(kdf_id), suite_id_(std::move(suite_id)) {}

  uint16_t kdf_id_;
  Bytes suite_id_;
};

// I2OSP(value, 2), to the end.
template <class Container>
void AppendU16(Container& out, size_t value) {
  out.push_back(static_cast<uint8_t>(value >> 8));
  out.push_back(static_cast<uint8_t>(value));
}

template <class Container>
void Append(Container& out, ByteSpan bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

}  // namespace sotto::server::hpke
