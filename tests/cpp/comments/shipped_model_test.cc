// models/sentiment.bin as it ships. Tests run in the root of the repository.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sotto/comments/corpus_split.h"
#include "sotto/comments/quality.h"
#include "sotto/comments/sentiment_model.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

Bytes ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

class ShippedModel : public testing::Test {
 protected:
  static const SentimentModel& Model() {
    static const SentimentModel model = SentimentModel::Load(ReadAll("models/sentiment.bin")).value();
    return model;
  }
  static Sentiment Of(std::string_view text) { return Model().Classify(text).value(); }
};

TEST_F(ShippedModel, KnowsPraiseAndComplaint) {
  for (const char* praise :
       {"太好吃了", "好喝，会回购", "质量很好，推荐", "非常满意👍", "👍", "❤️❤️", "发货快，包装好，喜欢"}) {
    EXPECT_EQ(Of(praise).label, SentimentLabel::kPositive) << praise;
  }
  for (const char* complaint :
       {"难吃死了，别买", "质量太差，退货", "垃圾", "等了半个月才到，太慢了", "👎", "客服态度差，失望"}) {
    EXPECT_EQ(Of(complaint).label, SentimentLabel::kNegative) << complaint;
  }
}

TEST_F(ShippedModel, CallsSmallTalkNeutral) {
  for (const char* talk : {"来了", "多少钱", "什么时候发货", "1", "晚安", "哪里下单", "🌙", "hello", ""}) {
    EXPECT_EQ(Of(talk).label, SentimentLabel::kNeutral) << talk << " " << Of(talk).score;
  }
}

TEST_F(ShippedModel, HearsTheNegation) {
  EXPECT_GT(Of("好吃，喜欢").score, Of("不好吃，不喜欢").score);
  EXPECT_LT(Of("不好用").score, 0);
  EXPECT_LT(Of("一点也不好").score, 0);
}

TEST_F(ShippedModel, PointsAtTheWordsThatDecide) {
  const std::string text = "包装很好但是味道难吃";
  const Explanation e = Model().Explain(text).value();
  float best = 0;
  std::string worst_part;
  float worst = 0;
  for (const Evidence& part : e.evidence) {
    best = std::max(best, part.weight);
    if (part.weight < worst) {
      worst = part.weight;
      worst_part = text.substr(part.begin, part.end - part.begin);
    }
  }
  EXPECT_GT(best, 0);
  EXPECT_NE(worst_part.find("难吃"), std::string::npos) << worst_part;
}

// Three-way, on the demo room's comments as a person labelled them.
TEST_F(ShippedModel, JudgesLiveCommentsAsItsCardSays) {
  std::ifstream file("models/live-test.tsv");
  std::vector<ThreeWayComment> comments;
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    const int label = std::stoi(line.substr(0, tab));
    comments.push_back({text::Normalise(std::string_view(line).substr(tab + 1)).value().symbols,
                        static_cast<SentimentLabel>(label + 1)});
  }
  ASSERT_EQ(comments.size(), 455U);
  const LabelQuality quality = MeasureLabels(Model(), comments).value();
  EXPECT_GT(quality.accuracy, 0.77);
  EXPECT_GT(quality.macro_f1, 0.70);
}

// The measure that the model card states, if the corpora are there.
TEST_F(ShippedModel, ReachesNinetyTwoPercentOnTheHeldBackTenthOfShop10) {
  const char* data = std::getenv("SOTTO_DATA");
  std::ifstream file(std::string(data == nullptr ? "../shared/data" : data) + "/nlp/shop10.train.tsv");
  if (!file) GTEST_SKIP() << "skipped: the corpora are not here (SOTTO_DATA).";
  std::vector<LabelledComment> held_back;
  for (std::string line; std::getline(file, line);) {
    const auto text = text::Normalise(std::string_view(line).substr(2)).value();
    if (TenthOf(text.symbols) == kTestTenth) held_back.push_back({text.symbols, line[0] == '1'});
  }
  const ReviewQuality quality = MeasureReviews(Model(), held_back).value();
  EXPECT_GT(quality.comments, 4'000u);
  EXPECT_GT(quality.accuracy, 0.92);
  EXPECT_LT(quality.calibration_error, 0.04);
  EXPECT_GT(quality.accuracy_when_decided, 0.96);
}

}  // namespace
}  // namespace sotto::comments
