// Normalise(text, lexicon): what it adds to Normalise(text).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "sotto/text/normalise.h"
#include "sotto/text/utf8.h"
#include "text/small_lexicon.h"
#include "text/unicode_gen.h"

namespace sotto::text {
namespace {

const Lexicon& Small() {
  static const Lexicon lexicon = SmallLexicon();
  return lexicon;
}

NormalisedText Of(std::string_view text) {
  auto result = Normalise(text, Small());
  EXPECT_TRUE(result.ok());
  return result.ok() ? std::move(result).value() : NormalisedText();
}

std::string Normalised(std::string_view text) {
  return Of(text).ToUtf8();
}

std::string SourceOf(std::string_view text, size_t i) {
  const NormalisedText n = Of(text);
  return std::string(text.substr(n.begin.at(i), n.end.at(i) - n.begin.at(i)));
}

void ExpectSound(const std::string& text) {
  const NormalisedText once = Of(text);
  ASSERT_EQ(once.begin.size(), once.symbols.size());
  ASSERT_EQ(once.end.size(), once.symbols.size());
  ASSERT_LE(once.symbols.size(), 6 * text.size());
  for (size_t i = 0; i < once.symbols.size(); ++i) {
    ASSERT_LT(once.begin[i], once.end[i]);
    ASSERT_LE(once.end[i], text.size());
    if (i == 0) continue;
    ASSERT_LE(once.begin[i - 1], once.begin[i]);
    ASSERT_LE(once.end[i - 1], once.end[i]);
  }
  for (const Run& run : once.runs) {
    ASSERT_LT(run.last, once.symbols.size());
    ASSERT_GT(run.length, 3u);
    ASSERT_LE(run.length, 6 * text.size());
  }
  ASSERT_TRUE(Of(once.ToUtf8()).symbols == once.symbols)
      << text.substr(0, 200) << " -> " << once.ToUtf8().substr(0, 200);
}

TEST(NormaliseWithLexicon, SimplifiesTraditionalCharacters) {
  EXPECT_EQ(Normalised("這個買錢"), "这个买钱");
}

TEST(NormaliseWithLexicon, ReadsEmojiAsMoodsOrAsTheCharactersTheyStandFor) {
  using Symbols = std::vector<char32_t>;
  EXPECT_EQ(Of("🤣").symbols, Symbols{kTokenJoy});
  EXPECT_EQ(Of("♥️").symbols, Symbols{kTokenLove});
  EXPECT_EQ(Of("👍🏽").symbols, Symbols{kTokenPositiveEmoji});
  EXPECT_EQ(Of("🏁").symbols, Symbols{kTokenNeutralEmoji});
  EXPECT_EQ(Of("👩‍❤️‍👨").symbols, Symbols{kTokenLove});
  EXPECT_EQ(Normalised("🐴上🍎"), "马上苹果");
  EXPECT_EQ(Normalised("🐴‍♂️"), "马");
  EXPECT_EQ(Normalised("🐴‍🍎"), "😐");
  EXPECT_EQ(Normalised("好❓"), "好?");
  EXPECT_EQ(Normalised("s🅱️"), "傻逼");
  EXPECT_EQ(Normalised("女🐴"), "妈");
}

TEST(NormaliseWithLexicon, WritesEachTokenAsAnEmojiThatReadsBackAsItself) {
  for (char32_t token = kFirstToken; token <= kLastToken; ++token) {
    NormalisedText text;
    text.symbols = {token};
    EXPECT_EQ(Of(text.ToUtf8()).symbols, text.symbols) << static_cast<uint32_t>(token);
  }
}

TEST(NormaliseWithLexicon, ReadsEmotesAndFaces) {
  EXPECT_EQ(Normalised("[笑哭]好^_^"), "😂好😂");
  EXPECT_EQ(Normalised("233"), "😂");
}

TEST(NormaliseWithLexicon, KeepsTheLengthOfARunThatItCut) {
  const NormalisedText text = Of("好哈哈哈哈哈哈哈!!!!x");
  EXPECT_EQ(text.ToUtf8(), "好哈哈哈!!!x");
  ASSERT_EQ(text.runs.size(), 2u);
  EXPECT_EQ(text.runs[0].last, 3u);
  EXPECT_EQ(text.runs[0].length, 7u);
  EXPECT_EQ(text.runs[1].last, 6u);
  EXPECT_EQ(text.runs[1].length, 4u);
}

TEST(NormaliseWithLexicon, KeepsTheLengthOfARunThatAPhraseReplaced) {
  const NormalisedText text = Of("666666");
  EXPECT_EQ(text.ToUtf8(), "厉害");
  ASSERT_EQ(text.runs.size(), 1u);
  EXPECT_EQ(text.runs[0].last, 1u);
  EXPECT_EQ(text.runs[0].length, 6u);
}

TEST(NormaliseWithLexicon, JoinsSplitCharacters) {
  EXPECT_EQ(Normalised("亻尔女子口乞"), "你好吃");
  EXPECT_EQ(Normalised("訁舌"), "话");
  EXPECT_EQ(Normalised("木目心"), "想");
  EXPECT_EQ(Normalised("日月"), "日月");
  EXPECT_EQ(SourceOf("好木目心!", 1), "木目心");
}

TEST(NormaliseWithLexicon, ReplacesAbbreviationsAsWholeWordsOnly) {
  EXPECT_EQ(Normalised("这YYDS"), "这永远的神");
  EXPECT_EQ(Normalised("usb sb 366 666"), "usb 傻逼 366 厉害");
  EXPECT_EQ(Normalised("sb\u0301"), "sb\u0301");
  EXPECT_EQ(Normalised("ésb"), "ésb");
  EXPECT_EQ(Normalised("多少米"), "多少钱");
  EXPECT_EQ(Normalised("扣扣"), "qq");
  EXPECT_EQ(SourceOf("好yyds!", 2), "yyds");
}

TEST(NormaliseWithLexicon, TakesTheLongestPhraseAndSparesTheProtected) {
  EXPECT_EQ(Normalised("加v"), "加微信");
  EXPECT_EQ(Normalised("加v信"), "加微信");
  EXPECT_EQ(Normalised("辣鸡"), "垃圾");
  EXPECT_EQ(Normalised("麻辣鸡"), "麻辣鸡");
  EXPECT_EQ(Normalised("➕v"), "加微信");
}

TEST(NormaliseWithLexicon, TakesSomePhrasesOnlyWhereTheyStandAlone) {
  EXPECT_EQ(Normalised("u 88"), "you 拜拜");
  EXPECT_EQ(Normalised("88👍"), "拜拜👍");
  EXPECT_EQ(Normalised("u盘 88元"), "u盘 88元");
  EXPECT_EQ(Normalised("u-88"), "u-88");
}

TEST(NormaliseWithLexicon, LeavesOutSeparatorsBetweenIdeographs) {
  EXPECT_EQ(Normalised("傻*逼"), "傻逼");
  EXPECT_EQ(Normalised("女·子"), "好");
  EXPECT_EQ(Normalised("加.我"), "加我");
  EXPECT_EQ(Normalised("我加微.信吧好"), "我加微信吧好");
  EXPECT_EQ(Normalised("我加微 信吧好"), "我加微信吧好");
}

TEST(NormaliseWithLexicon, LeavesPunctuationBetweenSentences) {
  EXPECT_EQ(Normalised("很好.下次"), "很好.下次");
  EXPECT_EQ(Normalised("好，好。好？好！好 好~好"), "好,好。好?好!好 好~好");
  EXPECT_EQ(Normalised("傻**逼"), "傻**逼");
  EXPECT_EQ(Normalised("a*b"), "a*b");
}

TEST(NormaliseWithLexicon, RevealsDisguisedWords) {
  EXPECT_EQ(Normalised("sh1t $tupid a$$ n00b 1diot"), "shit stupid ass noob idiot");
  EXPECT_EQ(Normalised("f*ck f**k f*u*c*k!"), "fuck fuck fuck!");
  EXPECT_EQ(Normalised("st*pid"), "st*pid");
  EXPECT_EQ(SourceOf("sh1t", 2), "1");
}

TEST(NormaliseWithLexicon, LeavesModelNumbersAndSizes) {
  EXPECT_EQ(Normalised("iphone15 4g xxl2 a5 100ml t3 a55"), "iphone15 4g xxl2 a5 100ml t3 a55");
}

TEST(NormaliseWithLexicon, TakesNothingAndNearlyNothing) {
  EXPECT_EQ(Normalised(""), "");
  EXPECT_EQ(Normalised(" 　\t"), "");
  EXPECT_EQ(Normalised("."), ".");
  EXPECT_EQ(Normalised("*"), "*");
}

TEST(NormaliseWithLexicon, RefusesWhatNormaliseRefuses) {
  EXPECT_EQ(Normalise("好\xFF", Small()).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(Normalise(std::string(kMaxCommentBytes + 1, 'a'), Small()).error().code, ErrorCode::kResourceExhausted);
}

TEST(NormaliseWithLexicon, StaysSoundOverThousandsOfRepeats) {
  for (const char* what : {"亻", "女子", "sb ", "微 信", "f*", "木目", "u ", "🐴", "6", "傻*", "Z\u0351\u036B\u0343"}) {
    std::string text;
    // What it becomes must fit too.
    for (int i = 0; i < 10'000 && text.size() + 16 < kMaxCommentBytes / 4; ++i) text += what;
    ExpectSound(text);
  }
}

TEST(NormaliseWithLexicon, StaysSoundForEveryCodePointBetweenPartsOfPhrases) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 || (c > 0x1F000 && c < 0x1FB00) ? 1 : 37) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text = "女";
    AppendUtf8(c, text);
    text += "子 sb";
    AppendUtf8(c, text);
    ExpectSound(text);
  }
}

TEST(NormaliseWithLexicon, LeavesATextAloneThatItCannotSettle) {
  LexiconTables tables;
  tables.phrases = {{U"ab", U"cd", false}, {U"cd", U"ab", false}};
  const Lexicon restless = Lexicon::Build(std::move(tables)).value();
  EXPECT_EQ(Normalise("AB!", restless).value().ToUtf8(), "ab!");
  EXPECT_EQ(Normalise("cd", restless).value().ToUtf8(), "cd");
}

TEST(NormaliseWithLexicon, DoesWhatNormaliseDoesWhereTheLexiconKnowsNothing) {
  for (const char* text : {"ＶＸ同号１２３！", "㊗ ① ㎏ ﬁ ½", "か\u3099 e\u0301", "  好\u3000看 ", "哈哈哈哈哈"}) {
    const Lexicon empty;
    EXPECT_EQ(Normalise(text, empty).value().symbols, Normalise(text).value().symbols) << text;
  }
}

// What the lexicon knows, in pieces, among what is tricky.
rc::Gen<std::string> DisguisedText() {
  const auto part = rc::gen::element<std::string>(
      "女", "子", "亻", "尔", "木", "目", "心", "*", ".", " ", "微", "信", "v", "加", "q", "群", "6", "2", "3", "8",
      "u", "s", "b", "h", "1", "t", "$", "a", "f", "c", "k", "!", "@", "辣", "鸡", "麻", "[", "笑", "哭", "]", "^", "_",
      "👍", "🐴", "🅱", "扣", "yyds", "gr8", "這", "訁", "舌", "\u200D", "\uFE0F", "\u0301", "_", "-", "/");
  const auto tricky = rc::gen::map(TrickyScalar(), [](char32_t c) { return ToUtf8({c}); });
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::weightedOneOf<std::string>({{9, part}, {1, tricky}})),
      [](const std::vector<std::string>& parts) {
        std::string text;
        for (const std::string& one : parts) text += one;
        return text;
      });
}

RC_GTEST_PROP(NormaliseWithLexicon, IsIdempotentAndKeepsSoundSpans, ()) {
  ExpectSound(*DisguisedText());
}

RC_GTEST_PROP(NormaliseWithLexicon, IsIdempotentOnTrickyText, ()) {
  ExpectSound(*TrickyText());
}

RC_GTEST_PROP(NormaliseWithLexicon, NeverFailsOtherThanByAnErrorOnAnyBytes, (const std::string& bytes)) {
  RC_ASSERT(Normalise(bytes, Small()).ok() == ValidateUtf8(bytes).ok());
}

}  // namespace
}  // namespace sotto::text
