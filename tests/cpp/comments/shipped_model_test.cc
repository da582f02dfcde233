// models/comments.bin as it ships. Tests run in the root of the repository.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/comment_model.h"
#include "sotto/comments/corpus_split.h"
#include "sotto/comments/tally.h"
#include "sotto/text/normalise.h"

namespace sotto::comments {
namespace {

const Bytes& File() {
  static const Bytes bytes = [] {
    std::ifstream file("models/comments.bin", std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
  }();
  return bytes;
}

class ShippedModel : public testing::Test {
 protected:
  void SetUp() override {
    if (File().empty()) GTEST_SKIP() << "skipped: models/comments.bin is not here.";
    ASSERT_TRUE(Loaded().ok()) << ToString(Loaded().error());
  }

  static Result<CommentModel>& Loaded() {
    static Result<CommentModel> model = CommentModel::Load(File());
    return model;
  }
  static CommentModel& Model() { return Loaded().value(); }
  static Verdict Of(std::string_view text) { return Model().Classify(text).value(); }
  static std::string LabelOf(Head head, std::string_view text) {
    return std::string(LabelNames(head)[Of(text).of(head).label]);
  }
  static void ExpectLabel(Head head, const std::string& label, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      EXPECT_EQ(LabelOf(head, text), label) << text << ' ' << Of(text).of(head).confidence;
    }
  }
};

TEST_F(ShippedModel, IsNotLargerThanAMegabyteAndAHalf) {
  EXPECT_LE(File().size(), 1'500'000u);
}

TEST_F(ShippedModel, KnowsPraiseAndComplaint) {
  ExpectLabel(Head::kSentiment, "positive",
              {"太好吃了", "质量很好，推荐", "非常满意👍", "❤️❤️", "发货快，包装好，喜欢", "主播推荐的真的好用",
               "love this colour so much", "best purchase ever, highly recommend", "great quality, very happy"});
  ExpectLabel(Head::kSentiment, "negative",
              {"难吃死了，别买", "质量太差，退货", "等了半个月才到，太慢了", "客服态度差，失望", "垃圾东西，骗人的",
               "terrible quality, broke after one day", "worst product ever, want my money back", "so disappointed"});
}

TEST_F(ShippedModel, CallsSmallTalkNeutral) {
  ExpectLabel(Head::kSentiment, "neutral",
              {"来了", "多少钱", "什么时候发货", "1", "哪里下单", "hello", "", "how much is it", "有M码吗"});
}

TEST_F(ShippedModel, HearsTheNegation) {
  EXPECT_GT(Of("好吃，喜欢").score, Of("不好吃，不喜欢").score);
  EXPECT_LT(Of("不好用").score, 0);
  EXPECT_LT(Of("一点也不好").score, 0);
  EXPECT_GT(Of("I like it").score, Of("I don't like it").score);
}

TEST_F(ShippedModel, FeelsTheEmotion) {
  ExpectLabel(Head::kEmotion, "joy", {"哈哈哈哈哈太开心了", "so happy 😂😂", "笑死我了哈哈哈"});
  ExpectLabel(Head::kEmotion, "anger", {"气死我了，什么破店", "太生气了😡😡", "this makes me so angry"});
  ExpectLabel(Head::kEmotion, "sadness", {"好难过，没抢到😭😭", "呜呜呜太伤心了", "so sad 😢"});
  ExpectLabel(Head::kEmotion, "surprise", {"天哪，太意外了😲", "wow, i did not expect that"});
  ExpectLabel(Head::kEmotion, "fear", {"好害怕，吓死我了😱", "有点怕，太吓人了", "i am scared 😨"});
  ExpectLabel(Head::kEmotion, "neutral", {"明天几点直播", "what size is this"});
}

TEST_F(ShippedModel, UnderstandsWhatViewersWant) {
  ExpectLabel(Head::kIntent, "price", {"多少钱", "这个怎么卖", "how much is it"});
  ExpectLabel(Head::kIntent, "availability", {"还有货吗", "有黑色的吗", "is it still in stock"});
  ExpectLabel(Head::kIntent, "shipping", {"什么时候发货", "包邮吗", "when will it ship"});
  ExpectLabel(Head::kIntent, "discount", {"有优惠券吗", "能便宜点吗", "any discount code"});
  ExpectLabel(Head::kIntent, "product_question", {"这个是什么材质的", "敏感肌可以用吗", "is it waterproof"});
  ExpectLabel(Head::kIntent, "usage", {"这个怎么用", "可以机洗吗", "how do i use it"});
  ExpectLabel(Head::kIntent, "purchase", {"已下单", "我要买两件", "just ordered one"});
  ExpectLabel(Head::kIntent, "after_sales", {"上次买的坏了怎么退货", "收到的货少了一件", "how do i return my order"});
  ExpectLabel(Head::kIntent, "praise", {"真好看", "质量很好", "this looks amazing"});
  ExpectLabel(Head::kIntent, "greeting", {"主播好", "大家晚上好", "hello everyone"});
  ExpectLabel(Head::kIntent, "host_request", {"主播试穿一下", "能拿近一点看看吗", "can you show the back"});
  ExpectLabel(Head::kIntent, "chatter", {"哈哈哈哈", "今天好热啊"});
}

TEST_F(ShippedModel, FindsWhatIsToxic) {
  ExpectLabel(Head::kToxicity, "insult", {"你这个傻逼", "you are an idiot", "shut up you moron"});
  ExpectLabel(Head::kToxicity, "spam", {"刷单兼职日赚三百，点击主页领取"});
  ExpectLabel(Head::kToxicity, "contact", {"加我微信abc12345", "加v信私聊便宜", "add me on whatsapp +1 555 123 4567"});
  ExpectLabel(
      Head::kToxicity, "none",
      {"太好吃了", "多少钱", "质量太差，退货", "难吃死了", "hello", "this is terrible", "哈哈哈哈", "我要买两件"});
}

TEST_F(ShippedModel, SeesThroughDisguisedInsults) {
  ExpectLabel(Head::kToxicity, "insult", {"傻*逼", "傻👍逼", "you are an 1d1ot", "SB主播"});
}

TEST_F(ShippedModel, KnowsTheLanguage) {
  ExpectLabel(Head::kLanguage, "zh", {"这个多少钱", "主播好漂亮", "這個多少錢"});
  ExpectLabel(Head::kLanguage, "en", {"how much is this", "love it so much"});
  ExpectLabel(Head::kLanguage, "ja", {"これはいくらですか", "かわいい！"});
  ExpectLabel(Head::kLanguage, "ko", {"이거 얼마예요", "너무 예뻐요"});
  ExpectLabel(Head::kLanguage, "other", {"сколько это стоит", "كم السعر"});
}

TEST_F(ShippedModel, PointsAtTheWordsThatDecide) {
  const std::string text = "包装很好但是味道难吃";
  const Explanation e = Model().Explain(text, Head::kSentiment, 2).value();
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
TEST_F(ShippedModel, JudgesTheSentimentOfLiveComments) {
  std::ifstream file("models/live-test.tsv");
  Tally tally(kSentiments);
  for (std::string line; std::getline(file, line);) {
    const size_t tab = line.find('\t');
    const int truth = std::stoi(line.substr(0, tab)) + 1;
    const Choice choice = Of(std::string_view(line).substr(tab + 1)).of(Head::kSentiment);
    tally.Add(static_cast<size_t>(truth), choice.label, double{choice.confidence}, choice.abstains);
  }
  ASSERT_EQ(tally.count(), 455u);
  EXPECT_GT(tally.Accuracy(), 0.77);
  EXPECT_GT(tally.MacroF1(), 0.70);
}

// The polarity of reviews, if the corpora are there.
TEST_F(ShippedModel, ReachesNinetyTwoPercentOnTheHeldBackTenthOfShop10) {
  const char* data = std::getenv("SOTTO_DATA");
  std::ifstream file(std::string(data == nullptr ? "../shared/data" : data) + "/nlp/shop10.train.tsv");
  if (!file) GTEST_SKIP() << "skipped: the corpora are not here (SOTTO_DATA).";
  const double temperature = double{ReadModelFile(File()).value().temperatures.polarity};
  Tally tally(2);
  for (std::string line; std::getline(file, line);) {
    const std::string_view text = std::string_view(line).substr(2);
    if (TenthOf(text::Normalise(text).value().symbols) != kTestTenth) continue;
    const double z = Model().Logits(text::Normalise(text, Model().lexicon()).value())[kPolarity];
    tally.Add(line[0] == '1' ? 1 : 0, z > 0 ? 1 : 0, Sigmoid(temperature * std::abs(z)), false);
  }
  EXPECT_GT(tally.count(), 4'000u);
  EXPECT_GT(tally.Accuracy(), 0.92);
  EXPECT_LT(tally.CalibrationError(), 0.04);
}

}  // namespace
}  // namespace sotto::comments
