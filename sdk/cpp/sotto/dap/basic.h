// DAP's basic types: draft-ietf-ppm-dap-18, section 4.1. Names are the draft's, so that both can be read side by side.
// Everything in this folder is pure: values to bytes and back, in the TLS presentation language (RFC 8446, section 3;
// integers are big-endian). Who sends what when is the business of whoever uses it.
//
// Errors of every Decode function here: kTruncated for bytes that end too early, kMalformed for bytes left over, a
// length outside the range that the draft gives, an element that ends beyond its vector, or a value that an enumeration
// does not have. They name the field. No length in the input makes them reserve more than the input has.
// Errors of every Encode function: kInvalidArgument for a vector outside its range. What Decode accepts, Encode gives
// back byte for byte.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::dap {

// Begins every label of domain separation: reports of two versions of the draft never open as each other's. A new draft
// changes this line, and what its change log says.
inline constexpr std::string_view kVersion = "dap-18";

using TaskId = std::array<uint8_t, 32>;
using ReportId = std::array<uint8_t, 16>;  // also the nonce of the VDAF
using BatchId = std::array<uint8_t, 32>;
using AggregationJobId = std::array<uint8_t, 16>;
using CollectionJobId = std::array<uint8_t, 16>;
using AggregateShareId = std::array<uint8_t, 16>;
using Checksum = std::array<uint8_t, 32>;  // XOR of the SHA-256 of each report's id

using Time = uint64_t;      // in units of the task's time precision since 1970-01-01 00:00:00 UTC
using Duration = uint64_t;  // in the same units

// [start, start + duration).
struct Interval {
  Time start = 0;
  Duration duration = 0;

  // False also where start + duration is beyond 2^64 - 1.
  bool Contains(Time time) const;
  bool Contains(const Interval& other) const;
  friend bool operator==(const Interval&, const Interval&) = default;
};

enum class Role : uint8_t { kCollector = 0, kClient = 1, kLeader = 2, kHelper = 3 };

enum class BatchMode : uint8_t { kTimeInterval = 1, kLeaderSelected = 2 };

// Why a report is not counted.
enum class ReportError : uint8_t {
  kBatchCollected = 1,
  kReportReplayed = 2,
  kReportDropped = 3,
  kHpkeUnknownConfigId = 4,
  kHpkeDecryptError = 5,
  kVdafVerifyError = 6,
  kTaskExpired = 7,
  kInvalidMessage = 8,
  kReportTooEarly = 9,
  kTaskNotStarted = 10,
  kOutdatedConfig = 11,
};

// "batch_collected", ...: the draft's name, for logs and metrics.
std::string_view ReportErrorName(ReportError error);

// RFC 9180, section 7, has the numbers.
struct HpkeConfig {
  uint8_t id = 0;
  uint16_t kem_id = 0;
  uint16_t kdf_id = 0;
  uint16_t aead_id = 0;
  Bytes public_key;  // 1 to 65,535 bytes

  friend bool operator==(const HpkeConfig&, const HpkeConfig&) = default;
};

struct HpkeCiphertext {
  uint8_t config_id = 0;
  Bytes enc;      // 1 to 65,535 bytes
  Bytes payload;  // 1 to 2^32 - 1 bytes

  friend bool operator==(const HpkeCiphertext&, const HpkeCiphertext&) = default;
};

// Of a report, a task, an aggregation job or a collection job: each has its own registry of types.
struct Extension {
  uint16_t type = 0;
  Bytes data;  // 0 to 65,535 bytes

  friend bool operator==(const Extension&, const Extension&) = default;
};
using Extensions = std::vector<Extension>;  // 0 to 65,535 bytes encoded

// True if the types are strictly increasing, which the draft demands; Decode does not.
bool InOrder(const Extensions& extensions);

// HpkeConfigList: at least one.
Result<Bytes> EncodeHpkeConfigList(const std::vector<HpkeConfig>& configs);
Result<std::vector<HpkeConfig>> DecodeHpkeConfigList(ByteSpan bytes);
// One HpkeConfig alone, as a task is told the collector's.
Result<Bytes> EncodeHpkeConfig(const HpkeConfig& config);
Result<HpkeConfig> DecodeHpkeConfig(ByteSpan bytes);

// base64url without padding (RFC 4648, section 5), as ids are written in a URL and in a problem document. kMalformed
// for anything else, bits left over in the last character among it, so that an id has one text.
std::string ToBase64Url(ByteSpan bytes);
Result<Bytes> FromBase64Url(std::string_view text);

// An id from its text; kMalformed also for another number of bytes.
template <size_t Size>
Result<std::array<uint8_t, Size>> IdFromBase64Url(std::string_view text) {
  SOTTO_ASSIGN_OR_RETURN(const Bytes bytes, FromBase64Url(text));
  std::array<uint8_t, Size> id{};
  if (bytes.size() != Size) return Error{ErrorCode::kMalformed, "an id has " + std::to_string(Size) + " bytes.", ""};
  std::copy(bytes.begin(), bytes.end(), id.begin());
  return id;
}

}  // namespace sotto::dap
