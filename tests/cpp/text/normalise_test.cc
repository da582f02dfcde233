#include "sotto/text/normalise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <utf8proc.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "sotto/text/utf8.h"
#include "text/unicode_gen.h"

namespace sotto::text {
namespace {

std::string Normalised(std::string_view text) {
  const auto result = Normalise(text);
  return result.ok() ? result.value().ToUtf8() : ToString(result.error());
}

// The part of `text` that symbol `i` came from.
std::string SourceOf(std::string_view text, size_t i) {
  const auto result = Normalise(text);
  const NormalisedText& n = result.value();
  return std::string(text.substr(n.begin.at(i), n.end.at(i) - n.begin.at(i)));
}

TEST(Normalise, MakesFullWidthAndCompatibilityFormsOrdinary) {
  EXPECT_EQ(Normalised("ＶＸ同号１２３！"), "vx同号123!");
  EXPECT_EQ(Normalised("㊗ ① ㎏ ﬁ ½"), "祝 1 kg fi 1⁄2");
  EXPECT_EQ(Normalised("ｶﾞｷﾞ"), "ガギ");
}

TEST(Normalise, LowersCaseInEveryScript) {
  EXPECT_EQ(Normalised("YYDS Ünï ΑΣ ЖУК Ａ"), "yyds ünï ασ жук a");
}

TEST(Normalise, ComposesAcrossWhatWasTyped) {
  EXPECT_EQ(Normalised("e\u0301"), "é");
  EXPECT_EQ(Normalised("か\u3099"), "が");
  EXPECT_EQ(Normalised("\u1112\u1161\u11AB"), "한");
  EXPECT_EQ(Normalised("a\u0323\u0302"), Normalised("a\u0302\u0323"));
  EXPECT_EQ(Normalised("J\u030C"), "ǰ");  // composes in lower case only
}

TEST(Normalise, LeavesOutWhatCannotBeSeen) {
  EXPECT_EQ(Normalised("垃\u200B圾\u200D\uFEFF\u00AD"), "垃圾");
  EXPECT_EQ(Normalised("e\u200B\u0301"), "é");
  EXPECT_EQ(Normalised(std::string_view("好\0\x01\x1F吃", 9)), "好吃");
  EXPECT_EQ(Normalised("\u202E好\u202C"), "好");
  EXPECT_EQ(Normalised("㐂\U000E0100"), "㐂");
  EXPECT_EQ(Normalised("1\uFE0F\u20E3"), "1");
}

TEST(Normalise, CollapsesAndTrimsWhiteSpaceOfEveryKind) {
  EXPECT_EQ(Normalised("  好\u3000\t\r\n\u00A0看 \u2028"), "好 看");
  EXPECT_EQ(Normalised(" \u3000\t"), "");
  EXPECT_EQ(Normalised(""), "");
}

TEST(Normalise, CutsRunsToThree) {
  EXPECT_EQ(Normalised("哈哈哈哈哈哈哈哈"), "哈哈哈");
  EXPECT_EQ(Normalised("666666"), "666");
  EXPECT_EQ(Normalised("！！！!!!"), "!!!");
  EXPECT_EQ(Normalised("好好好"), "好好好");
  EXPECT_EQ(Normalised("👍👍👍👍👍"), "👍👍👍");
  EXPECT_EQ(Normalised("é\u0065\u0301éé"), "ééé");
}

TEST(Normalise, TurnsEmojiIntoTheTokenOfTheirPolarity) {
  const auto symbols = [](std::string_view text) { return Normalise(text).value().symbols; };
  using Symbols = std::vector<char32_t>;
  EXPECT_EQ(symbols("❤️"), Symbols{kTokenPositiveEmoji});
  EXPECT_EQ(symbols("👎"), Symbols{kTokenNegativeEmoji});
  EXPECT_EQ(symbols("🐱"), Symbols{kTokenNeutralEmoji});
  EXPECT_EQ(symbols("😂"), Symbols{kTokenNeutralEmoji});
  EXPECT_EQ(symbols("好🙏"), (Symbols{U'好', kTokenPositiveEmoji}));
}

TEST(Normalise, MakesOneTokenOfASequence) {
  const auto symbols = [](std::string_view text) { return Normalise(text).value().symbols; };
  using Symbols = std::vector<char32_t>;
  EXPECT_EQ(symbols("👍🏽"), Symbols{kTokenPositiveEmoji});
  EXPECT_EQ(symbols("👨‍👩‍👧‍👦"), Symbols{kTokenNeutralEmoji});
  EXPECT_EQ(symbols("❤️‍🔥"), Symbols{kTokenPositiveEmoji});
  EXPECT_EQ(symbols("🤦🏻‍♀️"), Symbols{kTokenNegativeEmoji});
  EXPECT_EQ(symbols("🇨🇳"), Symbols{kTokenNeutralEmoji});
  EXPECT_EQ(symbols("🏴󠁧󠁢󠁥󠁮󠁧󠁿"), Symbols{kTokenNeutralEmoji});
  EXPECT_EQ(symbols("🇨🇳🇯🇵"), (Symbols{kTokenNeutralEmoji, kTokenNeutralEmoji}));
  EXPECT_EQ(symbols("👍👎"), (Symbols{kTokenPositiveEmoji, kTokenNegativeEmoji}));
}

TEST(Normalise, LeavesSignsThatAreTextAsText) {
  EXPECT_EQ(Normalised("™ © → ☞"), "tm © → 😐");
}

TEST(Normalise, MapsEachSymbolToTheBytesItCameFrom) {
  EXPECT_EQ(SourceOf("Ａ好😀", 0), "Ａ");
  EXPECT_EQ(SourceOf("Ａ好😀", 1), "好");
  EXPECT_EQ(SourceOf("Ａ好😀", 2), "😀");
  EXPECT_EQ(SourceOf("x㎏y", 1), "㎏");
  EXPECT_EQ(SourceOf("x㎏y", 2), "㎏");
  EXPECT_EQ(SourceOf("x㎏y", 3), "y");
  EXPECT_EQ(SourceOf("xe\u0301y", 1), "e\u0301");
  EXPECT_EQ(SourceOf("xe\u0301y", 2), "y");
  EXPECT_EQ(SourceOf("垃\u200B圾", 0), "垃");
  EXPECT_EQ(SourceOf("垃\u200B圾", 1), "圾");
  EXPECT_EQ(SourceOf("\u1112\u1161\u11AB!", 0), "\u1112\u1161\u11AB");
  EXPECT_EQ(SourceOf("a  \t b", 1), "  \t ");
  EXPECT_EQ(SourceOf("哈哈哈哈哈!", 2), "哈哈哈");
  EXPECT_EQ(SourceOf("哈哈哈哈哈!", 3), "!");
  EXPECT_EQ(SourceOf("🤦🏻‍♀️", 0), "🤦🏻‍♀️");
}

TEST(Normalise, RefusesTextThatIsNotUtf8) {
  const auto result = Normalise("好\xFF");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kMalformed);
}

TEST(Normalise, AcceptsExactly64KibibytesAndNoMore) {
  const std::string longest(kMaxCommentBytes, 'a');
  EXPECT_EQ(Normalised(longest), "aaa");
  const auto result = Normalise(longest + "a");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, ErrorCode::kResourceExhausted);
}

TEST(Normalise, TakesTheLongestCommentOfTheLongestDecompositionsAndOfMarksAlone) {
  const auto repeated = [](std::string_view what) {
    std::string text;
    while (text.size() + what.size() <= kMaxCommentBytes) text += what;
    return text;
  };
  EXPECT_LE(Normalise(repeated("\uFDFAa")).value().symbols.size(), 6 * kMaxCommentBytes);
  EXPECT_TRUE(Normalise(repeated("\u0301\u0323\u0327")).ok());
  EXPECT_TRUE(Normalise(repeated("👩‍")).ok());
}

void ExpectSoundSpans(const std::string& text, const NormalisedText& normalised) {
  ASSERT_EQ(normalised.begin.size(), normalised.symbols.size());
  ASSERT_EQ(normalised.end.size(), normalised.symbols.size());
  for (size_t i = 0; i < normalised.symbols.size(); ++i) {
    ASSERT_LT(normalised.begin[i], normalised.end[i]);
    ASSERT_LE(normalised.end[i], text.size());
    if (i == 0) continue;
    ASSERT_LE(normalised.begin[i - 1], normalised.begin[i]);
    ASSERT_LE(normalised.end[i - 1], normalised.end[i]);
  }
}

TEST(Normalise, IsIdempotentForEveryCodePointAlone) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    std::string text;
    AppendUtf8(code_point, text);
    const auto once = Normalise(text);
    ASSERT_TRUE(once.ok());
    ExpectSoundSpans(text, once.value());
    const auto twice = Normalise(once.value().ToUtf8());
    ASSERT_TRUE(twice.ok());
    ASSERT_EQ(twice.value().symbols, once.value().symbols) << std::hex << static_cast<uint32_t>(code_point);
  }
}

RC_GTEST_PROP(Normalise, IsIdempotentAndKeepsSoundSpans, ()) {
  const std::string text = *TrickyText();
  const auto once = Normalise(text);
  RC_ASSERT(once.ok());
  ExpectSoundSpans(text, once.value());
  const auto twice = Normalise(once.value().ToUtf8());
  RC_ASSERT(twice.ok());
  RC_ASSERT(twice.value().symbols == once.value().symbols);
}

RC_GTEST_PROP(Normalise, NeverFailsOtherThanByAnErrorOnAnyBytes, (const std::string& bytes)) {
  const auto result = Normalise(bytes);
  RC_ASSERT(result.ok() == ValidateUtf8(bytes).ok());
}

// Characters without case, emoji, white space and invisible ones: there Normalise is NFKC but for the cut runs.
RC_GTEST_PROP(Normalise, IsNfkcAsUtf8procDefinesIt, ()) {
  std::string text = *rc::gen::map(
      rc::gen::container<std::vector<char32_t>>(rc::gen::element<char32_t>(
          U'a', U'e', U'o', U'q', U'好', U'が', U'か', 0x300, 0x301, 0x302, 0x308, 0x30C, 0x323, 0x327, 0x331, 0x338,
          0x345, 0x3099, 0x309A, 0x1100, 0x1112, 0x1161, 0x1175, 0x11A8, 0x11C2, 0xAC00, 0xAC01, 0x9C7, 0x9BE, 0x9D7,
          0xB47, 0xB56, 0xBC6, 0xBD7, 0xDD9, 0xDCF, 0xDCA, 0x1025, 0x102E, 0x1B05, 0x1B35, 0xFB01, 0xFDFA, 0xFF76,
          0xFF9E, 0xF900, 0x2460, 0x390, 0x1FB3, 0x1D158, 0x1D165, 0x110A5, 0x110BA, 0x958)),
      &ToUtf8);
  auto* nfkc = utf8proc_NFKC(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()));
  const std::string whole(reinterpret_cast<const char*>(nfkc));
  std::free(nfkc);
  std::string expected;
  std::vector<char32_t> last;
  for (size_t position = 0; position < whole.size();) {
    const char32_t symbol = NextCodePoint(whole, position);
    if (!last.empty() && last.front() != symbol) last.clear();
    last.push_back(symbol);
    if (last.size() <= 3) AppendUtf8(symbol, expected);
  }
  // U+FDFA decomposes to words with spaces between them, which stay single, and never at an end.
  RC_ASSERT(Normalised(text) == expected);
}

}  // namespace
}  // namespace sotto::text
