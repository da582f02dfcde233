#include "sotto/text/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "text/unicode_gen.h"

namespace sotto::text {
namespace {

struct IllFormed {
  const char* what;
  std::string bytes;
  size_t offset;         // where the first ill-formed sequence starts
  std::string repaired;  // U+FFFD is \uFFFD
};

// The replacements are those of the WHATWG Encoding Standard: one for each maximal ill-formed part.
std::vector<IllFormed> IllFormedTexts() {
  return {
      {"a continuation byte alone",
       "a\x80"
       "b",
       1, "a\uFFFDb"},
      {"a lead byte alone", "\xE4", 0, "\uFFFD"},
      {"a sequence cut after two of three bytes", "好\xE5\xA5", 3, "好\uFFFD"},
      {"a sequence cut after three of four bytes", "\xF0\x9F\x98", 0, "\uFFFD"},
      {"a sequence interrupted by ASCII", "\xE5\xA5!", 0, "\uFFFD!"},
      {"an overlong slash in two bytes", "\xC0\xAF", 0, "\uFFFD\uFFFD"},
      {"an overlong slash in three bytes", "\xE0\x80\xAF", 0, "\uFFFD\uFFFD\uFFFD"},
      {"an overlong slash in four bytes", "\xF0\x80\x80\xAF", 0, "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"a high surrogate", "\xED\xA0\x80", 0, "\uFFFD\uFFFD\uFFFD"},
      {"a surrogate pair (CESU-8)", "\xED\xA0\xBD\xED\xB8\x80", 0, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"a code point above U+10FFFF", "\xF4\x90\x80\x80", 0, "\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"a five-byte lead", "\xF8\x88\x80\x80\x80", 0, "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"0xFE and 0xFF", "ok\xFE\xFF", 2, "ok\uFFFD\uFFFD"},
      {"GBK bytes", "\xC4\xE3\xBA\xC3", 0, "\uFFFD\uFFFD\uFFFD"},
  };
}

TEST(ValidateUtf8, RefusesEveryKindOfIllFormedTextAndNamesItsOffset) {
  for (const IllFormed& text : IllFormedTexts()) {
    const Status status = ValidateUtf8(text.bytes);
    ASSERT_FALSE(status.ok()) << text.what;
    EXPECT_EQ(status.error().code, ErrorCode::kMalformed) << text.what;
    EXPECT_NE(status.error().message.find("byte " + std::to_string(text.offset) + " "), std::string::npos)
        << text.what << ": " << status.error().message;
  }
}

TEST(RepairUtf8, ReplacesEachMaximalIllFormedPartByOneReplacementCharacter) {
  for (const IllFormed& text : IllFormedTexts()) EXPECT_EQ(RepairUtf8(text.bytes), text.repaired) << text.what;
}

TEST(ValidateUtf8, AcceptsTheFirstAndLastCodePointOfEachLength) {
  const std::string ends[] = {
      std::string(1, '\0'), "\x7F",         "\xC2\x80",     "\xDF\xBF",         "\xE0\xA0\x80",
      "\xED\x9F\xBF",       "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"};
  for (const std::string& text : ends) EXPECT_TRUE(ValidateUtf8(text).ok());
  EXPECT_TRUE(ValidateUtf8("").ok());
}

TEST(Utf8, EveryScalarValueSurvivesTheRoundTrip) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(code_point, text);
    ASSERT_TRUE(ValidateUtf8(text).ok()) << std::hex << static_cast<uint32_t>(code_point);
    size_t position = 0;
    ASSERT_EQ(NextCodePoint(text, position), code_point);
    ASSERT_EQ(position, text.size());
  }
}

RC_GTEST_PROP(RepairUtf8, MakesAnyBytesWellFormedAndLeavesWellFormedTextAlone, (const std::string& bytes)) {
  const std::string repaired = RepairUtf8(bytes);
  RC_ASSERT(ValidateUtf8(repaired).ok());
  RC_ASSERT(RepairUtf8(repaired) == repaired);
  if (ValidateUtf8(bytes).ok()) RC_ASSERT(repaired == bytes);
}

TEST(Utf16Length, CountsSurrogatePairsAsTwoUnits) {
  const std::string text = "a好😀é";
  EXPECT_EQ(Utf16Length(text, 0), 0u);
  EXPECT_EQ(Utf16Length(text, 1), 1u);
  EXPECT_EQ(Utf16Length(text, 4), 2u);
  EXPECT_EQ(Utf16Length(text, 8), 4u);
  EXPECT_EQ(Utf16Length(text, 10), 5u);
  EXPECT_EQ(Utf16Length(text, 999), 5u);
}

TEST(Utf16Offsets, AgreesWithUtf16LengthAtEveryOffset) {
  const std::string text = "a好😀é";
  const std::vector<uint32_t> bytes = {0, 1, 1, 4, 8, 8, 10};
  const std::vector<uint32_t> units = {0, 1, 1, 2, 4, 4, 5};
  EXPECT_EQ(Utf16Offsets(text, bytes), units);
  EXPECT_TRUE(Utf16Offsets(text, {}).empty());
}

}  // namespace
}  // namespace sotto::text
