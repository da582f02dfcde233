#include "sotto/vdaf/ping_pong.h"

namespace sotto::vdaf {
namespace {

constexpr size_t kLengthSize = 4;  // of a vector <0..2^32-1>, big-endian

bool HasMessage(PingPongType type) {
  return type != PingPongType::kInitialize;
}
bool HasShare(PingPongType type) {
  return type != PingPongType::kFinish;
}

void Append(Bytes& out, ByteSpan content) {
  for (size_t i = kLengthSize; i-- > 0;) out.push_back(static_cast<uint8_t>(content.size() >> (8 * i)));
  out.insert(out.end(), content.begin(), content.end());
}

// From the front of `rest`, which becomes what is after it.
Result<Bytes> Take(const char* field, ByteSpan& rest) {
  const auto truncated = [&](size_t needed) {
    return Error{ErrorCode::kTruncated,
                 std::string("ping-pong message: ") + field + " takes " + std::to_string(needed) + " bytes, " +
                     std::to_string(rest.size()) + " are left.",
                 "The message was cut short; send it again."};
  };
  if (rest.size() < kLengthSize) return truncated(kLengthSize);
  size_t length = 0;
  for (size_t i = 0; i < kLengthSize; ++i) length = length << 8 | rest[i];
  rest = rest.subspan(kLengthSize);
  if (length > rest.size()) return truncated(length);
  Bytes content(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(length));
  rest = rest.subspan(length);
  return content;
}

Error Malformed(const std::string& what) {
  return {ErrorCode::kMalformed, "ping-pong message: " + what,
          "The sender speaks another version of VDAF, or the message was damaged."};
}

}  // namespace

Bytes EncodePingPong(const PingPongMessage& message) {
  Bytes out{static_cast<uint8_t>(message.type)};
  out.reserve(1 + 2 * kLengthSize + message.verifier_message.size() + message.verifier_share.size());
  if (HasMessage(message.type)) Append(out, message.verifier_message);
  if (HasShare(message.type)) Append(out, message.verifier_share);
  return out;
}

Result<PingPongMessage> DecodePingPong(ByteSpan bytes) {
  if (bytes.empty()) {
    return Error{ErrorCode::kTruncated, "ping-pong message: it is empty.", "The message was cut short; send it again."};
  }
  if (bytes[0] > static_cast<uint8_t>(PingPongType::kFinish)) {
    return Malformed("there is no type " + std::to_string(bytes[0]) + ".");
  }
  PingPongMessage message;
  message.type = static_cast<PingPongType>(bytes[0]);
  ByteSpan rest = bytes.subspan(1);
  if (HasMessage(message.type)) {
    SOTTO_ASSIGN_OR_RETURN(message.verifier_message, Take("verifier_message", rest));
  }
  if (HasShare(message.type)) {
    SOTTO_ASSIGN_OR_RETURN(message.verifier_share, Take("verifier_share", rest));
  }
  if (!rest.empty()) return Malformed(std::to_string(rest.size()) + " bytes are left over.");
  return message;
}

}  // namespace sotto::vdaf
