// DHKEM: RFC 9180, sections 4.1 and 7.1. Names are the RFC's; keys are as its Serialize functions give them.
#pragma once

#include <cstdint>

#include "server-stub/hpke/secret_bytes.h"
#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::server::hpke {

struct KeyPair {
  SecretBytes private_key;  // Nsk bytes
  Bytes public_key;         // Npk bytes
};

struct Encapsulated {
  SecretBytes shared_secret;  // Nsecret bytes
  Bytes enc;                  // Nenc = Npk bytes
};

// Errors of every function: kUnsupportedVersion for a KEM that is not in hpke.h's list; kMalformed for a key of another
// length, a point that is not on its curve, a private key that is zero or not below the order, a shared point that is
// zero; kInternal if OpenSSL fails otherwise.

Result<size_t> Nsk(uint16_t kem_id);

// Deterministic. The RFC wants at least Nsk bytes of entropy in `ikm`.
Result<KeyPair> DeriveKeyPair(uint16_t kem_id, ByteSpan ikm);

// pk(sk).
Result<Bytes> PublicKeyOf(uint16_t kem_id, ByteSpan private_key);

// The RFC's functions draw the ephemeral key; here the caller does (DeriveKeyPair of fresh random bytes).
Result<Encapsulated> Encap(uint16_t kem_id, ByteSpan recipient_public_key, const KeyPair& ephemeral);
Result<Encapsulated> AuthEncap(uint16_t kem_id, ByteSpan recipient_public_key, const KeyPair& sender,
                               const KeyPair& ephemeral);
// The recipient's public key must belong to its private key, or another secret comes out.
Result<SecretBytes> Decap(uint16_t kem_id, ByteSpan enc, ByteSpan recipient_private_key, ByteSpan recipient_public_key);
Result<SecretBytes> AuthDecap(uint16_t kem_id, ByteSpan enc, ByteSpan recipient_private_key,
                              ByteSpan recipient_public_key, ByteSpan sender_public_key);

}  // namespace sotto::server::hpke
