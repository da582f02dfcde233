#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "comments/analysis/comment_text.h"
#include "sotto/comments/analysis/link_numbers.h"
#include "sotto/comments/analysis/pattern_matcher.h"
#include "sotto/comments/analysis/product_mentions.h"
#include "sotto/comments/analysis/product_opinions.h"

namespace sotto::comments::analysis {
namespace {

RC_GTEST_PROP(PatternMatcher, FindsWhatASearchOfEachPatternFinds,
              (std::vector<std::vector<uint8_t>> patterns, std::vector<uint8_t> letters)) {
  std::vector<PatternMatcher::Pattern> given;
  for (const auto& pattern : patterns) {
    given.push_back({{}, static_cast<uint32_t>(given.size())});
    for (const uint8_t letter : pattern) given.back().symbols.push_back(letter % 3);
    if (given.back().symbols.size() > 6) given.back().symbols.resize(6);
  }
  std::vector<uint32_t> text;
  for (const uint8_t letter : letters) text.push_back(letter % 3);

  using Triple = std::tuple<uint32_t, uint32_t, uint32_t>;
  std::vector<Triple> expected;
  for (const auto& pattern : given) {
    const size_t length = pattern.symbols.size();
    for (size_t i = 0; length > 0 && i + length <= text.size(); ++i) {
      if (std::equal(pattern.symbols.begin(), pattern.symbols.end(), text.begin() + static_cast<std::ptrdiff_t>(i))) {
        expected.emplace_back(i, i + length, pattern.value);
      }
    }
  }
  std::vector<PatternMatcher::Match> found;
  PatternMatcher(given).Find(text, found);
  std::vector<Triple> triples;
  for (const auto& match : found) triples.emplace_back(match.begin, match.end, match.value);
  std::sort(expected.begin(), expected.end());
  std::sort(triples.begin(), triples.end());
  RC_ASSERT(triples == expected);
}

TEST(PatternMatcher, OfNothingFindsNothing) {
  std::vector<PatternMatcher::Match> found;
  PatternMatcher().Find(std::vector<uint32_t>{1, 2, 3}, found);
  EXPECT_TRUE(found.empty());
}

std::vector<uint32_t> Numbers(std::string_view text, uint32_t most = 50) {
  std::vector<uint32_t> numbers;
  FindLinkNumbers(Symbols(text), most, numbers);
  return numbers;
}

TEST(LinkNumbers, AreReadAsViewersWriteThem) {
  using Found = std::vector<uint32_t>;
  for (const char* text : {"3号", "三号链接", "3号链接多少钱", "链接3", "链接 3", "第三个", "第3款好看", "#3", "＃３",
                           "Link 3", "link3 please", "no.3", "No. 3", "item 3", "3链接", "想要3号", "3号品"}) {
    EXPECT_EQ(Numbers(text), Found{3}) << text;
  }
  EXPECT_EQ(Numbers("十二号"), Found{12});
  EXPECT_EQ(Numbers("二十号链接"), Found{20});
  EXPECT_EQ(Numbers("四十五号"), Found{45});
  EXPECT_EQ(Numbers("1号和2号哪个好"), (Found{1, 2}));
}

TEST(LinkNumbers, AreNotDatesSizesAndOtherNumbers) {
  for (const char* text : {"3", "三", "买3件", "11月3号", "3号发货吗", "3号晚上直播", "160斤", "第一次来", "51号",
                           "0号", "1234号", "一一号", "3号线", "blink 3", "37号码", "3号色", "三三两两"}) {
    EXPECT_TRUE(Numbers(text).empty()) << text;
  }
}

// A toy: what sounds alike has the same number.
uint16_t Syllable(char32_t symbol) {
  const std::u32string_view sounds[] = {U"兰蓝栏", U"蔻寇扣", U"粉分", U"水睡", U"霜双"};
  for (uint16_t i = 0; i < 5; ++i) {
    if (sounds[i].find(symbol) != std::u32string_view::npos) return static_cast<uint16_t>(i + 1);
  }
  return 0;
}

const std::vector<Product>& Shelf() {
  static const std::vector<Product> products = {
      {"cream", {"面霜"}}, {"rich-cream", {"补水面霜", "cream pro"}}, {"powder", {"兰蔻粉"}}, {"tea", {"tea", "茶"}}};
  return products;
}

std::vector<std::string> MentionsIn(std::string_view text) {
  static ProductMentions mentions = ProductMentions::Create(Shelf(), Syllable).value();
  std::vector<Mention> found;
  mentions.Find(Symbols(text), found);
  std::vector<std::string> names;
  for (const Mention& mention : found) {
    const char* kinds[] = {"name", "number", "sound"};
    names.push_back(Shelf()[mention.product].id + " by " + kinds[static_cast<size_t>(mention.kind)]);
  }
  return names;
}

TEST(ProductMentions, AreFoundByNameSoundAndNumber) {
  using Found = std::vector<std::string>;
  EXPECT_EQ(MentionsIn("这个面霜好用吗"), Found{"cream by name"});
  EXPECT_EQ(MentionsIn("兰蔻粉"), Found{"powder by name"});
  EXPECT_EQ(MentionsIn("求蓝扣分链接"), Found{"powder by sound"});
  EXPECT_EQ(MentionsIn("3号链接"), Found{"powder by number"});
  EXPECT_EQ(MentionsIn("CREAM PRO and Tea!"), (Found{"rich-cream by name", "tea by name"}));
  EXPECT_EQ(MentionsIn("你好"), Found{});
}

TEST(ProductMentions, CountTheLongerNameOnly) {
  EXPECT_EQ(MentionsIn("补水面霜"), (std::vector<std::string>{"rich-cream by name"}));
  EXPECT_EQ(MentionsIn("补水面霜和面霜"), (std::vector<std::string>{"cream by name", "rich-cream by name"}));
}

TEST(ProductMentions, DoNotLieInsideLongerWords) {
  EXPECT_TRUE(MentionsIn("our team is great, steak").empty());
  EXPECT_EQ(MentionsIn("tea2").size(), 1u);
}

TEST(ProductMentions, OfTwoSyllablesAreNotFoundBySound) {
  const std::vector<Product> products = {{"x", {"水霜"}}};
  auto mentions = ProductMentions::Create(products, Syllable).value();
  std::vector<Mention> found;
  mentions.Find(Symbols("睡双"), found);
  EXPECT_TRUE(found.empty());
}

TEST(ProductMentions, RefuseBadLists) {
  const auto refused = [](const std::vector<Product>& products) {
    return !ProductMentions::Create(products, nullptr).ok();
  };
  EXPECT_TRUE(refused({{"", {"a"}}}));
  EXPECT_TRUE(refused({{"a", {}}, {"a", {}}}));
  EXPECT_TRUE(refused({{"a", {" "}}}));
  EXPECT_TRUE(refused({{"a", {"\xFF"}}}));
  std::string long_name;
  for (int i = 0; i < 33; ++i) long_name += "xy";
  EXPECT_TRUE(refused({{"a", {long_name}}}));
  EXPECT_TRUE(refused(std::vector<Product>(1'000, Product{"a", {}})));
  EXPECT_FALSE(refused({}));
}

TEST(ProductOpinions, TellTheNamedFromWhatIsOnStage) {
  ProductOpinions opinions(60);
  ASSERT_TRUE(opinions.SetProducts(Shelf(), Syllable).ok());
  opinions.SetOnStage(3);
  opinions.Observe(0, Symbols("面霜真好用"), SentimentLabel::kPositive, 0.8);
  opinions.Observe(0, Symbols("1号不好"), SentimentLabel::kNegative, -0.6);
  opinions.Observe(0, Symbols("好香"), SentimentLabel::kPositive, 0.5);
  opinions.SetOnStage(99);
  opinions.Observe(0, Symbols("好香"), SentimentLabel::kPositive, 0.5);
  const auto read = opinions.Read(0);
  EXPECT_EQ(read[0].named.comments, 2u);
  EXPECT_EQ(read[0].by_name, 1u);
  EXPECT_EQ(read[0].by_number, 1u);
  EXPECT_NEAR(read[0].named.mean, 0.1, 1e-12);
  EXPECT_EQ(read[0].on_stage.comments, 0u);
  EXPECT_EQ(read[3].named.comments, 0u);
  EXPECT_EQ(read[3].on_stage.comments, 1u);
}

TEST(ProductOpinions, KeepWhatIsKnownOfProductsThatStay) {
  ProductOpinions opinions(60);
  ASSERT_TRUE(opinions.SetProducts(Shelf(), nullptr).ok());
  opinions.Observe(0, Symbols("喝茶"), SentimentLabel::kPositive, 1);
  EXPECT_FALSE(opinions.SetProducts(std::vector<Product>{{"", {}}}, nullptr).ok());
  EXPECT_EQ(opinions.Read(0).size(), 4u);
  ASSERT_TRUE(opinions.SetProducts(std::vector<Product>{{"new", {}}, {"tea", {"茶"}}}, nullptr).ok());
  const auto read = opinions.Read(0);
  EXPECT_EQ(read[0].named.comments, 0u);
  EXPECT_EQ(read[1].named.comments, 1u);
}

}  // namespace
}  // namespace sotto::comments::analysis
