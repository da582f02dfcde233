#include "sotto/text/lexicon.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "text/small_lexicon.h"

namespace sotto::text {
namespace {

ErrorCode CodeOf(LexiconTables tables) {
  const auto built = Lexicon::Build(std::move(tables));
  EXPECT_FALSE(built.ok());
  return built.ok() ? ErrorCode::kInternal : built.error().code;
}

ErrorCode CodeOf(const Bytes& bytes) {
  const auto read = Lexicon::Read(bytes);
  EXPECT_FALSE(read.ok());
  EXPECT_TRUE(read.ok() || (!read.error().message.empty() && !read.error().hint.empty()));
  return read.ok() ? ErrorCode::kInternal : read.error().code;
}

TEST(Lexicon, FoldsEachTraditionalCharacterInOneStepAndLeavesTheRest) {
  const Lexicon lexicon = SmallLexicon();
  EXPECT_EQ(lexicon.Fold(U'這'), U'这');
  EXPECT_EQ(lexicon.Fold(U'甲'), U'丙');
  EXPECT_EQ(lexicon.Fold(U'乙'), U'丙');
  EXPECT_EQ(lexicon.Fold(U'𠀾'), U'𠀿');
  EXPECT_EQ(lexicon.Fold(U'⺡'), U'氵');
  EXPECT_EQ(lexicon.Fold(U'好'), U'好');
  EXPECT_EQ(lexicon.Fold(U'a'), U'a');
  EXPECT_EQ(lexicon.Fold(kTokenJoy), kTokenJoy);
}

TEST(Lexicon, KnowsTheClassesOfSoundAndShape) {
  const Lexicon lexicon = SmallLexicon();
  EXPECT_EQ(lexicon.Sound(U'你'), lexicon.Sound(U'尼'));
  EXPECT_EQ(lexicon.Shape(U'很'), lexicon.Shape(U'根'));
  EXPECT_EQ(lexicon.Sound(U'艮'), 0);
  EXPECT_EQ(lexicon.Shape(U'这'), 0);
  EXPECT_EQ(lexicon.Sound(U'x'), 0);
  EXPECT_EQ(lexicon.Shape(kTokenJoy), 0);
  EXPECT_EQ(lexicon.sounds(), 4);
  EXPECT_EQ(lexicon.shapes(), 3);
}

TEST(Lexicon, JoinsTheHalvesThatAreUsedAndNoOthers) {
  const Lexicon lexicon = SmallLexicon();
  EXPECT_EQ(lexicon.Join(U'女', U'子'), U'好');
  EXPECT_EQ(lexicon.Join(U'子', U'女'), char32_t{0});
  EXPECT_EQ(lexicon.Join(U'日', U'月'), char32_t{0});
  EXPECT_EQ(lexicon.Join(U'a', U'子'), char32_t{0});
}

TEST(Lexicon, FindsThePrefixesThatArePhrasesShortestFirst) {
  LexiconTables tables = SmallTables();
  tables.phrases = {{U"ab", U"x", false}, {U"abcd", U"y", false}, {U"abd", U"z", false}, {U"b", U"w", true}};
  const Lexicon lexicon = Lexicon::Build(std::move(tables)).value();
  const std::u32string text = U"abcde";
  std::vector<std::u32string> found;
  lexicon.ForEachPhrase([&](size_t i) { return i < text.size() ? text[i] : char32_t{0}; },
                        [&](const Lexicon::Phrase& phrase) { found.emplace_back(lexicon.Replacement(phrase)); });
  EXPECT_EQ(found, (std::vector<std::u32string>{U"x", U"y"}));
  EXPECT_TRUE(lexicon.BeginsPhrase(U'a'));
  EXPECT_FALSE(lexicon.BeginsPhrase(U'c'));
}

TEST(Lexicon, ReadsBackWhatItWrote) {
  const Bytes bytes = SmallLexicon().Write();
  const auto read = Lexicon::Read(bytes);
  ASSERT_TRUE(read.ok()) << ToString(read.error());
  EXPECT_EQ(read.value().Write(), bytes);
  EXPECT_EQ(read.value().Fold(U'甲'), U'丙');
  EXPECT_EQ(read.value().Emoji(0x1F34E), U"苹果");
  EXPECT_EQ(read.value().Undisguise("sh1t"), "shit");
}

TEST(Lexicon, IsCompleteWithoutTables) {
  const Lexicon lexicon;
  EXPECT_EQ(lexicon.Emoji(EmojiOfToken(kTokenJoy)), std::u32string(1, kTokenJoy));
  EXPECT_TRUE(Lexicon::Read(lexicon.Write()).ok());
}

TEST(Lexicon, RefusesBytesThatEndEarlyAtEveryLength) {
  const Bytes bytes = SmallLexicon().Write();
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(CodeOf(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size))), ErrorCode::kTruncated)
        << size;
  }
}

TEST(Lexicon, RefusesAnotherMagicAnotherFormatLeftoversAndTooManyBytes) {
  const Bytes good = SmallLexicon().Write();
  Bytes bytes = good;
  bytes[0] = 'X';
  EXPECT_EQ(CodeOf(bytes), ErrorCode::kMalformed);
  bytes = good;
  bytes[4] = 2;
  EXPECT_EQ(CodeOf(bytes), ErrorCode::kUnsupportedVersion);
  bytes = good;
  bytes.push_back(0);
  EXPECT_EQ(CodeOf(bytes), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(Bytes(kMaxLexiconBytes + 1)), ErrorCode::kResourceExhausted);
}

TEST(Lexicon, RefusesFoldingsInACircle) {
  LexiconTables tables;
  tables.foldings = {{U'甲', U'乙'}, {U'乙', U'丙'}, {U'丙', U'甲'}};
  EXPECT_EQ(CodeOf(tables), ErrorCode::kInvalidArgument);
}

TEST(Lexicon, RefusesWhatNormalisationWouldChangeAgain) {
  const auto with = [](std::u32string pattern, std::u32string replacement) {
    LexiconTables tables;
    tables.phrases = {{std::move(pattern), std::move(replacement), false}};
    return tables;
  };
  EXPECT_EQ(CodeOf(with(U"abc", U"ABC")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(with(U"abc", U"é")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(with(U"abc", U" a")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(with(U"abc", U"")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(with(U"", U"abc")), ErrorCode::kInvalidArgument);
  EXPECT_EQ(CodeOf(with(U"a", U"abcde")), ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Lexicon::Build(with(U"a", U"abcd")).ok());
}

TEST(Lexicon, RefusesValuesOutsideTheirRange) {
  LexiconTables tables;
  tables.classes = {{U'你', kMaxSoundClass + 1, 0}};
  EXPECT_EQ(CodeOf(tables), ErrorCode::kInvalidArgument);
  tables.classes = {{U'a', 1, 0}};
  EXPECT_EQ(CodeOf(tables), ErrorCode::kInvalidArgument);
  tables = {};
  tables.joinings = {{U'a', U'子', U'好', true}};
  EXPECT_EQ(CodeOf(tables), ErrorCode::kInvalidArgument);
  tables = {};
  tables.words = {{"a", false}};
  EXPECT_EQ(CodeOf(tables), ErrorCode::kInvalidArgument);
  tables.words = {{"Ab", false}};
  EXPECT_EQ(CodeOf(tables), ErrorCode::kInvalidArgument);
}

TEST(Lexicon, RefusesToReadTheSignOfATokenOtherwise) {
  LexiconTables tables;
  tables.emoji = {{EmojiOfToken(kTokenLove), U"心"}};
  EXPECT_EQ(CodeOf(tables), ErrorCode::kInvalidArgument);
}

RC_GTEST_PROP(Lexicon, ReadsWellOrNotAtAllWhateverByteIsWrong, ()) {
  Bytes bytes = SmallLexicon().Write();
  const auto at = *rc::gen::inRange<size_t>(0, bytes.size());
  bytes[at] = *rc::gen::arbitrary<uint8_t>();
  const auto read = Lexicon::Read(bytes);
  if (read.ok()) RC_ASSERT(Lexicon::Read(read.value().Write()).ok());
}

}  // namespace
}  // namespace sotto::text
