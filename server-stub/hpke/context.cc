#include "server-stub/hpke/context.h"

#include <limits>

#include "server-stub/hpke/kdf.h"
#include "server-stub/hpke/openssl.h"

namespace sotto::server::hpke {
namespace {

constexpr size_t kNonceSize = 12;                                            // Nn
constexpr size_t kTagSize = 16;                                              // Nt
constexpr size_t kMaxText = std::numeric_limits<int32_t>::max() - kTagSize;  // what one call of OpenSSL takes

struct Aead {
  uint16_t id;
  const char* name;  // OpenSSL's
  size_t key_size;   // Nk
};
constexpr Aead kAeads[] = {{0x0001, "AES-128-GCM", 16}, {0x0002, "AES-256-GCM", 32}, {0x0003, "ChaCha20-Poly1305", 32}};

const Aead* FindAead(uint16_t aead_id) {
  for (const Aead& aead : kAeads) {
    if (aead.id == aead_id) return &aead;
  }
  return nullptr;
}

// Looked up once, because that takes longer than encrypting a short text.
const EVP_CIPHER* CipherOf(const Aead& aead) {
  static const EVP_CIPHER* const kCiphers[] = {EVP_CIPHER_fetch(nullptr, kAeads[0].name, nullptr),
                                               EVP_CIPHER_fetch(nullptr, kAeads[1].name, nullptr),
                                               EVP_CIPHER_fetch(nullptr, kAeads[2].name, nullptr)};
  return kCiphers[aead.id - 1];
}

Result<Kdf> KdfOf(const HpkeSuite& suite) {
  Bytes suite_id{'H', 'P', 'K', 'E'};
  AppendU16(suite_id, suite.kem_id);
  AppendU16(suite_id, suite.kdf_id);
  AppendU16(suite_id, suite.aead_id);
  return Kdf::Create(suite.kdf_id, std::move(suite_id));
}

Status VerifyPskInputs(Mode mode, const Psk& psk) {
  const bool wanted = mode == Mode::kPsk || mode == Mode::kAuthPsk;
  if (psk.psk.empty() == !wanted && psk.psk_id.empty() == !wanted) return {};
  return Error{ErrorCode::kInvalidArgument,
               wanted ? "HPKE: this mode needs a pre-shared key and its id." : "HPKE: this mode has no pre-shared key.",
               "Modes 1 and 3 have one, 0 and 2 have none."};
}

}  // namespace

Status CheckAead(uint16_t aead_id) {
  if (FindAead(aead_id) != nullptr || aead_id == kExportOnly) return {};
  return Error{ErrorCode::kUnsupportedVersion, "HPKE: there is no AEAD " + std::to_string(aead_id) + " here.",
               "1 and 2 are AES-128-GCM and AES-256-GCM, 3 is ChaCha20Poly1305, 65535 is export only."};
}

Result<Schedule> KeySchedule(const HpkeSuite& suite, Mode mode, ByteSpan shared_secret, ByteSpan info, const Psk& psk) {
  SOTTO_RETURN_IF_ERROR(CheckAead(suite.aead_id));
  const Aead* aead = FindAead(suite.aead_id);
  SOTTO_ASSIGN_OR_RETURN(const Kdf kdf, KdfOf(suite));
  SOTTO_RETURN_IF_ERROR(VerifyPskInputs(mode, psk));

  SOTTO_ASSIGN_OR_RETURN(const SecretBytes psk_id_hash, kdf.LabeledExtract({}, "psk_id_hash", psk.psk_id));
  SOTTO_ASSIGN_OR_RETURN(const SecretBytes info_hash, kdf.LabeledExtract({}, "info_hash", info));
  Schedule schedule;
  schedule.key_schedule_context.push_back(static_cast<uint8_t>(mode));
  Append(schedule.key_schedule_context, psk_id_hash);
  Append(schedule.key_schedule_context, info_hash);
  const ByteSpan context(schedule.key_schedule_context);

  SOTTO_ASSIGN_OR_RETURN(schedule.secret, kdf.LabeledExtract(shared_secret, "secret", psk.psk));
  if (aead != nullptr) {
    SOTTO_ASSIGN_OR_RETURN(schedule.key, kdf.LabeledExpand(schedule.secret, "key", context, aead->key_size));
    SOTTO_ASSIGN_OR_RETURN(schedule.base_nonce, kdf.LabeledExpand(schedule.secret, "base_nonce", context, kNonceSize));
  }
  SOTTO_ASSIGN_OR_RETURN(schedule.exporter_secret, kdf.LabeledExpand(schedule.secret, "exp", context, kdf.Nh()));
  return schedule;
}

SecretBytes Context::ComputeNonce() const {
  SecretBytes nonce = schedule_.base_nonce;
  for (size_t i = 0; i < sizeof(sequence_); ++i) {
    nonce[kNonceSize - 1 - i] ^= static_cast<uint8_t>(sequence_ >> (8 * i));
  }
  return nonce;
}

Result<Bytes> Context::Crypt(bool seal, ByteSpan aad, ByteSpan in) {
  const Aead* aead = FindAead(suite_.aead_id);
  if (aead == nullptr) {
    return Error{ErrorCode::kInvalidArgument, "HPKE: an export-only context neither seals nor opens.",
                 "Use a suite with an AEAD."};
  }
  if (sequence_ == std::numeric_limits<uint64_t>::max()) {
    return Error{ErrorCode::kResourceExhausted, "HPKE: the context has no number left for another message.",
                 "Encapsulate a new key."};
  }
  if (aad.size() > kMaxText || in.size() > kMaxText) {
    return Error{ErrorCode::kResourceExhausted, "HPKE: a text or its associated data has more than 2^31 - 17 bytes.",
                 "Cut it."};
  }
  const Error closed{ErrorCode::kMismatch, "HPKE: a ciphertext does not open.",
                     "It was changed, or sealed to another key, for another task or with other associated data."};
  if (!seal && in.size() < kTagSize) return closed;

  const ErrorQueue errors;
  const EVP_CIPHER* cipher = CipherOf(*aead);
  const CipherContext context(EVP_CIPHER_CTX_new());
  const SecretBytes nonce = ComputeNonce();
  const ByteSpan text = seal ? in : in.first(in.size() - kTagSize);
  Bytes out(text.size() + (seal ? kTagSize : 0));
  int size = 0;
  bool done = cipher != nullptr && context &&
              EVP_CipherInit_ex2(context.get(), cipher, schedule_.key.data(), nonce.data(), seal ? 1 : 0, nullptr) == 1;
  // What is empty may be at null, which means other things to OpenSSL.
  if (done && !aad.empty()) {
    done = EVP_CipherUpdate(context.get(), nullptr, &size, aad.data(), static_cast<int>(aad.size())) == 1;
  }
  if (done && !text.empty()) {
    done = EVP_CipherUpdate(context.get(), out.data(), &size, text.data(), static_cast<int>(text.size())) == 1;
  }
  uint8_t none[kTagSize];  // both are stream ciphers: the end writes nothing
  if (done && seal) {
    done = EVP_CipherFinal_ex(context.get(), none, &size) == 1 &&
           EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kTagSize, out.data() + text.size()) == 1;
  } else if (done) {
    SecretBytes tag(in.end() - kTagSize, in.end());
    done = EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kTagSize, tag.data()) == 1;
    if (done && EVP_CipherFinal_ex(context.get(), none, &size) != 1) {
      OPENSSL_cleanse(out.data(), out.size());
      return closed;
    }
  }
  if (!done) {
    OPENSSL_cleanse(out.data(), out.size());
    return Error{ErrorCode::kInternal, std::string("OpenSSL cannot use ") + aead->name + ".",
                 "Check the installation of OpenSSL."};
  }
  ++sequence_;
  return out;
}

Result<Bytes> Context::Seal(ByteSpan aad, ByteSpan plaintext) {
  return Crypt(true, aad, plaintext);
}

Result<Bytes> Context::Open(ByteSpan aad, ByteSpan ciphertext) {
  return Crypt(false, aad, ciphertext);
}

Result<SecretBytes> Context::Export(ByteSpan exporter_context, size_t length) const {
  SOTTO_ASSIGN_OR_RETURN(const Kdf kdf, KdfOf(suite_));
  return kdf.LabeledExpand(schedule_.exporter_secret, "sec", exporter_context, length);
}

}  // namespace sotto::server::hpke
