#include "sotto/comments/analysis/keywords.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "comments/analysis/comment_text.h"
#include "sotto/base/random.h"
#include "sotto/text/utf8.h"

namespace sotto::comments::analysis {
namespace {

Keywords Make(KeywordOptions options = {}) {
  return Keywords::Create(options).value();
}

const Keyword* FindText(const std::vector<Keyword>& keywords, std::string_view text) {
  const auto found = std::find_if(keywords.begin(), keywords.end(), [&](const Keyword& k) { return k.text == text; });
  return found == keywords.end() ? nullptr : &*found;
}

std::vector<std::string> Texts(const std::vector<Keyword>& keywords) {
  std::vector<std::string> texts;
  for (const Keyword& keyword : keywords) texts.push_back(keyword.text);
  return texts;
}

// A room in which three things are talked about in changing words.
void Talk(Keywords& keywords, double start_s, int rounds) {
  const std::vector<std::string> comments = {"补水面霜好用",   "这个面霜怎么样",    "我要买面霜", "面霜适合干皮",
                                             "口红色号多吗",   "喜欢口红",          "口红掉色吗", "想要口红小样",
                                             "free shipping?", "shipping to japan", "面霜和口红", "主播声音好听",
                                             "今天天气真热",   "刚来的姐妹"};
  for (int i = 0; i < rounds; ++i) {
    keywords.Observe(start_s + i * 0.5, Symbols(comments[static_cast<size_t>(i) % comments.size()]));
  }
}

TEST(Keywords, FindsTheWordsThatARoomTalksAboutWithoutADictionary) {
  Keywords keywords = Make();
  Talk(keywords, 0, 280);
  const auto top = Texts(keywords.Top(3, 140));
  EXPECT_EQ((std::set<std::string>(top.begin(), top.end())), (std::set<std::string>{"面霜", "口红", "shipping"}));
}

TEST(Keywords, CountsCommentsNotOccurrences) {
  Keywords keywords = Make({.min_count = 1, .min_freedom = 0});
  for (int i = 0; i < 10; ++i) keywords.Observe(1, Symbols("面霜，面霜，面霜"));
  EXPECT_DOUBLE_EQ(FindText(keywords.Top(5, 1), "面霜")->count, 10);
}

TEST(Keywords, LetsALongerStringStandForItsParts) {
  Keywords keywords = Make();
  for (int i = 0; i < 30; ++i) keywords.Observe(i, Symbols(i % 2 == 0 ? "玻尿酸面膜" : "求玻尿酸面膜链接"));
  const auto top = Texts(keywords.Top(5, 30));
  EXPECT_EQ(std::count(top.begin(), top.end(), "玻尿酸面膜"), 1);
  for (const char* part : {"玻尿", "尿酸", "玻尿酸", "面膜", "酸面膜"}) {
    EXPECT_EQ(std::count(top.begin(), top.end(), part), 0) << part;
  }
}

TEST(Keywords, TakesAWordApartFromWhatOnlyStandsBesideIt) {
  // 雪花 occurs with many neighbours; 花酥 only inside 雪花酥.
  Keywords keywords = Make({.min_count = 2});
  for (int i = 0; i < 5; ++i) {
    for (const char* text : {"雪花酥好吃", "来一盒雪花酥", "雪花酥甜吗", "下雪花吗", "雪花飘"})
      keywords.Observe(i, Symbols(text));
  }
  const auto top = keywords.Top(20, 5);
  EXPECT_NE(FindText(top, "雪花酥"), nullptr);
  EXPECT_EQ(FindText(top, "花酥"), nullptr);
}

TEST(Keywords, GivesTheCohesionAndFreedomWorkedOutByHand) {
  Keywords keywords = Make({.admit_at = 0, .min_count = 1, .min_cohesion = -1, .min_freedom = 0});
  for (const char* text : {"红茶甜", "红茶苦", "红酒", "绿茶"}) keywords.Observe(0, Symbols(text));
  // Single symbols: 红 3, 茶 3, 甜 1, 苦 1, 酒 1, 绿 1: 10 in all. 红茶: 2 of 10.
  const auto top = keywords.Top(20, 0);
  const Keyword* found = FindText(top, "红茶");
  ASSERT_NE(found, nullptr);
  EXPECT_DOUBLE_EQ(found->count, 2);
  EXPECT_NEAR(found->cohesion, std::log(10 * 2 / 9.0) / std::log(10 / 2.0), 1e-12);
  // After it 甜 and 苦, before it the border, twice: ln 2 on both sides.
  EXPECT_NEAR(found->freedom, std::log(2), 1e-12);
}

TEST(Keywords, KnowsARoomThatSaysOneThingOnly) {
  Keywords keywords = Make();
  for (int i = 0; i < 50; ++i) keywords.Observe(i * 0.1, Symbols("多少钱"));
  const auto top = keywords.Top(5, 5);
  ASSERT_EQ(Texts(top), (std::vector<std::string>{"多少钱"}));
  EXPECT_GT(top[0].cohesion, 0.9);  // 1 but for the first two comments, see admit_at
}

TEST(Keywords, LeavesOutParticlesAndFunctionWords) {
  Keywords keywords = Make({.min_cohesion = -1, .min_freedom = 0});
  for (int i = 0; i < 40; ++i) {
    keywords.Observe(i, Symbols(i % 2 == 0 ? "这个的呢，什么时候" : "where is the one please how much"));
  }
  EXPECT_TRUE(Texts(keywords.Top(10, 40)).empty());
}

TEST(Keywords, SaysWhatRisesAndWhatFalls) {
  Keywords keywords = Make();
  for (int t = 0; t < 600; ++t) {
    keywords.Observe(t, Symbols(t < 500 ? "面霜好用" : "口红好看"));
    keywords.Observe(t, Symbols(t % 3 == 0 ? "包邮到哪" : "路过看看"));
  }
  const auto top = keywords.Top(10, 600);
  EXPECT_EQ(FindText(top, "口红好看")->trend, Trend::kRising);
  EXPECT_EQ(FindText(top, "面霜好用")->trend, Trend::kFalling);
  EXPECT_EQ(FindText(top, "包邮到哪")->trend, Trend::kSteady);
  EXPECT_EQ(keywords.Carrier(600).text, "口红好看");
}

TEST(Keywords, CallsASteadyPoissonStreamSteady) {
  // The deviations of a steady stream are near a standard normal: a share of 0.0027 beyond 3.
  ChaCha20Source random(11);
  Keywords keywords = Make();
  const auto word = Symbols("面霜");
  int64_t beyond = 0;
  int64_t looks = 0;
  double squares = 0;
  double time = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double uniform = (static_cast<double>(random.U64().value() >> 11) + 0.5) / 9007199254740992.0;
    time += -std::log(uniform) / 2;  // two a second
    keywords.Observe(time, word);
    if (i % 100 != 99) continue;
    const auto top = keywords.Top(1, time);
    ASSERT_EQ(top.size(), 1u);
    ++looks;
    beyond += top[0].trend != Trend::kSteady;
    squares += top[0].deviations * top[0].deviations;
  }
  EXPECT_LE(beyond, 4) << "of " << looks;
  EXPECT_NEAR(squares / static_cast<double>(looks), 1, 0.4);
}

TEST(Keywords, ForgetsTheSmallestCountsWhenItIsFull) {
  Keywords keywords = Make({.string_slots = 4'096});
  ChaCha20Source random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<char32_t> noise;
    for (int j = 0; j < 10; ++j) noise.push_back(0x4E00 + static_cast<char32_t>(random.Below(20'000).value()));
    keywords.Observe(i * 0.01, noise);
    if (i % 10 == 0) keywords.Observe(i * 0.01, Symbols("面霜"));
  }
  const auto top = keywords.Top(3, 200);
  ASSERT_FALSE(top.empty());
  EXPECT_EQ(top[0].text, "面霜");
  double exact = 0;
  for (int i = 0; i < 20'000; i += 10) exact += std::exp2((i * 0.01 - 200) / 120);
  EXPECT_NEAR(top[0].count, exact, 1e-6 * exact);
}

TEST(Keywords, RefusesOptionsOutsideTheirRanges) {
  EXPECT_FALSE(Keywords::Create({.half_life_s = 0}).ok());
  EXPECT_FALSE(Keywords::Create({.half_life_s = std::nan("")}).ok());
  EXPECT_FALSE(Keywords::Create({.string_slots = 5'000}).ok());
  EXPECT_FALSE(Keywords::Create({.min_count = 0}).ok());
}

// Decayed counts of comments with each string, the simple way.
RC_GTEST_PROP(Keywords, CountsLikeBruteForceIfItAdmitsEverything, (std::vector<std::vector<uint8_t>> room)) {
  Keywords keywords = Make({.half_life_s = 5, .admit_at = 0, .min_count = 1, .min_cohesion = -1, .min_freedom = 0});
  const std::u32string alphabet = U"茶酒奶糖盐油";
  std::map<std::u32string, double> exact;
  const double now = static_cast<double>(room.size());
  double time = 0;
  for (const auto& letters : room) {
    std::vector<char32_t> comment;
    for (const uint8_t letter : letters) comment.push_back(letter % 7 == 6 ? U'，' : alphabet[letter % 7]);
    if (comment.size() > 16) comment.resize(16);  // so that the table never forgets
    keywords.Observe(time, comment);
    std::set<std::u32string> strings;
    for (size_t i = 0; i < comment.size(); ++i) {
      for (size_t n = 1; n <= kMaxKeywordSymbols && i + n <= comment.size() && comment[i + n - 1] != U'，'; ++n) {
        if (n >= 2)
          strings.insert(std::u32string(comment.begin() + static_cast<std::ptrdiff_t>(i),
                                        comment.begin() + static_cast<std::ptrdiff_t>(i + n)));
      }
    }
    for (const auto& string : strings) exact[string] += std::exp2((time - now) / 5);
    time += 1;
  }
  const auto top = keywords.Top(1'000, now);
  const bool enough =
      std::any_of(exact.begin(), exact.end(), [](const auto& entry) { return entry.second > 1.000001; });
  RC_ASSERT(!enough || !top.empty());
  for (const Keyword& keyword : top) {
    std::u32string symbols;  // as they are: Normalise would cut runs
    for (size_t at = 0; at < keyword.text.size();) symbols.push_back(text::NextCodePoint(keyword.text, at));
    const double count = exact.at(symbols);
    RC_ASSERT(std::fabs(keyword.count - count) < 1e-9);
    // Nothing longer stands for it.
    for (const auto& [string, other] : exact) {
      if (string.size() > symbols.size() && string.find(symbols) != std::u32string::npos) {
        RC_ASSERT(other < 0.6 * count + 1e-9 || other < 1);
      }
    }
  }
}

}  // namespace
}  // namespace sotto::comments::analysis
