#include "sotto/comments/analysis/live_analysis.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "comments/analysis/comment_text.h"
#include "comments/analysis/random_numbers.h"

namespace sotto::comments::analysis {
namespace {

LiveAnalysis Make(const LiveAnalysisOptions& options = {}) {
  return LiveAnalysis::Create(options).value();
}

struct Said {
  std::string text;
  SentimentLabel label = SentimentLabel::kNeutral;
  float score = 0;
  bool question = false;
  uint64_t viewer = 0;
};

void Say(LiveAnalysis& analysis, double time_s, const Said& said) {
  const auto symbols = Symbols(said.text);
  analysis.Observe({.time_s = time_s,
                    .text = said.text,
                    .symbols = symbols,
                    .label = said.label,
                    .score = said.score,
                    .question = said.question,
                    .viewer = said.viewer});
}

template <class What>
std::vector<What> Only(const std::vector<Event>& events) {
  std::vector<What> found;
  for (const Event& event : events) {
    if (const auto* what = std::get_if<What>(&event.what)) found.push_back(*what);
  }
  return found;
}

// Twenty minutes of a room: a calm, then a rush for one product, whose delivery is then complained about.
TEST(LiveAnalysis, TellsTheStoryOfARoom) {
  LiveAnalysis analysis = Make();
  ASSERT_TRUE(analysis.SetProducts(std::vector<Product>{{"cream", {"面霜"}}, {"lipstick", {"口红"}}}).ok());
  analysis.SetOnStage(1);
  Draws draws(9);
  const std::vector<Said> calm = {{"口红颜色好看", SentimentLabel::kPositive, 0.8F},
                                  {"路过看看"},
                                  {"这个口红好贵", SentimentLabel::kNegative, -0.6F},
                                  {"很喜欢", SentimentLabel::kPositive, 0.7F},
                                  {"今天下雨了"}};
  const std::vector<Said> rush = {{"面霜冲啊", SentimentLabel::kPositive, 0.9F},
                                  {"抢到面霜了", SentimentLabel::kPositive, 0.8F},
                                  {"这个面霜多少钱啊", SentimentLabel::kNeutral, 0, true},
                                  {"面霜多少钱", SentimentLabel::kNeutral, 0, true}};
  const std::vector<Said> anger = {{"面霜还没发货", SentimentLabel::kNegative, -0.8F},
                                   {"太慢了", SentimentLabel::kNegative, -0.7F},
                                   {"什么时候发货", SentimentLabel::kNeutral, 0, true},
                                   {"还不错", SentimentLabel::kPositive, 0.5F}};
  double time = 0;
  const auto talk = [&](const std::vector<Said>& said, double rate, double until_s) {
    for (time += draws.Exponential(rate); time < until_s; time += draws.Exponential(rate)) {
      Said one = said[static_cast<size_t>(draws.Uniform() * static_cast<double>(said.size()))];
      one.viewer = 1 + static_cast<uint64_t>(draws.Uniform() * 500);
      Say(analysis, time, one);
    }
    time = until_s;
  };
  talk(calm, 3, 600);
  EXPECT_TRUE(Only<BurstEvent>(analysis.TakeEvents()).empty());
  talk(rush, 30, 640);
  EXPECT_EQ(analysis.Summarise(640).keywords[0].text, "面霜");
  talk(anger, 3, 1'200);
  EXPECT_NEAR(analysis.Summarise(1'200).usual_rate, 3, 1);
  analysis.Advance(1'300);
  const auto events = analysis.TakeEvents();
  EXPECT_TRUE(analysis.TakeEvents().empty());

  const auto bursts = Only<BurstEvent>(events);
  ASSERT_EQ(bursts.size(), 2u);
  EXPECT_TRUE(bursts[0].began);
  EXPECT_FALSE(bursts[1].began);
  EXPECT_NEAR(bursts[1].burst.begin_s, 600, 2);
  EXPECT_NEAR(bursts[1].burst.end_s, 640, 2);
  EXPECT_EQ(bursts[1].carrier.text, "面霜");

  bool fell = false;
  for (const MoodEvent& mood : Only<MoodEvent>(events)) fell = fell || mood.change.direction < 0;
  EXPECT_TRUE(fell);

  const auto questions = Only<QuestionEvent>(events);
  ASSERT_EQ(questions.size(), 2u);
  EXPECT_EQ(questions[0].question.text, "面霜多少钱");
  EXPECT_EQ(questions[1].question.text, "什么时候发货");

  const Summary summary = analysis.Summarise(1'300);
  EXPECT_EQ(summary.questions[0].text, "什么时候发货");
  EXPECT_GT(summary.questions[0].askers, 200u);
  EXPECT_LT(summary.products[0].named.high, 0.5);  // the cream is disliked by now
  EXPECT_GT(summary.products[1].on_stage.comments, 0u);
  EXPECT_EQ(summary.products[1].by_sound, 0u);
  EXPECT_LT(summary.mood.mean, 0);
  EXPECT_FALSE(summary.mood_changes.empty());
}

TEST(LiveAnalysis, CountsWhatIsLeftOutButDoesNotReadIt) {
  LiveAnalysis analysis = Make();
  const auto symbols = Symbols("加微信领红包");
  for (int i = 0; i < 100; ++i) {
    analysis.Observe({.time_s = i * 0.1,
                      .text = "加微信领红包",
                      .symbols = symbols,
                      .label = SentimentLabel::kPositive,
                      .score = 1,
                      .question = true,
                      .left_out = true,
                      .intent = 3});
  }
  const Summary summary = analysis.Summarise(10);
  EXPECT_EQ(summary.comments, 100u);
  EXPECT_EQ(summary.left_out, 100u);
  EXPECT_EQ(summary.rate, 0);
  EXPECT_EQ(summary.mood.comments, 0u);
  EXPECT_EQ(summary.intents[3].comments, 0u);
  EXPECT_TRUE(summary.keywords.empty());
  EXPECT_TRUE(summary.questions.empty());
}

TEST(LiveAnalysis, IgnoresTimesThatAreNoneAndTakesLateOnesForNow) {
  LiveAnalysis analysis = Make();
  for (const double time : {std::nan(""), std::numeric_limits<double>::infinity(), -1e300, 2e11}) {
    Say(analysis, time, {"多少钱"});
  }
  Say(analysis, 100, {"多少钱"});
  Say(analysis, 50, {"多少钱"});
  Say(analysis, 100, {"多少钱"});
  for (const double now : {100.0, 0.0, std::nan("")}) {
    const Summary summary = analysis.Summarise(now);
    EXPECT_EQ(summary.now_s, 100);
    EXPECT_EQ(summary.comments, 3u);
    EXPECT_EQ(summary.ignored, 4u);
    EXPECT_DOUBLE_EQ(summary.keywords.at(0).count, 3);
  }
}

TEST(LiveAnalysis, GivesTheRateOfComments) {
  LiveAnalysis analysis = Make();
  for (int i = 0; i < 600; ++i) Say(analysis, i * 0.05, {"好"});
  EXPECT_NEAR(analysis.Summarise(30).rate, 20, 1);
  EXPECT_NEAR(analysis.Summarise(35).rate, 10, 0.6);  // half a window later
}

TEST(LiveAnalysis, CountsIntents) {
  LiveAnalysis analysis = Make({.intent_half_life_s = 10});
  const auto symbols = Symbols("下单了");
  for (const uint8_t intent : {uint8_t{2}, uint8_t{2}, kNoIntent, uint8_t{kMaxIntents}}) {
    analysis.Observe({.time_s = 0, .text = "", .symbols = symbols, .intent = intent});
  }
  const Summary summary = analysis.Summarise(10);
  EXPECT_EQ(summary.intents[2].comments, 2u);
  EXPECT_DOUBLE_EQ(summary.intents[2].recent, 1);
}

TEST(LiveAnalysis, DoesNotTrustTextAndScores) {
  LiveAnalysis analysis = Make();
  const auto symbols = Symbols("包邮吗");
  for (const float score : {std::nanf(""), 1e30F, -1e30F}) {
    analysis.Observe({.time_s = 0, .text = "\xFF\xFE", .symbols = symbols, .score = score, .question = true});
  }
  const Summary summary = analysis.Summarise(0);
  EXPECT_EQ(summary.mood.mean, 0);
  EXPECT_EQ(summary.questions.at(0).text, "包邮吗");
}

TEST(LiveAnalysis, LosesTheOldestEventsIfNobodyTakesThem) {
  LiveAnalysis analysis = Make({.questions = {.trending_at = 1, .trending_askers = 0}});
  for (char32_t i = 0; i < 300; ++i) {
    const std::vector<char32_t> symbols = {0x4E00 + 40 * i, 0x4E01 + 40 * i};
    analysis.Observe({.time_s = 0, .text = std::string_view(), .symbols = symbols, .question = true});
  }
  EXPECT_EQ(analysis.TakeEvents().size(), kMaxEvents);
}

TEST(LiveAnalysis, SaysTheSameWhenAsked) {
  LiveAnalysis analysis = Make();
  for (int i = 0; i < 50; ++i) Say(analysis, i, {"面霜好用", SentimentLabel::kPositive, 0.5F});
  const Summary first = analysis.Summarise(60);
  const Summary second = analysis.Summarise(60);
  EXPECT_EQ(first.keywords.at(0).score, second.keywords.at(0).score);
  EXPECT_EQ(first.mood.mean, second.mood.mean);
}

TEST(LiveAnalysis, RefusesOptionsOutsideTheirRanges) {
  EXPECT_FALSE(LiveAnalysis::Create({.product_half_life_s = 0}).ok());
  EXPECT_FALSE(LiveAnalysis::Create({.rate_half_life_s = std::nan("")}).ok());
  EXPECT_FALSE(LiveAnalysis::Create({.keywords = {.half_life_s = 0}}).ok());
  EXPECT_FALSE(LiveAnalysis::Create({.mood = {.bucket_s = 0}}).ok());
  EXPECT_FALSE(LiveAnalysis::Create({.top_keywords = 1'001}).ok());
}

}  // namespace
}  // namespace sotto::comments::analysis
