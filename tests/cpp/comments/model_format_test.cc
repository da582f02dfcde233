#include "sotto/comments/model_format.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <limits>
#include <string>

#include "comments/small_model.h"
#include "sotto/base/fnv1a.h"

namespace sotto::comments {
namespace {

constexpr uint32_t kBits = 4;

// The documented layout, of a model whose version is "small".
constexpr size_t kFormatAt = 8;
constexpr size_t kFormAt = 10;
constexpr size_t kVersionAt = 12;
constexpr size_t kNormPriorAt = kVersionAt + 2 + 5;
constexpr size_t kColumnsAt = kNormPriorAt + 4;
constexpr size_t kTemperaturesAt = kColumnsAt + 8 * 29;
constexpr size_t kAbstentionAt = kTemperaturesAt + 4 * 9;
constexpr size_t kToxicAtAt = kAbstentionAt + 4 * 5;
constexpr size_t kFineBitsAt = kToxicAtAt + 4 * 3;
constexpr size_t kWideBitsAt = kFineBitsAt + 1;
constexpr size_t kFineAt = kWideBitsAt + 1;
constexpr size_t kWideAt = kFineAt + 3 * 16;
constexpr size_t kLexiconAt = kWideAt + 28 * 16;

ModelParameters SmallParameters() {
  ModelParameters p = ParametersThatKnow("很好吃", 1, kBits);
  p.temperatures = {1.5F, 2, 3, 4, 5, 6, 7, 8, 9};
  p.abstention = {0, 0.25F, 0.5F, 0.75F, 1};
  p.toxic_at = {0.125F, 0.25F, 0.375F};
  return p;
}

Bytes SmallFile() {
  return WriteModelFile(SmallParameters()).value();
}

// With the checksum that belongs to the changed bytes, as a forger would write it.
Bytes Resealed(Bytes file) {
  const uint64_t checksum = Fnv1a64(ByteSpan(file).first(file.size() - 8));
  for (size_t i = 0; i < 8; ++i) file[file.size() - 8 + i] = static_cast<uint8_t>(checksum >> (8 * i));
  return file;
}

Bytes WithByte(size_t offset, uint8_t value) {
  Bytes file = SmallFile();
  file[offset] = value;
  return Resealed(file);
}

Bytes WithFloat(size_t offset, float value) {
  Bytes file = SmallFile();
  std::memcpy(file.data() + offset, &value, sizeof(value));
  return Resealed(file);
}

float FloatAt(const Bytes& file, size_t offset) {
  float value = 0;
  std::memcpy(&value, file.data() + offset, sizeof(value));
  return value;
}

ErrorCode CodeOf(ByteSpan file) {
  const auto result = ReadModelFile(file);
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorCode::kInternal : result.error().code;
}

TEST(ModelFile, ReadsBackWhatWasWritten) {
  const ModelParameters written = SmallParameters();
  const auto result = ReadModelFile(WriteModelFile(written).value());
  ASSERT_TRUE(result.ok()) << ToString(result.error());
  const ModelParameters& read = result.value();
  EXPECT_EQ(read.version, written.version);
  EXPECT_EQ(read.norm_prior, written.norm_prior);
  for (size_t i = 0; i < kColumns; ++i) {
    EXPECT_EQ(read.columns[i].scale, written.columns[i].scale);
    EXPECT_EQ(read.columns[i].bias, written.columns[i].bias);
  }
  EXPECT_EQ(read.temperatures.polarity, 1.5F);
  EXPECT_EQ(read.temperatures.neutrality, 2);
  EXPECT_EQ(read.temperatures.offence, 3);
  EXPECT_EQ(read.temperatures.emotion, 4);
  EXPECT_EQ(read.temperatures.intent, 5);
  EXPECT_EQ(read.temperatures.language, 6);
  EXPECT_EQ(read.temperatures.hate, 7);
  EXPECT_EQ(read.temperatures.spam, 8);
  EXPECT_EQ(read.temperatures.contact, 9);
  EXPECT_EQ(read.abstention, written.abstention);
  EXPECT_EQ(read.toxic_at.offence, 0.125F);
  EXPECT_EQ(read.toxic_at.spam, 0.25F);
  EXPECT_EQ(read.toxic_at.contact, 0.375F);
  EXPECT_EQ(read.fine_bits, kBits);
  EXPECT_EQ(read.wide_bits, kBits);
  EXPECT_EQ(read.fine, written.fine);
  EXPECT_EQ(read.wide, written.wide);
  EXPECT_EQ(read.lexicon.Write(), written.lexicon.Write());
}

TEST(ModelFile, HasTheDocumentedLayout) {
  const ModelParameters p = SmallParameters();
  const Bytes file = SmallFile();
  EXPECT_EQ(std::string(file.begin(), file.begin() + 8), "SOTTOCMT");
  EXPECT_EQ(file[kFormatAt], 1);
  EXPECT_EQ(file[kFormAt], kFeatureForm);
  EXPECT_EQ(file[kVersionAt], 5);
  EXPECT_EQ(std::string(file.begin() + kVersionAt + 2, file.begin() + kNormPriorAt), "small");
  EXPECT_EQ(FloatAt(file, kNormPriorAt), p.norm_prior);
  EXPECT_EQ(FloatAt(file, kColumnsAt + 8 * 28), p.columns[28].scale);
  EXPECT_EQ(FloatAt(file, kColumnsAt + 8 * 28 + 4), p.columns[28].bias);
  for (size_t i = 1; i < 9; ++i) EXPECT_EQ(FloatAt(file, kTemperaturesAt + 4 * i), static_cast<float>(i + 1));
  EXPECT_EQ(FloatAt(file, kAbstentionAt + 4), 0.25F);
  EXPECT_EQ(FloatAt(file, kToxicAtAt + 8), 0.375F);
  EXPECT_EQ(file[kFineBitsAt], kBits);
  EXPECT_EQ(file[kWideBitsAt], kBits);
  EXPECT_EQ(Bytes(file.begin() + kFineAt, file.begin() + kWideAt), p.fine);
  EXPECT_EQ(Bytes(file.begin() + kWideAt, file.begin() + kLexiconAt), p.wide);
  EXPECT_EQ(Bytes(file.begin() + kLexiconAt + 4, file.end() - 8), p.lexicon.Write());
  EXPECT_EQ(Resealed(file), file);
}

TEST(ModelFile, ReadsTablesOfTwoSizes) {
  ModelParameters p = SmallParameters();
  p.fine_bits = 6;
  p.fine.resize(kFineStride << 6);
  const ModelParameters read = ReadModelFile(WriteModelFile(p).value()).value();
  EXPECT_EQ(read.fine_bits, 6u);
  EXPECT_EQ(read.wide_bits, kBits);
  EXPECT_EQ(read.fine, p.fine);
  EXPECT_EQ(read.wide, p.wide);
}

TEST(ModelFile, IsRefusedWhereverItIsCut) {
  const Bytes file = SmallFile();
  for (size_t length = 0; length < file.size(); ++length) {
    ASSERT_EQ(CodeOf(ByteSpan(file).first(length)), ErrorCode::kTruncated) << length;
  }
}

TEST(ModelFile, IsRefusedWhicheverByteIsDamaged) {
  const Bytes file = SmallFile();
  for (size_t i = 0; i < file.size(); ++i) {
    Bytes damaged = file;
    damaged[i] ^= 0x10;
    ASSERT_FALSE(ReadModelFile(damaged).ok()) << i;
  }
}

TEST(ModelFile, NamesAChecksumThatDoesNotMatch) {
  for (const size_t offset : {kFineAt, kWideAt, kLexiconAt + 20}) {
    Bytes file = SmallFile();
    file[offset] ^= 1;
    EXPECT_EQ(CodeOf(file), ErrorCode::kMismatch);
  }
  Bytes file = SmallFile();
  file.back() ^= 1;
  EXPECT_EQ(CodeOf(file), ErrorCode::kMismatch);
}

TEST(ModelFile, RefusesAnotherMagicAndAWebPage) {
  for (size_t i = 0; i < 8; ++i) EXPECT_EQ(CodeOf(WithByte(i, 'x')), ErrorCode::kMalformed) << i;
  EXPECT_EQ(CodeOf(AsBytes("<!doctype html><html></html>")), ErrorCode::kMalformed);
}

TEST(ModelFile, RefusesAnotherFormatAndOtherFeatures) {
  for (const size_t offset : {kFormatAt, kFormAt}) {
    EXPECT_EQ(CodeOf(WithByte(offset, 0)), ErrorCode::kUnsupportedVersion);
    EXPECT_EQ(CodeOf(WithByte(offset, 2)), ErrorCode::kUnsupportedVersion);
    EXPECT_EQ(CodeOf(WithByte(offset + 1, 1)), ErrorCode::kUnsupportedVersion);
  }
}

TEST(ModelFile, RefusesBytesAfterItsEnd) {
  Bytes file = SmallFile();
  file.push_back(0);
  EXPECT_EQ(CodeOf(file), ErrorCode::kMalformed);
}

TEST(ModelFile, RefusesWhatIsTooLargeWithoutReadingIt) {
  EXPECT_EQ(CodeOf(Bytes(kMaxModelFileBytes + 1)), ErrorCode::kResourceExhausted);
}

TEST(ModelFile, RefusesTablesOfSizesThatCannotBe) {
  for (const size_t offset : {kFineBitsAt, kWideBitsAt}) {
    for (const uint8_t bits : std::initializer_list<uint8_t>{0, 3, 19, 32, 64, 255}) {
      EXPECT_EQ(CodeOf(WithByte(offset, bits)), ErrorCode::kMalformed) << int{bits};
    }
    EXPECT_EQ(CodeOf(WithByte(offset, 18)), ErrorCode::kTruncated);  // more than there is
  }
}

TEST(ModelFile, RefusesALexiconThatClaimsMoreOrLessThanThereIs) {
  EXPECT_EQ(CodeOf(WithByte(kLexiconAt + 3, 0x7F)), ErrorCode::kTruncated);
  Bytes less = SmallFile();
  --less[kLexiconAt];
  EXPECT_EQ(CodeOf(Resealed(less)), ErrorCode::kMalformed);
  less.erase(less.end() - 9);
  EXPECT_EQ(CodeOf(Resealed(less)), ErrorCode::kTruncated);  // text::Lexicon::Read's error
  EXPECT_EQ(CodeOf(WithByte(kLexiconAt + 4, 'x')), ErrorCode::kMalformed);
}

struct Range {
  const char* name;
  size_t offset;
  size_t count;
  size_t stride;
  float lowest;
  float highest;
};
constexpr float kLeast = std::numeric_limits<float>::denorm_min();
constexpr Range kRanges[] = {
    {"norm_prior", kNormPriorAt, 1, 0, 0, 1e6F},  {"scale", kColumnsAt, 29, 8, 0, 1e6F},
    {"bias", kColumnsAt + 4, 29, 8, -1e6F, 1e6F}, {"temperature", kTemperaturesAt, 9, 4, kLeast, 1e6F},
    {"abstention", kAbstentionAt, 5, 4, 0, 1},    {"toxic_at", kToxicAtAt, 3, 4, 0, 1}};

TEST(ModelFile, ReadsNumbersAtTheEndsOfTheirRanges) {
  for (const Range& range : kRanges) {
    for (size_t i = 0; i < range.count; ++i) {
      for (const float value : {range.lowest, range.highest}) {
        EXPECT_TRUE(ReadModelFile(WithFloat(range.offset + i * range.stride, value)).ok()) << range.name << i;
      }
    }
  }
}

TEST(ModelFile, RefusesNumbersThatAreNotFiniteOrOutsideTheirRanges) {
  const float infinity = std::numeric_limits<float>::infinity();
  for (const Range& range : kRanges) {
    for (size_t i = 0; i < range.count; ++i) {
      for (const float value : {std::nextafter(range.lowest, -infinity), std::nextafter(range.highest, infinity),
                                infinity, -infinity, std::numeric_limits<float>::quiet_NaN()}) {
        const float bad = range.lowest == kLeast && value == 0 ? -0.0F : value;
        const auto result = ReadModelFile(WithFloat(range.offset + i * range.stride, bad));
        ASSERT_FALSE(result.ok()) << range.name << i << ' ' << bad;
        EXPECT_EQ(result.error().code, ErrorCode::kMalformed);
        EXPECT_NE(result.error().message.find(range.name), std::string::npos) << result.error().message;
      }
    }
  }
}

TEST(ModelFile, RefusesAVersionThatIsNotPrintableOrEmptyOrTooLong) {
  for (const uint8_t byte : {uint8_t{'\n'}, uint8_t{' '}, uint8_t{0x7F}, uint8_t{0xE5}, uint8_t{0}}) {
    EXPECT_EQ(CodeOf(WithByte(kVersionAt + 2, byte)), ErrorCode::kMalformed) << int{byte};
  }
  Bytes empty = SmallFile();
  empty[kVersionAt] = 0;
  empty.erase(empty.begin() + kVersionAt + 2, empty.begin() + kVersionAt + 2 + 5);
  EXPECT_EQ(CodeOf(Resealed(empty)), ErrorCode::kMalformed);
  Bytes longer = SmallFile();
  longer[kVersionAt] = 65;
  longer.insert(longer.begin() + kVersionAt + 2, 60, 'x');
  EXPECT_EQ(CodeOf(Resealed(longer)), ErrorCode::kMalformed);
  ModelParameters longest = SmallParameters();
  longest.version = std::string(64, 'x');
  EXPECT_EQ(ReadModelFile(WriteModelFile(longest).value()).value().version, longest.version);
}

TEST(WriteModelFile, RefusesWhatCouldNotBeRead) {
  const std::vector<void (*)(ModelParameters&)> changes = {
      [](ModelParameters& p) { p.version = ""; },
      [](ModelParameters& p) { p.version = "a b"; },
      [](ModelParameters& p) { p.norm_prior = -1; },
      [](ModelParameters& p) { p.columns[28].scale = std::numeric_limits<float>::quiet_NaN(); },
      [](ModelParameters& p) { p.columns[0].bias = 1e7F; },
      [](ModelParameters& p) { p.temperatures.contact = 0; },
      [](ModelParameters& p) { p.abstention[4] = 1.5F; },
      [](ModelParameters& p) { p.toxic_at.spam = -0.5F; },
      [](ModelParameters& p) { p.fine_bits = 3; },
      [](ModelParameters& p) { p.wide_bits = 19; },
      [](ModelParameters& p) { p.fine_bits = 5; },
      [](ModelParameters& p) { p.fine.pop_back(); },
      [](ModelParameters& p) { p.wide.push_back(0); },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    ModelParameters p = SmallParameters();
    changes[i](p);
    const auto written = WriteModelFile(p);
    ASSERT_FALSE(written.ok()) << i;
    EXPECT_EQ(written.error().code, ErrorCode::kInvalidArgument) << i;
  }
}

RC_GTEST_PROP(ModelFile, IsReadOrRefusedWhateverTheBytesAre, ()) {
  Bytes file = SmallFile();
  const auto changes = *rc::gen::container<std::vector<std::pair<size_t, uint8_t>>>(
      rc::gen::pair(rc::gen::inRange<size_t>(0, file.size()), rc::gen::arbitrary<uint8_t>()));
  for (const auto& [offset, value] : changes) file[offset] = value;
  const auto read = ReadModelFile(Resealed(file));
  if (read.ok()) RC_ASSERT(WriteModelFile(read.value()).ok());
}

}  // namespace
}  // namespace sotto::comments
