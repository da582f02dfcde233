#include "sotto/comments/features.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sotto/text/tokens.h"
#include "sotto/text/utf8.h"
#include "text/small_lexicon.h"
#include "text/unicode_gen.h"

namespace sotto::comments {

bool operator==(const Feature& a, const Feature& b) {
  return std::tie(a.hash, a.first, a.count) == std::tie(b.hash, b.first, b.count);
}
bool operator<(const Feature& a, const Feature& b) {
  return std::tie(a.hash, a.first, a.count) < std::tie(b.hash, b.first, b.count);
}

namespace {

const text::Lexicon& SmallLexicon() {
  static const text::Lexicon lexicon = text::SmallLexicon();
  return lexicon;
}

text::NormalisedText Read(std::string_view text) {
  return text::Normalise(text, SmallLexicon()).value();
}

std::vector<uint32_t> Distinct(std::string_view text) {
  FeatureReader reader;
  const auto hashes = reader.Distinct(Read(text), SmallLexicon());
  return {hashes.begin(), hashes.end()};
}

std::set<uint32_t> SetOf(std::string_view text) {
  const auto hashes = Distinct(text);
  return {hashes.begin(), hashes.end()};
}

std::set<uint32_t> Common(std::string_view a, std::string_view b) {
  std::set<uint32_t> common;
  const auto x = SetOf(a);
  const auto y = SetOf(b);
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::inserter(common, common.end()));
  return common;
}

// The definition once more, by the slowest way: padded lists of units, and every stretch of them.

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15;
constexpr uint64_t kStartOfLetters = 0;
constexpr uint64_t kStartOfSounds = 0x1F83D9ABFB41BD6B;
constexpr uint64_t kStartOfShapes = 0x5BE0CD19137E2179;
constexpr uint64_t kStartOfMoods = 0x510E527FADE682D1;
constexpr uint64_t kStartOfRuns = 0x3C6EF372FE94F82B;
constexpr uint32_t kMark = 0x110000;

uint64_t Folded(uint64_t start, const std::vector<uint32_t>& values) {
  for (const uint32_t value : values) {
    start = (start + value + 1) * kGolden;
    start ^= start >> 32;
  }
  return start;
}

uint32_t HashOf(uint64_t start, const std::vector<uint32_t>& values) {
  return static_cast<uint32_t>(Folded(start, values) * kGolden >> 32);
}

struct Unit {
  uint32_t value;
  uint32_t first;
  uint32_t last;
};

void AddNgrams(std::vector<Unit> units, uint64_t start, size_t longest, bool marks, std::vector<Feature>& features) {
  if (units.empty()) return;
  if (marks) {
    units.insert(units.begin(), {kMark, units.front().first, units.front().first});
    units.push_back({kMark, units.back().last, units.back().last});
  }
  for (size_t first = 0; first < units.size(); ++first) {
    for (size_t n = 1; n <= longest && first + n <= units.size(); ++n) {
      if (n == 1 && units[first].value == kMark) continue;
      std::vector<uint32_t> values;
      for (size_t i = first; i < first + n; ++i) values.push_back(units[i].value);
      const uint32_t begin = units[first].first;
      features.push_back({HashOf(start, values), begin, units[first + n - 1].last + 1 - begin});
    }
  }
}

bool InWord(char32_t c) {
  return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9') || c == U'\'';
}

std::vector<Feature> ByDefinition(const text::NormalisedText& comment, const text::Lexicon& lexicon) {
  const auto& symbols = comment.symbols;
  std::vector<Unit> letters;
  std::vector<Unit> sounds;
  std::vector<Unit> shapes;
  std::vector<Feature> moods;
  for (uint32_t i = 0; i < symbols.size(); ++i) {
    const char32_t c = symbols[i];
    if (text::IsToken(c)) {
      moods.push_back({HashOf(kStartOfMoods, {c}), i, 1});
      continue;
    }
    letters.push_back({c, i, i});
    if (text::IsHan(c)) {
      sounds.push_back({lexicon.Sound(c) != 0 ? 0x200000 + lexicon.Sound(c) : c, i, i});
      shapes.push_back({lexicon.Shape(c) != 0 ? 0x300000 + lexicon.Shape(c) : c, i, i});
    } else if (InWord(c)) {
      if (i > 0 && InWord(symbols[i - 1])) continue;
      std::vector<uint32_t> word;
      uint32_t end = i;
      while (end < symbols.size() && InWord(symbols[end])) word.push_back(symbols[end++]);
      sounds.push_back({0x80000000 | HashOf(kStartOfSounds, word), i, end - 1});
    } else {
      if (c != U' ') sounds.push_back({c, i, i});
      const bool says_script = c >= 0xC0 && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F);
      if (says_script) shapes.push_back({0x400000 + (c >> 7), i, i});
    }
  }
  std::vector<Feature> features;
  AddNgrams(letters, kStartOfLetters, 4, true, features);
  AddNgrams(sounds, kStartOfSounds, 3, true, features);
  AddNgrams(shapes, kStartOfShapes, 2, false, features);
  features.insert(features.end(), moods.begin(), moods.end());
  for (const text::Run& run : comment.runs) {
    uint32_t magnitude = 0;
    for (uint32_t length = run.length; length > 0; length /= 2) ++magnitude;
    features.push_back({HashOf(kStartOfRuns, {magnitude}), run.last, 1});
    features.push_back({HashOf(kStartOfRuns, {magnitude, symbols[run.last]}), run.last, 1});
  }
  return features;
}

std::vector<uint32_t> WithoutRepeats(const std::vector<Feature>& features) {
  std::vector<uint32_t> distinct;
  std::set<uint32_t> seen;
  for (const Feature& feature : features) {
    if (seen.insert(feature.hash).second) distinct.push_back(feature.hash);
  }
  return distinct;
}

// What the lexicon knows among what is tricky for Unicode.
rc::Gen<std::string> LiveText() {
  const auto character = rc::gen::oneOf(
      rc::gen::element<char32_t>(U'你', U'尼', U'很', U'狠', U'根', U'這', U'女', U'子', U'好', U'吃', U'哈', U'茶'),
      rc::gen::element<char32_t>(U'a', U's', U'h', U'i', U't', U'\'', U'1', U'6', U' ', U'!', U'，', U'哈', U'哈'),
      rc::gen::element<char32_t>(0x1F44D, 0x1F602, 0x2764, 0x1F434, U'п', U'р', U'ا', U'の', U'ア', 0xC88B),
      text::TrickyScalar());
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(character), &text::ToUtf8);
}

RC_GTEST_PROP(FeatureReader, FindsWhatTheDefinitionSays, ()) {
  const text::NormalisedText comment = Read(*LiveText());
  static FeatureReader reader;  // one for all, as in the model
  const auto expected = ByDefinition(comment, SmallLexicon());
  const auto distinct = reader.Distinct(comment, SmallLexicon());
  RC_ASSERT(std::vector<uint32_t>(distinct.begin(), distinct.end()) == WithoutRepeats(expected));
  const auto places = reader.Places(comment, SmallLexicon());
  RC_ASSERT(std::vector<Feature>(places.begin(), places.end()) == expected);
}

TEST(FeatureReader, CoversSymbolsThatExist) {
  for (const char* text : {"好", "a", "👍", "！", "你好 shit 哈哈哈哈哈哈 👍👍 женщина", "the cat's 12 lives"}) {
    const text::NormalisedText comment = Read(text);
    FeatureReader reader;
    for (const Feature& feature : reader.Places(comment, SmallLexicon())) {
      EXPECT_GE(feature.count, 1u) << text;
      EXPECT_LE(feature.first + feature.count, comment.symbols.size()) << text;
    }
  }
}

TEST(FeatureReader, FindsNothingInNothing) {
  for (const char* nothing : {"", "  ", "\u200B"}) EXPECT_TRUE(Distinct(nothing).empty());
}

TEST(FeatureReader, KeepsMoodsOutOfTheWayOfNgrams) {
  const auto plain = SetOf("好吃");
  auto split = SetOf("好👍吃");
  EXPECT_EQ(split.size(), plain.size() + 1);
  EXPECT_TRUE(std::includes(split.begin(), split.end(), plain.begin(), plain.end()));
  EXPECT_EQ(SetOf("👍").size(), 1u);
  EXPECT_NE(SetOf("👍"), SetOf("👎"));
}

TEST(FeatureReader, HearsHomophones) {
  // Of a character alone: its letter and two with marks, its sound and two with marks, its shape. 你 and 尼 sound
  // alike.
  EXPECT_EQ(Distinct("你").size(), 9u);
  EXPECT_EQ(Common("你", "尼").size(), 4u);  // sound, ^sound, sound$, ^sound$
  EXPECT_EQ(Common("你", "茶").size(), 0u);
}

TEST(FeatureReader, SeesLookAlikesAndScripts) {
  EXPECT_EQ(Common("狠", "根").size(), 1u);  // the shape; they sound different
  EXPECT_EQ(Common("п", "я").size(), 1u);    // Cyrillic
  EXPECT_EQ(Common("п", "ا").size(), 0u);    // Cyrillic and Arabic
  EXPECT_EQ(Common("a", "b").size(), 0u);    // ASCII has no shape
  EXPECT_EQ(Common("！", "？").size(), 0u);
}

TEST(FeatureReader, TakesAWordAsOneSound) {
  const uint32_t word = 0x80000000 | HashOf(kStartOfSounds, {U'g', U'o', U'o', U'd'});
  const uint32_t hash = HashOf(kStartOfSounds, {word});
  EXPECT_EQ(SetOf("so good").count(hash), 1u);
  EXPECT_EQ(SetOf("so goods").count(hash), 0u);
}

TEST(FeatureReader, CountsARepeatedFeatureOnce) {
  const auto hashes = Distinct("好茶好茶好茶");
  EXPECT_EQ(std::set<uint32_t>(hashes.begin(), hashes.end()).size(), hashes.size());
  EXPECT_EQ(SetOf("好茶好茶好茶好茶"), SetOf("好茶好茶好茶"));
}

TEST(FeatureReader, FeelsHowLongARunWas) {
  EXPECT_EQ(SetOf("哈哈哈哈哈"), SetOf("哈哈哈哈哈哈哈"));          // 5 and 7: four to seven
  EXPECT_NE(SetOf("哈哈哈哈哈"), SetOf("哈哈哈哈哈哈哈哈"));        // 8: eight to fifteen
  EXPECT_EQ(SetOf("哈哈哈哈").size(), SetOf("哈哈哈").size() + 2);  // a run of this length, and of this symbol
  EXPECT_EQ(Common("哈哈哈哈", "！！！！").size(), 1u);
}

TEST(FeatureReader, IsNotChangedByTheCommentsBefore) {
  FeatureReader reader;
  std::string longest;
  for (char32_t next = 0x4E00; longest.size() + 3 <= text::kMaxCommentBytes; ++next) text::AppendUtf8(next, longest);
  const text::NormalisedText large = Read(longest);
  const text::NormalisedText small = Read("好吃👍 shit 哈哈哈哈哈");
  const auto expected = ByDefinition(small, SmallLexicon());
  const auto places_of_large = ByDefinition(large, SmallLexicon());
  const auto expected_large = WithoutRepeats(places_of_large);
  for (int round = 0; round < 2; ++round) {
    const auto all = reader.Distinct(large, SmallLexicon());
    EXPECT_TRUE(std::equal(all.begin(), all.end(), expected_large.begin(), expected_large.end()));
    const auto distinct = reader.Distinct(small, SmallLexicon());
    EXPECT_EQ(std::vector<uint32_t>(distinct.begin(), distinct.end()), WithoutRepeats(expected));
    EXPECT_EQ(reader.Places(large, SmallLexicon()).size(), places_of_large.size());
    const auto places = reader.Places(small, SmallLexicon());
    EXPECT_EQ(std::vector<Feature>(places.begin(), places.end()), expected);
  }
}

// A model file depends on every one of these: whoever changes them raises kFeatureForm.
TEST(FeatureReader, GivesTheHashesThatModelsWereMadeFor) {
  EXPECT_EQ(kFeatureForm, 1);
  EXPECT_EQ(Distinct("你"), (std::vector<uint32_t>{0x8B243CEDu, 0xEB7E5A76u, 0x27A2D093u, 0xF8597E28u, 0xC1448D5Bu,
                                                   0x3C89A1A6u, 0xC32C8A68u, 0x7F497EC9u, 0x8C0FEE2Eu}));
  EXPECT_EQ(Distinct("ab"),
            (std::vector<uint32_t>{0xDBC485B6u, 0x4EAFF95Au, 0x1AF9D209u, 0xD30FEBCEu, 0x5E4CDACEu, 0xC6E0983Fu,
                                   0x046AF25Cu, 0xCACE2B92u, 0x4219B1BDu, 0x55BA0B1Du, 0x38915B8Bu, 0xA960EF12u}));
  EXPECT_EQ(Distinct("ж"), (std::vector<uint32_t>{0x0D489B71u, 0xB03F7340u, 0xB9CED6DEu, 0x9EC679ABu, 0xC5C0A281u,
                                                  0xF99F11E8u, 0x8F0646D1u, 0x01DE5BCFu, 0x76E6C150u}));
  EXPECT_EQ(Distinct("👍"), (std::vector<uint32_t>{0xA5647F7Bu}));
  const auto run = Distinct("好好好好好");
  EXPECT_EQ(std::vector<uint32_t>(run.end() - 2, run.end()), (std::vector<uint32_t>{0xB82039DBu, 0x76588F35u}));
}

}  // namespace
}  // namespace sotto::comments
