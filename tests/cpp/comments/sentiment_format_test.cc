#include "sotto/comments/sentiment_format.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <limits>
#include <string>

#include "comments/small_model.h"

namespace sotto::comments {
namespace {

constexpr size_t kFormatOffset = 8;
constexpr size_t kMinNOffset = 10;
constexpr size_t kMaxNOffset = 11;
constexpr size_t kScaleOffset = 12;
constexpr size_t kNormPriorOffset = 16;
constexpr size_t kBiasOffset = 20;
constexpr size_t kTemperatureOffset = 24;
constexpr size_t kNegativeAtOffset = 28;
constexpr size_t kPositiveAtOffset = 32;
constexpr size_t kVersionOffset = 36;
constexpr size_t kEntriesOffset = kVersionOffset + 2 + 5;  // "small"
constexpr size_t kTableOffset = kEntriesOffset + 4;

Bytes SmallFile() {
  return WriteSentimentFile(SmallParameters({{"好", 10}, {"差", -10}})).value();
}

// Writes the checksum that belongs to the changed bytes, as a forger would.
Bytes Resealed(Bytes file) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i + 8 < file.size(); ++i) hash = (hash ^ file[i]) * 0x100000001b3;
  for (size_t i = 0; i < 8; ++i) file[file.size() - 8 + i] = static_cast<uint8_t>(hash >> (8 * i));
  return file;
}

Bytes WithFloat(size_t offset, float value) {
  Bytes file = SmallFile();
  std::memcpy(file.data() + offset, &value, sizeof(value));
  return Resealed(file);
}

Bytes WithByte(size_t offset, uint8_t value) {
  Bytes file = SmallFile();
  file[offset] = value;
  return Resealed(file);
}

ErrorCode CodeOf(ByteSpan file) {
  const auto result = ReadSentimentFile(file);
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorCode::kInternal : result.error().code;
}

TEST(SentimentFile, ReadsBackWhatWasWritten) {
  SentimentParameters written = SmallParameters({{"好", 10}, {"差", -128}});
  written.min_n = 2;
  written.max_n = 4;
  written.norm_prior = 30;
  written.bias = -0.25F;
  written.temperature = 1.5F;
  written.negative_at = -0.75F;
  written.positive_at = 0.25F;
  written.version = "2024.1-a";
  const auto read = ReadSentimentFile(WriteSentimentFile(written).value());
  ASSERT_TRUE(read.ok()) << ToString(read.error());
  EXPECT_EQ(read.value().min_n, written.min_n);
  EXPECT_EQ(read.value().max_n, written.max_n);
  EXPECT_EQ(read.value().scale, written.scale);
  EXPECT_EQ(read.value().norm_prior, written.norm_prior);
  EXPECT_EQ(read.value().bias, written.bias);
  EXPECT_EQ(read.value().temperature, written.temperature);
  EXPECT_EQ(read.value().negative_at, written.negative_at);
  EXPECT_EQ(read.value().positive_at, written.positive_at);
  EXPECT_EQ(read.value().version, written.version);
  EXPECT_EQ(read.value().table, written.table);
}

TEST(SentimentFile, HasTheDocumentedLayout) {
  const Bytes file = SmallFile();
  EXPECT_EQ(std::string(file.begin(), file.begin() + 8), "SOTTOSEN");
  EXPECT_EQ(file[kFormatOffset], 1);
  EXPECT_EQ(file[kMinNOffset], 1);
  EXPECT_EQ(file[kMaxNOffset], 1);
  EXPECT_EQ(std::string(file.begin() + kVersionOffset + 2, file.begin() + kEntriesOffset), "small");
  EXPECT_EQ(file[kEntriesOffset + 1], 4);  // 1,024 entries
  EXPECT_EQ(file[kTableOffset + PlaceOf("好", 1024)], 10);
  EXPECT_EQ(file.size(), kTableOffset + 1024 + 8);
}

TEST(SentimentFile, IsRefusedWhereverItIsCut) {
  const Bytes file = SmallFile();
  for (size_t length = 0; length < file.size(); ++length) {
    ASSERT_EQ(CodeOf(ByteSpan(file).first(length)), ErrorCode::kTruncated) << length;
  }
}

TEST(SentimentFile, IsRefusedWhicheverByteIsDamaged) {
  const Bytes file = SmallFile();
  for (size_t i = 0; i < file.size(); ++i) {
    Bytes damaged = file;
    damaged[i] ^= 0x10;
    ASSERT_FALSE(ReadSentimentFile(damaged).ok()) << i;
  }
}

TEST(SentimentFile, NamesAChecksumThatDoesNotMatch) {
  Bytes file = SmallFile();
  file[kTableOffset] ^= 1;
  EXPECT_EQ(CodeOf(file), ErrorCode::kMismatch);
}

TEST(SentimentFile, RefusesAnotherMagicAndAWebPage) {
  EXPECT_EQ(CodeOf(WithByte(0, 'x')), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(AsBytes("<!doctype html><html></html>")), ErrorCode::kMalformed);
}

TEST(SentimentFile, RefusesAFormatThatItDoesNotKnow) {
  EXPECT_EQ(CodeOf(WithByte(kFormatOffset, 2)), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(CodeOf(WithByte(kFormatOffset, 0)), ErrorCode::kUnsupportedVersion);
}

TEST(SentimentFile, RefusesBytesAfterItsEnd) {
  Bytes file = SmallFile();
  file.push_back(0);
  EXPECT_EQ(CodeOf(file), ErrorCode::kMalformed);
}

TEST(SentimentFile, RefusesWhatIsTooLargeWithoutReadingIt) {
  EXPECT_EQ(CodeOf(Bytes(kMaxSentimentFileBytes + 1)), ErrorCode::kResourceExhausted);
}

TEST(SentimentFile, RefusesATableThatClaimsMoreThanThereIs) {
  Bytes file = SmallFile();
  file[kEntriesOffset + 3] = 0x7F;
  EXPECT_EQ(CodeOf(Resealed(file)), ErrorCode::kTruncated);
}

TEST(SentimentFile, RefusesATableWhoseSizeIsNoPowerOfTwo) {
  Bytes file = SmallFile();
  file[kEntriesOffset] = 0xFF;
  file[kEntriesOffset + 1] = 0x03;  // 1,023 entries and so one byte less
  file.erase(file.begin() + kTableOffset);
  EXPECT_EQ(CodeOf(Resealed(file)), ErrorCode::kMalformed);
}

TEST(SentimentFile, RefusesNgramLengthsThatCannotBe) {
  EXPECT_EQ(CodeOf(WithByte(kMinNOffset, 0)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(WithByte(kMinNOffset, 2)), ErrorCode::kMalformed);  // above max_n
  EXPECT_EQ(CodeOf(WithByte(kMaxNOffset, 5)), ErrorCode::kMalformed);
}

TEST(SentimentFile, RefusesNumbersThatAreNotFiniteOrOutsideTheirRange) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  for (const size_t offset :
       {kScaleOffset, kNormPriorOffset, kBiasOffset, kTemperatureOffset, kNegativeAtOffset, kPositiveAtOffset}) {
    EXPECT_EQ(CodeOf(WithFloat(offset, nan)), ErrorCode::kMalformed) << offset;
    EXPECT_EQ(CodeOf(WithFloat(offset, infinity)), ErrorCode::kMalformed) << offset;
    EXPECT_EQ(CodeOf(WithFloat(offset, -infinity)), ErrorCode::kMalformed) << offset;
  }
  EXPECT_EQ(CodeOf(WithFloat(kScaleOffset, 0)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(WithFloat(kNormPriorOffset, -1)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(WithFloat(kTemperatureOffset, 0)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(WithFloat(kNegativeAtOffset, 0)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(WithFloat(kPositiveAtOffset, 0)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(WithFloat(kPositiveAtOffset, 1.5F)), ErrorCode::kMalformed);
}

TEST(SentimentFile, RefusesAVersionThatIsNotPrintable) {
  EXPECT_EQ(CodeOf(WithByte(kVersionOffset + 2, '\n')), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(WithByte(kVersionOffset + 2, 0xE5)), ErrorCode::kMalformed);
}

TEST(WriteSentimentFile, RefusesWhatCouldNotBeRead) {
  const auto code_of = [](const SentimentParameters& parameters) {
    return WriteSentimentFile(parameters).error().code;
  };
  SentimentParameters parameters = SmallParameters({});
  parameters.version = "";
  EXPECT_EQ(code_of(parameters), ErrorCode::kInvalidArgument);
  parameters = SmallParameters({});
  parameters.table.resize(1000);
  EXPECT_EQ(code_of(parameters), ErrorCode::kInvalidArgument);
  parameters = SmallParameters({});
  parameters.scale = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(code_of(parameters), ErrorCode::kInvalidArgument);
}

RC_GTEST_PROP(SentimentFile, IsReadOrRefusedWhateverTheBytesAre, ()) {
  Bytes file = SmallFile();
  const auto changes = *rc::gen::container<std::vector<std::pair<size_t, uint8_t>>>(
      rc::gen::pair(rc::gen::inRange<size_t>(0, kTableOffset), rc::gen::arbitrary<uint8_t>()));
  for (const auto& [offset, value] : changes) file[offset] = value;
  const auto read = ReadSentimentFile(Resealed(file));
  if (read.ok()) RC_ASSERT(WriteSentimentFile(read.value()).ok());
}

}  // namespace
}  // namespace sotto::comments
