#include "server-stub/hpke/kem.h"

#include <openssl/core_names.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <optional>

#include "server-stub/hpke/kdf.h"
#include "server-stub/hpke/openssl.h"

namespace sotto::server::hpke {
namespace {

struct Kem {
  uint16_t id;
  uint16_t kdf_id;
  size_t secret_size;
  size_t public_key_size;  // also of enc
  size_t private_key_size;
  const char* name;  // OpenSSL's
  int curve;         // of a NIST curve; NID_undef for X25519 and X448
  uint8_t bitmask;   // of a NIST curve: section 7.1.3
};
constexpr Kem kKems[] = {
    {0x0010, 0x0001, 32, 65, 32, "prime256v1", NID_X9_62_prime256v1, 0xff},
    {0x0011, 0x0002, 48, 97, 48, "secp384r1", NID_secp384r1, 0xff},
    {0x0012, 0x0003, 64, 133, 66, "secp521r1", NID_secp521r1, 0x01},
    {0x0020, 0x0001, 32, 32, 32, "X25519", NID_undef, 0},
    {0x0021, 0x0003, 64, 56, 56, "X448", NID_undef, 0},
};

constexpr uint8_t kUncompressedPoint = 0x04;

Error Malformed(const std::string& what) {
  return {ErrorCode::kMalformed, "HPKE: " + what, "The key was damaged, or belongs to another suite."};
}

Error Failed(const std::string& what) {
  return {ErrorCode::kInternal, "OpenSSL cannot " + what + ".", "Check the installation of OpenSSL."};
}

Result<const Kem*> FindKem(uint16_t kem_id) {
  for (const Kem& kem : kKems) {
    if (kem.id == kem_id) return &kem;
  }
  return Error{ErrorCode::kUnsupportedVersion, "HPKE: there is no KEM " + std::to_string(kem_id) + " here.",
               "16, 17 and 18 are P-256, P-384 and P-521; 32 is X25519, 33 is X448."};
}

Result<Kdf> KdfOf(const Kem& kem) {
  Bytes suite_id{'K', 'E', 'M'};
  AppendU16(suite_id, kem.id);
  return Kdf::Create(kem.kdf_id, std::move(suite_id));
}

Status CheckLength(const char* what, ByteSpan key, size_t length) {
  if (key.size() == length) return {};
  return Malformed(std::string(what) + " has " + std::to_string(key.size()) + " bytes, expected " +
                   std::to_string(length) + ".");
}

// A NIST curve's private key as a number; none if it is zero or not below the order.
BigNumber ReadScalar(ByteSpan private_key, const EC_GROUP* group) {
  BigNumber scalar(BN_secure_new());
  if (!scalar || BN_bin2bn(private_key.data(), static_cast<int>(private_key.size()), scalar.get()) == nullptr) {
    return nullptr;
  }
  BN_set_flags(scalar.get(), BN_FLG_CONSTTIME);
  if (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group)) >= 0) return nullptr;
  return scalar;
}

Result<Bytes> NistPublicKey(const Kem& kem, ByteSpan private_key) {
  const CurveGroup group(EC_GROUP_new_by_curve_name(kem.curve));
  const BigNumberContext context(BN_CTX_secure_new());
  if (!group || !context) return Failed("make a curve");
  const BigNumber scalar = ReadScalar(private_key, group.get());
  if (!scalar) return Malformed("a private key is zero or not below the curve's order.");
  const CurvePoint point(EC_POINT_new(group.get()));
  Bytes out(kem.public_key_size);
  if (!point || EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, context.get()) != 1 ||
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, out.data(), out.size(),
                         context.get()) != out.size()) {
    return Failed("compute a public key");
  }
  return out;
}

// Either part may be empty.
Key NistKey(const Kem& kem, ByteSpan private_key, ByteSpan public_key) {
  const ParamBuilder builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kem.name, 0) != 1) {
    return nullptr;
  }
  BigNumber scalar;  // must outlive the parameters
  if (!private_key.empty()) {
    const CurveGroup group(EC_GROUP_new_by_curve_name(kem.curve));
    scalar = group ? ReadScalar(private_key, group.get()) : nullptr;
    if (!scalar || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get()) != 1) return nullptr;
  }
  if (!public_key.empty() && OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, public_key.data(),
                                                              public_key.size()) != 1) {
    return nullptr;
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const int selection = private_key.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) {
    return nullptr;
  }
  return Key(key);
}

Key PrivateKey(const Kem& kem, ByteSpan bytes) {
  if (kem.curve != NID_undef) return NistKey(kem, bytes, {});
  return Key(EVP_PKEY_new_raw_private_key_ex(nullptr, kem.name, nullptr, bytes.data(), bytes.size()));
}

Key PublicKey(const Kem& kem, ByteSpan bytes) {
  if (kem.curve == NID_undef) {
    return Key(EVP_PKEY_new_raw_public_key_ex(nullptr, kem.name, nullptr, bytes.data(), bytes.size()));
  }
  // Of the encodings that OpenSSL reads, the RFC has one. Reading it checks that the point is on the curve.
  return bytes[0] == kUncompressedPoint ? NistKey(kem, {}, bytes) : nullptr;
}

Result<SecretBytes> Dh(const Kem& kem, ByteSpan private_key, ByteSpan public_key) {
  const ErrorQueue errors;
  SOTTO_RETURN_IF_ERROR(CheckLength("a private key", private_key, kem.private_key_size));
  SOTTO_RETURN_IF_ERROR(CheckLength("a public key", public_key, kem.public_key_size));
  const Key own = PrivateKey(kem, private_key);
  if (!own) return Malformed("a private key is none of its curve.");
  const Key peer = PublicKey(kem, public_key);
  if (!peer) return Malformed("a public key is no point of its curve.");
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, own.get(), nullptr));
  size_t size = 0;
  if (!context || EVP_PKEY_derive_init(context.get()) != 1) return Failed("derive a secret");
  if (EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 || EVP_PKEY_derive(context.get(), nullptr, &size) != 1) {
    return Malformed("a public key is no point of its curve.");
  }
  SecretBytes secret(size);
  if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1) return Malformed("a shared point is zero.");
  secret.resize(size);
  // Section 7.1.4, for X25519 and X448; OpenSSL checks it, too.
  if (std::ranges::all_of(secret, [](uint8_t byte) { return byte == 0; })) return Malformed("a shared point is zero.");
  return secret;
}

Result<SecretBytes> ExtractAndExpand(const Kem& kem, ByteSpan dh, ByteSpan kem_context) {
  SOTTO_ASSIGN_OR_RETURN(const Kdf kdf, KdfOf(kem));
  SOTTO_ASSIGN_OR_RETURN(const SecretBytes eae_prk, kdf.LabeledExtract({}, "eae_prk", dh));
  return kdf.LabeledExpand(eae_prk, "shared_secret", kem_context, kem.secret_size);
}

Bytes Concatenate(ByteSpan first, ByteSpan second, ByteSpan third = {}) {
  Bytes out;
  for (const ByteSpan part : {first, second, third}) Append(out, part);
  return out;
}

}  // namespace

Result<size_t> Nsk(uint16_t kem_id) {
  SOTTO_ASSIGN_OR_RETURN(const Kem* kem, FindKem(kem_id));
  return kem->private_key_size;
}

Result<Bytes> PublicKeyOf(uint16_t kem_id, ByteSpan private_key) {
  const ErrorQueue errors;
  SOTTO_ASSIGN_OR_RETURN(const Kem* kem, FindKem(kem_id));
  SOTTO_RETURN_IF_ERROR(CheckLength("a private key", private_key, kem->private_key_size));
  if (kem->curve != NID_undef) return NistPublicKey(*kem, private_key);
  const Key key = PrivateKey(*kem, private_key);
  Bytes out(kem->public_key_size);
  size_t size = out.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), out.data(), &size) != 1 || size != out.size()) {
    return Failed("compute a public key");
  }
  return out;
}

Result<KeyPair> DeriveKeyPair(uint16_t kem_id, ByteSpan ikm) {
  SOTTO_ASSIGN_OR_RETURN(const Kem* kem, FindKem(kem_id));
  SOTTO_ASSIGN_OR_RETURN(const Kdf kdf, KdfOf(*kem));
  SOTTO_ASSIGN_OR_RETURN(const SecretBytes dkp_prk, kdf.LabeledExtract({}, "dkp_prk", ikm));
  KeyPair pair;
  if (kem->curve == NID_undef) {
    SOTTO_ASSIGN_OR_RETURN(pair.private_key, kdf.LabeledExpand(dkp_prk, "sk", {}, kem->private_key_size));
    SOTTO_ASSIGN_OR_RETURN(pair.public_key, PublicKeyOf(kem_id, pair.private_key));
    return pair;
  }
  for (unsigned counter = 0; counter < 256; ++counter) {
    const auto byte = static_cast<uint8_t>(counter);
    SOTTO_ASSIGN_OR_RETURN(pair.private_key,
                           kdf.LabeledExpand(dkp_prk, "candidate", ByteSpan(&byte, 1), kem->private_key_size));
    pair.private_key[0] &= kem->bitmask;
    Result<Bytes> public_key = PublicKeyOf(kem_id, pair.private_key);
    if (!public_key.ok() && public_key.error().code == ErrorCode::kMalformed) continue;  // out of range: rejected
    SOTTO_ASSIGN_OR_RETURN(pair.public_key, std::move(public_key));
    return pair;
  }
  return Malformed("no candidate of a private key was in range.");
}

Result<Encapsulated> Encap(uint16_t kem_id, ByteSpan recipient_public_key, const KeyPair& ephemeral) {
  SOTTO_ASSIGN_OR_RETURN(const Kem* kem, FindKem(kem_id));
  SOTTO_ASSIGN_OR_RETURN(const SecretBytes dh, Dh(*kem, ephemeral.private_key, recipient_public_key));
  SOTTO_ASSIGN_OR_RETURN(SecretBytes shared_secret,
                         ExtractAndExpand(*kem, dh, Concatenate(ephemeral.public_key, recipient_public_key)));
  return Encapsulated{std::move(shared_secret), ephemeral.public_key};
}

Result<SecretBytes> Decap(uint16_t kem_id, ByteSpan enc, ByteSpan recipient_private_key,
                          ByteSpan recipient_public_key) {
  SOTTO_ASSIGN_OR_RETURN(const Kem* kem, FindKem(kem_id));
  SOTTO_ASSIGN_OR_RETURN(const SecretBytes dh, Dh(*kem, recipient_private_key, enc));
  return ExtractAndExpand(*kem, dh, Concatenate(enc, recipient_public_key));
}

Result<Encapsulated> AuthEncap(uint16_t kem_id, ByteSpan recipient_public_key, const KeyPair& sender,
                               const KeyPair& ephemeral) {
  SOTTO_ASSIGN_OR_RETURN(const Kem* kem, FindKem(kem_id));
  SOTTO_ASSIGN_OR_RETURN(SecretBytes dh, Dh(*kem, ephemeral.private_key, recipient_public_key));
  SOTTO_ASSIGN_OR_RETURN(const SecretBytes sender_dh, Dh(*kem, sender.private_key, recipient_public_key));
  Append(dh, sender_dh);
  SOTTO_ASSIGN_OR_RETURN(
      SecretBytes shared_secret,
      ExtractAndExpand(*kem, dh, Concatenate(ephemeral.public_key, recipient_public_key, sender.public_key)));
  return Encapsulated{std::move(shared_secret), ephemeral.public_key};
}

Result<SecretBytes> AuthDecap(uint16_t kem_id, ByteSpan enc, ByteSpan recipient_private_key,
                              ByteSpan recipient_public_key, ByteSpan sender_public_key) {
  SOTTO_ASSIGN_OR_RETURN(const Kem* kem, FindKem(kem_id));
  SOTTO_ASSIGN_OR_RETURN(SecretBytes dh, Dh(*kem, recipient_private_key, enc));
  SOTTO_ASSIGN_OR_RETURN(const SecretBytes sender_dh, Dh(*kem, recipient_private_key, sender_public_key));
  Append(dh, sender_dh);
  return ExtractAndExpand(*kem, dh, Concatenate(enc, recipient_public_key, sender_public_key));
}

}  // namespace sotto::server::hpke
