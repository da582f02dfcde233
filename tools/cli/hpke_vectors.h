// Checks HPKE against files of test vectors, in three formats:
//   - the JSON of RFC 9180 (an array of objects: mode, kem_id, kdf_id, aead_id, info, ikmR, skRm, ..., encryptions,
//     exports). A field that is absent is not checked, so that lists of the same shape with fewer fields (mode, ids,
//     info, enc, pkRm, skRm, encryptions of aad, ct, pt, nonce) are read as well;
//   - text of lines `name = value`: a vector ends at an empty line, `aad` begins an encryption, `exporter_context` an
//     export, # a comment. kem_id is X25519's where it is absent, enc is pkEm.
// Bytes are hexadecimal. Names are the RFC's, appendix A.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sotto/base/result.h"

namespace sotto::cli {

struct HpkeVectorsOutcome {
  size_t passed = 0;
  size_t failed = 0;
  std::string first_failure;              // which vector, what differs
  std::map<std::string, size_t> skipped;  // how many, by reason
  size_t messages = 0;                    // encryptions checked, in both directions where the vector allows
  size_t exports = 0;
};

// Of each vector everything is checked that its fields allow: key derivation (ikm*), public keys (pk*), the
// encapsulated key (skEm), the shared secret, the key schedule, each message sealed and opened, each export. A vector
// that allows neither a message nor an export fails, and so does one with a field of a wrong form. One whose mode or
// algorithms are not of server-stub/hpke/hpke.h is skipped. Errors: kMalformed if the file is neither such JSON nor
// such text, or has no vector.
Result<HpkeVectorsOutcome> CheckHpkeVectors(std::string file);

}  // namespace sotto::cli
