// A key of an aggregator in a file of its own, as `sotto hpke keygen` writes it:
//
//   id = 17                     # 0 to 255, what a ciphertext names it by
//   kem = 0x0020                # RFC 9180, section 7: DHKEM(X25519, HKDF-SHA256)
//   kdf = 0x0001                # HKDF-SHA256
//   aead = 0x0001               # AES-128-GCM
//   public_key = "..."          # base64url
//   private_key = "..."         # base64url. Whoever has it reads what was sealed to the key
//   advertise = true            # false: it opens what was sealed to it, hpke_config no longer lists it
#pragma once

#include <filesystem>
#include <string>

#include "server-stub/hpke/hpke.h"

namespace sotto::server {

struct HpkeKeyFile {
  HpkeKeyPair pair;
  bool advertise = true;
};

// Errors: kNotFound if it cannot be read; kInvalidArgument if everybody on this machine can read it; kMalformed with a
// line for each error: no TOML, a key that is missing, unknown or out of range, a suite that this build does not have,
// a public key that is not the private key's.
Result<HpkeKeyFile> ReadHpkeKeyFile(const std::filesystem::path& path);

// The file's content. Read back, it is the same key.
std::string RenderHpkeKeyFile(const HpkeKeyFile& file);

// Creates the file with mode 0600 and syncs it. Errors: kInvalidArgument if something is there already, which stays as
// it is; kUnavailable if it cannot be written.
Status WriteHpkeKeyFile(const std::filesystem::path& path, const HpkeKeyFile& file);

// "DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM": the names of section 7.
std::string SuiteName(const HpkeSuite& suite);

}  // namespace sotto::server
