#include "sotto/vdaf/ping_pong.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace sotto::vdaf {
namespace {

Bytes Hex(std::string_view text) {
  std::string digits(text);
  std::erase(digits, ' ');
  return FromHex(digits).value();
}

void ExpectMessage(const PingPongMessage& message, const Bytes& bytes) {
  EXPECT_EQ(ToHex(EncodePingPong(message)), ToHex(bytes));
  const auto decoded = DecodePingPong(bytes);
  ASSERT_TRUE(decoded.ok()) << ToString(decoded.error());
  EXPECT_EQ(decoded.value(), message);
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto cut = DecodePingPong(ByteSpan(bytes).first(length));
    ASSERT_FALSE(cut.ok()) << length;
    EXPECT_EQ(cut.error().code, ErrorCode::kTruncated) << length;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  const auto left_over = DecodePingPong(longer);
  ASSERT_FALSE(left_over.ok());
  EXPECT_EQ(left_over.error().code, ErrorCode::kMalformed);
}

TEST(PingPong, InitializeHasAShare) {
  ExpectMessage({PingPongType::kInitialize, {}, {0x01, 0x02, 0x03}}, Hex("00"        // type: initialize
                                                                         "00000003"  // verifier_share: 3 bytes
                                                                         "010203"));
}

TEST(PingPong, ContinueHasAMessageAndAShare) {
  ExpectMessage({PingPongType::kContinue, {0xaa}, {0xbb, 0xcc}}, Hex("01"        // type: continue
                                                                     "00000001"  // verifier_message: 1 byte
                                                                     "aa"        //
                                                                     "00000002"  // verifier_share: 2 bytes
                                                                     "bbcc"));
}

TEST(PingPong, FinishHasAMessageWhichMayBeEmpty) {
  ExpectMessage({PingPongType::kFinish, {0xaa, 0xbb}, {}}, Hex("02"        // type: finish
                                                               "00000002"  // verifier_message: 2 bytes
                                                               "aabb"));
  ExpectMessage({PingPongType::kFinish, {}, {}}, Hex("02 00000000"));
}

TEST(PingPong, RefusesATypeThatTheDraftDoesNotHave) {
  for (const char* bytes : {"03 00000000", "ff 00000000"}) {
    const auto decoded = DecodePingPong(Hex(bytes));
    ASSERT_FALSE(decoded.ok());
    EXPECT_EQ(decoded.error().code, ErrorCode::kMalformed);
  }
}

TEST(PingPong, ALengthBeyondTheMessageIsRefusedBeforeAnythingIsReserved) {
  const auto decoded = DecodePingPong(Hex("00 ffffffff 01"));
  ASSERT_FALSE(decoded.ok());
  EXPECT_EQ(decoded.error().code, ErrorCode::kTruncated);
}

RC_GTEST_PROP(PingPong, WhateverDecodesIsEncodedAsTheSameBytes, ()) {
  Bytes bytes = *rc::gen::arbitrary<Bytes>();
  if (!bytes.empty()) bytes[0] %= 3;
  for (size_t i = 1; i < bytes.size() && i < 4; ++i) bytes[i] = 0;  // a length that may fit
  const auto decoded = DecodePingPong(bytes);
  if (decoded.ok()) RC_ASSERT(EncodePingPong(decoded.value()) == bytes);
}

RC_GTEST_PROP(PingPong, RoundTrips, (const Bytes& first, const Bytes& second)) {
  for (const PingPongMessage& message :
       {PingPongMessage{PingPongType::kInitialize, {}, first}, PingPongMessage{PingPongType::kContinue, first, second},
        PingPongMessage{PingPongType::kFinish, second, {}}}) {
    const auto decoded = DecodePingPong(EncodePingPong(message));
    RC_ASSERT(decoded.ok());
    RC_ASSERT(decoded.value() == message);
  }
}

}  // namespace
}  // namespace sotto::vdaf
