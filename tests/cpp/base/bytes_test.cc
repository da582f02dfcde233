#include "sotto/base/bytes.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <string>

namespace sotto {
namespace {

TEST(ByteWriter, IsLittleEndian) {
  ByteWriter writer;
  writer.U8(0x01);
  writer.U16(0x0302);
  writer.U32(0x07060504);
  writer.U64(0x0f0e0d0c0b0a0908);
  EXPECT_EQ(ToHex(writer.bytes()), "0102030405060708090a0b0c0d0e0f");
}

TEST(ByteWriter, RefusesAShortStringThatItsLengthCannotSay) {
  ByteWriter writer;
  EXPECT_EQ(writer.ShortString(std::string(65'536, 'x')).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(writer.bytes().empty());
  EXPECT_TRUE(writer.ShortString(std::string(65'535, 'x')).ok());
}

RC_GTEST_PROP(ByteReader, ReadsBackWhatWasWritten,
              (uint8_t a, uint16_t b, uint32_t c, uint64_t d, int16_t e, const std::string& text)) {
  ByteWriter writer;
  writer.U8(a);
  writer.U16(b);
  writer.U32(c);
  writer.U64(d);
  writer.I16(e);
  RC_ASSERT(writer.ShortString(text).ok());
  writer.F32(-0.5f);
  ByteReader reader(writer.bytes());
  RC_ASSERT(reader.U8().value() == a);
  RC_ASSERT(reader.U16().value() == b);
  RC_ASSERT(reader.U32().value() == c);
  RC_ASSERT(reader.U64().value() == d);
  RC_ASSERT(reader.I16().value() == e);
  RC_ASSERT(reader.ShortString().value() == text);
  RC_ASSERT(reader.F32().value() == -0.5f);
  RC_ASSERT(reader.ExpectEnd().ok());
}

TEST(ByteReader, NamesTheOffsetAndTheMissingBytesAndStaysWhereItWas) {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  ASSERT_TRUE(reader.U8().ok());
  const auto result = reader.U32();
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kTruncated);
  EXPECT_NE(result.error().message.find("needed 4 bytes at offset 1, only 2"), std::string::npos);
  EXPECT_EQ(reader.position(), 1u);
  EXPECT_EQ(reader.U16().value(), 0x0302);
}

TEST(ByteReader, DoesNotLetAHugeCountWrapAround) {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  ASSERT_TRUE(reader.U8().ok());
  EXPECT_EQ(reader.Take(std::numeric_limits<size_t>::max()).error().code, ErrorCode::kTruncated);
}

TEST(ByteReader, RewindsAStringWhoseBytesAreMissing) {
  const Bytes bytes = {5, 0, 'a', 'b'};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.ShortString().error().code, ErrorCode::kTruncated);
  EXPECT_EQ(reader.position(), 0u);
}

TEST(ByteReader, RefusesWhatFollowsTheEnd) {
  const Bytes bytes = {1, 2};
  ByteReader reader(bytes);
  ASSERT_TRUE(reader.U8().ok());
  EXPECT_EQ(reader.ExpectEnd().error().code, ErrorCode::kMalformed);
}

RC_GTEST_PROP(Hex, ReadsBackWhatItWrote, (const Bytes& bytes)) {
  RC_ASSERT(FromHex(ToHex(bytes)).value() == bytes);
}

TEST(Hex, ReadsBothCasesAndRefusesTheRest) {
  EXPECT_EQ(FromHex("0aFf").value(), (Bytes{0x0a, 0xff}));
  EXPECT_EQ(FromHex("0").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(FromHex("0g").error().code, ErrorCode::kMalformed);
  EXPECT_EQ(FromHex(" 1").error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace sotto
