#include "sotto/comments/training/attacks.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

#include "sotto/text/lexicon.h"
#include "sotto/text/tokens.h"
#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

AttackTables SmallTables() {
  AttackTables tables;
  tables.of[0] = {{U'你', {U"尼", U"妮", U"拟"}}, {U'好', {U"郝"}}};
  tables.of[1] = {{U'未', {U"末"}}, {U'l', {U"1"}}};
  tables.of[2] = {{U'好', {U"女子"}}};
  tables.of[3] = {{U'马', {U"🐴", U"🐎"}}};
  return tables;
}

// Many characters with four replacements each, for every attack.
AttackTables LargeTables() {
  AttackTables tables;
  for (size_t i = 0; i < tables.of.size(); ++i) {
    for (char32_t c = 0x4E00; c < 0x4E00 + 500; ++c) {
      for (char32_t k = 1; k <= 4; ++k) tables.of[i][c].push_back({c + k * 1'000, static_cast<char32_t>(0x61 + i)});
    }
  }
  return tables;
}

using Pairs = std::set<std::pair<char32_t, std::u32string>>;

Pairs PairsOf(const Replacements& replacements) {
  Pairs pairs;
  for (const auto& [character, list] : replacements) {
    EXPECT_FALSE(list.empty());
    for (const std::u32string& replacement : list) EXPECT_TRUE(pairs.emplace(character, replacement).second);
  }
  return pairs;
}

std::string Disguised(std::string_view comment, Attack attack, double rate, uint64_t seed = 1) {
  ChaCha20Source random(seed);
  return Disguise(comment, attack, rate, SmallTables(), random).value();
}

TEST(AttackTables, SplitIntoHalvesThatShareNothingAndLackNothing) {
  const AttackTables tables = LargeTables();
  const AttackTables first = tables.Half(false);
  const AttackTables second = tables.Half(true);
  for (size_t i = 0; i < kAttacks.size(); ++i) {
    const Pairs a = PairsOf(first.of[i]);
    const Pairs b = PairsOf(second.of[i]);
    Pairs both = a;
    both.insert(b.begin(), b.end());
    EXPECT_EQ(both.size(), a.size() + b.size());
    EXPECT_EQ(both, PairsOf(tables.of[i]));
    EXPECT_NEAR(static_cast<double>(a.size()), 1'000, 150);
  }
}

TEST(AttackTables, SplitAPairTheSameWayWhereverItStands) {
  const AttackTables tables = LargeTables();
  AttackTables alone;
  alone.of[0][0x4E07] = {tables.of[0].at(0x4E07)[2]};
  const bool in_second = PairsOf(tables.Half(true).of[0]).count({0x4E07, alone.of[0][0x4E07][0]}) == 1;
  EXPECT_EQ(alone.Half(true).of[0].size(), in_second ? 1u : 0u);
  EXPECT_EQ(alone.Half(false).of[0].size(), in_second ? 0u : 1u);
}

TEST(Disguise, ReplacesEverythingThatHasAReplacementAtTheFullRate) {
  EXPECT_EQ(Disguised("好茶好", Attack::kHomophone, 1), "郝茶郝");
  EXPECT_EQ(Disguised("未来 hello", Attack::kLookAlike, 1), "末来 he11o");
  EXPECT_EQ(Disguised("你好！", Attack::kSplit, 1), "你女子！");
  const std::set<std::string> horses = {"🐴", "🐎"};
  EXPECT_EQ(horses.count(Disguised("马", Attack::kEmoji, 1)), 1u);
}

TEST(Disguise, ChangesNothingAtRateZero) {
  const std::string comment = "你好，未来的马 hello 👍";
  for (const Attack attack : kAttacks) EXPECT_EQ(Disguised(comment, attack, 0), comment);
}

TEST(Disguise, ChangesOnlyWhatHasAReplacement) {
  for (const Attack attack : {Attack::kHomophone, Attack::kLookAlike, Attack::kSplit}) {
    EXPECT_EQ(Disguised("茶叶 GOOD 123 👍", attack, 1), "茶叶 GOOD 123 👍");
  }
  EXPECT_EQ(Disguised("GOOD 123 👍！", Attack::kEmoji, 1), "GOOD 123 👍！");  // interrupts ideographs alone
}

TEST(Disguise, InterruptsWithAnEmojiWithoutAMood) {
  const std::string disguised = Disguised("茶叶", Attack::kEmoji, 1);
  size_t at = 0;
  for (const char32_t character : {U'茶', U'叶'}) {
    EXPECT_EQ(text::NextCodePoint(disguised, at), character);
    const char32_t emoji = text::NextCodePoint(disguised, at);
    EXPECT_GE(emoji, 0x1F000u);
    EXPECT_TRUE(text::Lexicon().Emoji(emoji).empty());
  }
  EXPECT_EQ(at, disguised.size());
}

TEST(Disguise, ReplacesAboutTheRateAndEveryReplacementHasItsShare) {
  std::string comment;
  for (int i = 0; i < 6'000; ++i) comment += "你";
  const std::string disguised = Disguised(comment, Attack::kHomophone, 0.3);
  std::map<char32_t, int> counts;
  for (size_t at = 0; at < disguised.size();) ++counts[text::NextCodePoint(disguised, at)];
  EXPECT_NEAR(counts[U'你'], 4'200, 150);
  for (const char32_t replacement : {U'尼', U'妮', U'拟'}) EXPECT_NEAR(counts[replacement], 600, 100);
  EXPECT_EQ(counts.size(), 4u);
}

TEST(Disguise, DependsOnItsRandomSourceAlone) {
  const std::string comment = "你好你好你好你好你好你好你好你好";
  EXPECT_EQ(Disguised(comment, Attack::kHomophone, 0.5, 3), Disguised(comment, Attack::kHomophone, 0.5, 3));
  EXPECT_NE(Disguised(comment, Attack::kHomophone, 0.5, 3), Disguised(comment, Attack::kHomophone, 0.5, 4));
}

TEST(Disguise, RefusesRatesOutsideTheRangeAndWhatIsNotUtf8) {
  ChaCha20Source random(1);
  for (const double rate : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(Disguise("好", Attack::kSplit, rate, SmallTables(), random).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(Disguise("\xFF", Attack::kSplit, 1, SmallTables(), random).error().code, ErrorCode::kMalformed);
}

TEST(Disguise, PassesOnThatThereIsNoRandomness) {
  class Dry final : public RandomSource {
    Status Fill(std::span<uint8_t>) override { return Error{ErrorCode::kUnavailable, "dry", ""}; }
  };
  Dry dry;
  EXPECT_EQ(Disguise("好", Attack::kSplit, 1, SmallTables(), dry).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(Disguise("茶", Attack::kSplit, 1, SmallTables(), dry).ok());
}

TEST(AttackName, IsWhatTheCommandLineSays) {
  EXPECT_EQ(AttackName(Attack::kHomophone), "homophone");
  EXPECT_EQ(AttackName(Attack::kLookAlike), "look-alike");
  EXPECT_EQ(AttackName(Attack::kSplit), "split");
  EXPECT_EQ(AttackName(Attack::kEmoji), "emoji");
}

}  // namespace
}  // namespace sotto::comments
