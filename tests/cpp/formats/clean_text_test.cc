#include "sotto/formats/clean_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sotto/formats/recorded_comment.h"
#include "sotto/text/utf8.h"
#include "text/unicode_gen.h"

namespace sotto::formats {
namespace {

using namespace std::string_literals;

std::string Clean(std::string_view raw) {
  return CleanText(raw, kMaxTextBytes);
}

TEST(CleanText, LeavesOutControlCharacters) {
  EXPECT_EQ(Clean("a\0b\x01\x1B[31m\x7F\xC2\x80\xC2\x9Fz"s), "ab[31mz");
}

TEST(CleanText, MakesLineEndsAndTabsSpaces) {
  EXPECT_EQ(Clean("a\nb\r\nc\td\xC2\x85\u2028e"), "a b c d  e");
}

TEST(CleanText, KeepsBidirectionalControlsForWhoeverDrawsIt) {
  EXPECT_EQ(Clean("\u202Eabc\u2066d\u2069"), "\u202Eabc\u2066d\u2069");
}

TEST(CleanText, KeepsPiledUpCombiningMarks) {
  std::string zalgo = "Z";
  for (int i = 0; i < 200; ++i) zalgo += "\u0301\u0323\u0489";
  EXPECT_EQ(Clean(zalgo), zalgo);
}

TEST(CleanText, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(Clean("a\xED\xA0\xBD\xED\xB8\x80z\xFF"), "a\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFDz\uFFFD");  // CESU-8
}

TEST(CleanText, CutsBetweenTwoCharacters) {
  EXPECT_EQ(CleanText("茶茶茶", 8), "茶茶");
  EXPECT_EQ(CleanText("ab茶", 4), "ab");
  EXPECT_EQ(CleanText("a\nb", 2), "a ");
}

RC_GTEST_PROP(CleanText, IsUtf8WithinItsBoundAndCleanOnceAndForAll, ()) {
  const auto raw = *rc::gen::oneOf(rc::gen::arbitrary<std::string>(), text::TrickyText());
  const auto bound = *rc::gen::inRange<size_t>(0, 40);
  const std::string clean = CleanText(raw, bound);
  RC_ASSERT(text::ValidateUtf8(clean).ok());
  RC_ASSERT(clean.size() <= bound);
  RC_ASSERT(CleanText(clean, bound) == clean);
}

}  // namespace
}  // namespace sotto::formats
