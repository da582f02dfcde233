#include "server-stub/hpke/hpke.h"

#include "server-stub/hpke/context.h"
#include "server-stub/hpke/kdf.h"
#include "server-stub/hpke/kem.h"

namespace sotto::server {
namespace {

HpkeSuite SuiteOf(const dap::HpkeConfig& config) {
  return {config.kem_id, config.kdf_id, config.aead_id};
}

Result<hpke::KeyPair> DrawKeyPair(uint16_t kem_id, RandomSource& random) {
  SOTTO_ASSIGN_OR_RETURN(const size_t size, hpke::Nsk(kem_id));
  hpke::SecretBytes ikm(size);
  SOTTO_RETURN_IF_ERROR(random.Fill(ikm));
  return hpke::DeriveKeyPair(kem_id, ikm);
}

Result<hpke::Context> BaseContext(const HpkeSuite& suite, ByteSpan shared_secret, ByteSpan info) {
  SOTTO_ASSIGN_OR_RETURN(hpke::Schedule schedule, hpke::KeySchedule(suite, hpke::Mode::kBase, shared_secret, info, {}));
  return hpke::Context(suite, std::move(schedule));
}

}  // namespace

Status CheckSuite(const HpkeSuite& suite) {
  SOTTO_RETURN_IF_ERROR(hpke::Nsk(suite.kem_id));
  if (suite.aead_id == hpke::kExportOnly) {
    return Error{ErrorCode::kUnsupportedVersion, "HPKE: AEAD 65535 exports only, it seals nothing.",
                 "Use 1 or 2 (AES-GCM) or 3 (ChaCha20Poly1305)."};
  }
  SOTTO_RETURN_IF_ERROR(hpke::Kdf::Create(suite.kdf_id, {}));
  return hpke::CheckAead(suite.aead_id);
}

Result<HpkeKeyPair> GenerateHpkeKeyPair(uint8_t id, const HpkeSuite& suite, RandomSource& random) {
  SOTTO_RETURN_IF_ERROR(CheckSuite(suite));
  SOTTO_ASSIGN_OR_RETURN(const hpke::KeyPair pair, DrawKeyPair(suite.kem_id, random));
  return HpkeKeyPair{{id, suite.kem_id, suite.kdf_id, suite.aead_id, pair.public_key},
                     {pair.private_key.begin(), pair.private_key.end()}};
}

Result<dap::HpkeCiphertext> SealBase(const dap::HpkeConfig& config, ByteSpan info, ByteSpan aad, ByteSpan plaintext,
                                     RandomSource& random) {
  const HpkeSuite suite = SuiteOf(config);
  SOTTO_RETURN_IF_ERROR(CheckSuite(suite));
  SOTTO_ASSIGN_OR_RETURN(const hpke::KeyPair ephemeral, DrawKeyPair(suite.kem_id, random));
  SOTTO_ASSIGN_OR_RETURN(const hpke::Encapsulated encapsulated,
                         hpke::Encap(suite.kem_id, config.public_key, ephemeral));
  SOTTO_ASSIGN_OR_RETURN(hpke::Context context, BaseContext(suite, encapsulated.shared_secret, info));
  SOTTO_ASSIGN_OR_RETURN(Bytes payload, context.Seal(aad, plaintext));
  return dap::HpkeCiphertext{config.id, encapsulated.enc, std::move(payload)};
}

Result<Bytes> OpenBase(const HpkeKeyPair& key, ByteSpan info, ByteSpan aad, const dap::HpkeCiphertext& ciphertext) {
  const HpkeSuite suite = SuiteOf(key.config);
  SOTTO_RETURN_IF_ERROR(CheckSuite(suite));
  SOTTO_ASSIGN_OR_RETURN(const hpke::SecretBytes shared_secret,
                         hpke::Decap(suite.kem_id, ciphertext.enc, key.private_key, key.config.public_key));
  SOTTO_ASSIGN_OR_RETURN(hpke::Context context, BaseContext(suite, shared_secret, info));
  return context.Open(aad, ciphertext.payload);
}

}  // namespace sotto::server
