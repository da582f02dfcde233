#include "server-stub/hpke/kdf.h"

#include <openssl/core_names.h>

#include "server-stub/hpke/openssl.h"

namespace sotto::server::hpke {
namespace {

constexpr std::string_view kVersion = "HPKE-v1";

struct Hash {
  uint16_t kdf_id;
  const char* name;
  size_t size;
};
constexpr Hash kHashes[] = {{0x0001, "SHA256", 32}, {0x0002, "SHA384", 48}, {0x0003, "SHA512", 64}};

const Hash* FindHash(uint16_t kdf_id) {
  for (const Hash& hash : kHashes) {
    if (hash.kdf_id == kdf_id) return &hash;
  }
  return nullptr;
}

// An HMAC that knows its hash but no key. Made once, because looking an algorithm up by its name takes longer than
// using it; OpenSSL lets any thread copy it.
MacContext MakeTemplate(const char* hash) {
  EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  MacContext context(EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  std::string name(hash);
  const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                               OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), params) != 1) return nullptr;
  return context;
}

const EVP_MAC_CTX* TemplateOf(uint16_t kdf_id) {
  static const MacContext kTemplates[] = {MakeTemplate(kHashes[0].name), MakeTemplate(kHashes[1].name),
                                          MakeTemplate(kHashes[2].name)};
  return kTemplates[kdf_id - 1].get();
}

// HMAC(key, first || second || third).
Result<SecretBytes> Hmac(uint16_t kdf_id, ByteSpan key, ByteSpan first, ByteSpan second = {}, ByteSpan third = {}) {
  const ErrorQueue errors;
  const size_t size = FindHash(kdf_id)->size;
  // An absent key means "as before" to OpenSSL. HMAC pads keys with zeros, so that one of zeros is the empty one.
  const SecretBytes none(key.empty() ? size : 0);
  const ByteSpan used = key.empty() ? ByteSpan(none) : key;
  const EVP_MAC_CTX* known = TemplateOf(kdf_id);
  const MacContext context(known == nullptr ? nullptr : EVP_MAC_CTX_dup(known));
  SecretBytes out(size);
  size_t written = 0;
  if (!context || EVP_MAC_init(context.get(), used.data(), used.size(), nullptr) != 1 ||
      EVP_MAC_update(context.get(), first.data(), first.size()) != 1 ||
      EVP_MAC_update(context.get(), second.data(), second.size()) != 1 ||
      EVP_MAC_update(context.get(), third.data(), third.size()) != 1 ||
      EVP_MAC_final(context.get(), out.data(), &written, out.size()) != 1 || written != out.size()) {
    return Error{ErrorCode::kInternal, "OpenSSL cannot compute an HMAC.", "Check the installation of OpenSSL."};
  }
  return out;
}

}  // namespace

Result<Kdf> Kdf::Create(uint16_t kdf_id, Bytes suite_id) {
  if (FindHash(kdf_id) == nullptr) {
    return Error{ErrorCode::kUnsupportedVersion, "HPKE: there is no KDF " + std::to_string(kdf_id) + " here.",
                 "1, 2 and 3 are HKDF with SHA-256, SHA-384 and SHA-512."};
  }
  return Kdf(kdf_id, std::move(suite_id));
}

size_t Kdf::Nh() const {
  return FindHash(kdf_id_)->size;
}

Result<SecretBytes> Kdf::LabeledExtract(ByteSpan salt, std::string_view label, ByteSpan ikm) const {
  Bytes prefix;
  Append(prefix, AsBytes(kVersion));
  Append(prefix, suite_id_);
  Append(prefix, AsBytes(label));
  return Hmac(kdf_id_, salt, prefix, ikm);
}

Result<SecretBytes> Kdf::LabeledExpand(ByteSpan prk, std::string_view label, ByteSpan info, size_t length) const {
  if (length > 255 * Nh()) {
    return Error{ErrorCode::kInvalidArgument, "HPKE: " + std::to_string(length) + " bytes are more than HKDF gives.",
                 "At most " + std::to_string(255 * Nh()) + " bytes."};
  }
  Bytes labeled_info;
  AppendU16(labeled_info, length);
  Append(labeled_info, AsBytes(kVersion));
  Append(labeled_info, suite_id_);
  Append(labeled_info, AsBytes(label));
  Append(labeled_info, info);

  SecretBytes out;
  out.reserve(length);
  SecretBytes block;  // T(i) = HMAC(prk, T(i - 1) || info || i)
  for (uint8_t i = 1; out.size() < length; ++i) {
    SOTTO_ASSIGN_OR_RETURN(block, Hmac(kdf_id_, prk, block, labeled_info, ByteSpan(&i, 1)));
    const size_t taken = std::min(block.size(), length - out.size());
    Append(out, ByteSpan(block).first(taken));
  }
  return out;
}

}  // namespace sotto::server::hpke
