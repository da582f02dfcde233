// HPKE (RFC 9180) on OpenSSL's EVP, which has no HPKE of its own before 3.2. Base mode for DAP; the other modes, all
// KEMs and the export interface as well, so that every published vector checks the same key schedule.
//   KEM   0x0010 P-256, 0x0011 P-384, 0x0012 P-521, 0x0020 X25519, 0x0021 X448 (each with its HKDF of section 7.1)
//   KDF   0x0001 SHA-256, 0x0002 SHA-384, 0x0003 SHA-512
//   AEAD  0x0001 AES-128-GCM, 0x0002 AES-256-GCM, 0x0003 ChaCha20Poly1305, 0xffff export only
#pragma once

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"
#include "sotto/base/result.h"
#include "sotto/dap/basic.h"

namespace sotto::server {

struct HpkeSuite {
  uint16_t kem_id = 0x0020;
  uint16_t kdf_id = 0x0001;
  uint16_t aead_id = 0x0001;
};

// A suite that this build can seal and open with (no export-only): kUnsupportedVersion otherwise.
Status CheckSuite(const HpkeSuite& suite);

struct HpkeKeyPair {
  dap::HpkeConfig config;  // with the public key
  Bytes private_key;       // SerializePrivateKey of section 7.1
};

// By DeriveKeyPair (section 7.1.3) of fresh random bytes. Errors: those of CheckSuite and `random`.
Result<HpkeKeyPair> GenerateHpkeKeyPair(uint8_t id, const HpkeSuite& suite, RandomSource& random);

// SealBase and OpenBase of section 6.1. SealBase's ephemeral key is derived from `random`.
// Errors: kUnsupportedVersion for a suite that is not above, kMalformed for a key that is none (a point outside the
// curve, a result of zero), kMismatch if `ciphertext` does not open: another key, info, aad, or changed bytes.
Result<dap::HpkeCiphertext> SealBase(const dap::HpkeConfig& config, ByteSpan info, ByteSpan aad, ByteSpan plaintext,
                                     RandomSource& random);
Result<Bytes> OpenBase(const HpkeKeyPair& key, ByteSpan info, ByteSpan aad, const dap::HpkeCiphertext& ciphertext);

}  // namespace sotto::server
