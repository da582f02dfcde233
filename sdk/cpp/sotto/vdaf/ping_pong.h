// Messages of the ping-pong topology, by which two aggregators verify a report: draft-irtf-cfrg-vdaf-20, section 5.7.
#pragma once

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"

namespace sotto::vdaf {

enum class PingPongType : uint8_t { kInitialize = 0, kContinue = 1, kFinish = 2 };

// What a type does not have stays empty: initialize has a share, finish a message, continue both.
struct PingPongMessage {
  PingPongType type = PingPongType::kInitialize;
  Bytes verifier_message;  // 0 to 2^32 - 1 bytes
  Bytes verifier_share;

  friend bool operator==(const PingPongMessage&, const PingPongMessage&) = default;
};

Bytes EncodePingPong(const PingPongMessage& message);
// kTruncated; kMalformed for another type or bytes left over.
Result<PingPongMessage> DecodePingPong(ByteSpan bytes);

}  // namespace sotto::vdaf
