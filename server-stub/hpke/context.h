// The key schedule and encryption contexts of HPKE: RFC 9180, section 5. Names are the RFC's.
//
//   Encap or AuthEncap (kem.h) -> KeySchedule -> Context: Seal, Seal, ..., Export
//   Decap or AuthDecap         -> KeySchedule -> Context: Open, Open, ..., Export
#pragma once

#include <cstdint>

#include "server-stub/hpke/hpke.h"
#include "server-stub/hpke/kem.h"
#include "server-stub/hpke/secret_bytes.h"

namespace sotto::server::hpke {

inline constexpr uint16_t kExportOnly = 0xffff;

enum class Mode : uint8_t { kBase = 0, kPsk = 1, kAuth = 2, kAuthPsk = 3 };

struct Schedule {
  Bytes key_schedule_context;
  SecretBytes secret;
  SecretBytes key;         // empty for export only
  SecretBytes base_nonce;  // empty for export only
  SecretBytes exporter_secret;
};

// kUnsupportedVersion for an AEAD that is not in hpke.h's list; export only is in it.
Status CheckAead(uint16_t aead_id);

// A pre-shared key and its id: both or neither, as the mode says.
struct Psk {
  ByteSpan psk;
  ByteSpan psk_id;
};

// Errors: kUnsupportedVersion for a KDF or AEAD that is not in hpke.h's list; kInvalidArgument if the pre-shared key
// does not suit the mode (VerifyPSKInputs).
Result<Schedule> KeySchedule(const HpkeSuite& suite, Mode mode, ByteSpan shared_secret, ByteSpan info, const Psk& psk);

// One direction of one encapsulated key.
class Context {
 public:
  Context(const HpkeSuite& suite, Schedule schedule) : suite_(suite), schedule_(std::move(schedule)) {}

  // The next message; its number goes into the nonce and grows if it succeeds.
  // Errors: kInvalidArgument for an export-only context; kResourceExhausted above 2^31 - 17 bytes of text or associated
  // data, or when the numbers are used up. Open: kMismatch if it does not open.
  Result<Bytes> Seal(ByteSpan aad, ByteSpan plaintext);
  Result<Bytes> Open(ByteSpan aad, ByteSpan ciphertext);

  // kInvalidArgument above 255 * Nh bytes.
  Result<SecretBytes> Export(ByteSpan exporter_context, size_t length) const;

  uint64_t sequence() const { return sequence_; }
  // For whoever receives out of order, or checks vectors that leave messages out.
  void set_sequence(uint64_t sequence) { sequence_ = sequence; }

 private:
  Result<Bytes> Crypt(bool seal, ByteSpan aad, ByteSpan in);
  SecretBytes ComputeNonce() const;

  HpkeSuite suite_;
  Schedule schedule_;
  uint64_t sequence_ = 0;
};

}  // namespace sotto::server::hpke
