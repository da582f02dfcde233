#include "sotto/comments/comment_room.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "comments/small_model.h"
#include "sotto/comments/product_names.h"

namespace sotto::comments {
namespace {

using analysis::Product;

std::string Json(std::string_view id, double at, std::string_view text, std::string_view more = "") {
  return R"({"id":")" + std::string(id) + R"(","at":)" + std::to_string(at) + R"(,"text":")" + std::string(text) +
         "\"" + std::string(more) + "}";
}

FrameComment Of(std::string_view text, double at, std::string_view user = "") {
  return {.id = "x", .at = at, .user = std::string(user), .text = std::string(text)};
}

// Judges all that wait.
void JudgeAll(CommentRoom& room, CommentModel& model) {
  while (room.Judge(model, 100).waiting > 0) {
  }
}

// Is sure that a comment with this sign is spam, and of nothing else.
CommentModel ModelOfSpam(std::string_view sign) {
  ModelParameters parameters = EmptyParameters();
  for (size_t column : {kOffence, kSpam, kContact}) parameters.columns[column].bias = -5;
  SetWeight(parameters, NgramOf(sign), kSpam, 100);
  return ModelOf(parameters);
}

TEST(CommentRoom, GivesOnlyWhatIsWantedAndJudgesAll) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  const auto received =
      room.Receive("[" + Json("1", 1, "a") + "," + Json("2", 2, "b") + "," + Json("3", 3, "c") + "]", 2, 10);
  ASSERT_TRUE(received.ok());
  ASSERT_EQ(received.value().wanted.size(), 2u);
  EXPECT_EQ(received.value().wanted[1]->id, "2");
  EXPECT_EQ(received.value().comments, 3u);
  const CommentRoom::Judged judged = room.Judge(model, 100);
  EXPECT_EQ(judged.wanted.size(), 2u);
  EXPECT_EQ(judged.waiting, 0u);
  EXPECT_EQ(room.Summarise(10).comments, 3u);
}

TEST(CommentRoom, JudgesNoMoreThanItIsAsked) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(room.Add(Of("a", i), true, 0, 0).ok());
  const CommentRoom::Judged judged = room.Judge(model, 2);
  EXPECT_EQ(judged.wanted.size(), 2u);
  EXPECT_EQ(judged.waiting, 3u);
}

TEST(CommentRoom, TellsTheViewersOwnAsAnswersInTheirOrder) {
  CommentRoom room = CommentRoom::Create();
  const auto received =
      room.Receive("[" + Json("1", 1, "mine", R"(,"own":true)") + R"(,{"status":429,"code":"RATE_LIMITED"}])", 10, 0);
  ASSERT_TRUE(received.ok());
  EXPECT_EQ(received.value().comments, 0u);
  ASSERT_EQ(received.value().answers.size(), 2u);
  EXPECT_EQ(std::get<std::string>(received.value().answers[0]), "mine");
  EXPECT_EQ(std::get<Refusal>(received.value().answers[1]).code, "RATE_LIMITED");
}

TEST(CommentRoom, SaysHowManyMessagesOfAFrameWereSkipped) {
  CommentRoom room = CommentRoom::Create();
  const auto received = room.Receive("[" + Json("1", 1, "a") + R"(,{"id":"2"},7,8])", 10, 0);
  ASSERT_TRUE(received.ok() && received.value().problem);
  EXPECT_EQ(received.value().problem->message, "a message of the comment server has no text.");
  EXPECT_EQ(received.value().problem->hint, "It was skipped. So were 2 more of its frame.");
}

TEST(CommentRoom, SkipsACommentThatCannotBeJudgedAndSaysSo) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  ASSERT_TRUE(room.Add(Of(std::string(70'000, 'x'), 1), true, 0, 0).ok());
  ASSERT_TRUE(room.Add(Of("b", 1), true, 0, 0).ok());
  const CommentRoom::Judged judged = room.Judge(model, 100);
  ASSERT_EQ(judged.wanted.size(), 2u);
  EXPECT_FALSE(judged.wanted[0].has_value());
  EXPECT_TRUE(judged.wanted[1].has_value());
  ASSERT_TRUE(judged.problem.has_value());
  EXPECT_EQ(judged.problem->code, ErrorCode::kResourceExhausted);
}

TEST(CommentRoom, CountsSpamAndLeavesItOut) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  for (const char* text : {"好喝", "加", "加"}) ASSERT_TRUE(room.Add(Of(text, 1), false, 0, 0).ok());
  JudgeAll(room, model);
  const analysis::Summary summary = room.Summarise(0);
  EXPECT_EQ(summary.comments, 3u);
  EXPECT_EQ(summary.left_out, 2u);
}

TEST(CommentRoom, RefusesMoreThanItCanHold) {
  CommentRoom room = CommentRoom::Create();
  const std::string large(1 << 20, 'x');
  Status status;
  for (int i = 0; i < 40 && status.ok(); ++i) status = room.Add(Of(large, 1), false, 0, 0);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kResourceExhausted);
}

TEST(CommentRoom, GoesOnBetweenCommentsWithTheClockOfTheirArrival) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  ASSERT_TRUE(room.Receive(Json("1", 500, "a"), 0, 20).ok());
  JudgeAll(room, model);
  EXPECT_EQ(room.Summarise(25).now_s, 505);
}

TEST(CommentRoom, DoesNotBelieveATimeThatCannotBe) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  ASSERT_TRUE(room.Receive(Json("1", 500, "a"), 0, 20).ok());
  ASSERT_TRUE(room.Receive(Json("2", 1.7e12, "a"), 0, 21).ok());  // milliseconds
  ASSERT_TRUE(room.Receive(Json("3", -700, "a"), 0, 22).ok());
  JudgeAll(room, model);
  const analysis::Summary summary = room.Summarise(22);
  EXPECT_EQ(summary.comments, 3u);
  EXPECT_EQ(summary.now_s, 502);
}

TEST(CommentRoom, TakesThePagesTimesAsTheyAreAndNoneAsNow) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  const double none = std::numeric_limits<double>::quiet_NaN();
  ASSERT_TRUE(room.Add(Of("a", none), false, 30, 7).ok());
  JudgeAll(room, model);
  EXPECT_EQ(room.Summarise(7).now_s, 30);
  ASSERT_TRUE(room.Add(Of("a", none), false, 99, 8).ok());
  JudgeAll(room, model);
  EXPECT_EQ(room.Summarise(8).now_s, 31);
  ASSERT_TRUE(room.Add(Of("a", 200'000), false, 99, 8).ok());
  JudgeAll(room, model);
  EXPECT_EQ(room.Summarise(9).now_s, 200'001);
}

TEST(CommentRoom, KnowsProductsByTheirLastWords) {
  CommentModel model = ModelOfSpam("加");
  CommentRoom room = CommentRoom::Create();
  const std::vector<Product> products = {{"p1", {"明前高山绿茶 50 克罐装"}}, {"p2", {"秋桂乌龙茶 80 克"}}};
  ASSERT_TRUE(room.SetProducts(products, model).ok());
  for (const char* text : {"绿茶多少钱", "高山绿茶好喝", "乌龙茶呢"}) {
    ASSERT_TRUE(room.Add(Of(text, 1), false, 0, 0).ok());
  }
  JudgeAll(room, model);
  const analysis::Summary summary = room.Summarise(0);
  ASSERT_EQ(summary.products.size(), 2u);
  EXPECT_EQ(summary.products[0].named.comments, 2u);
  EXPECT_EQ(summary.products[1].named.comments, 1u);
}

TEST(IsQuestion, GoesByTheIntentUnlessItAbstainsAndByTheMark) {
  Verdict verdict;
  const auto intent = static_cast<size_t>(Head::kIntent);
  verdict.choices[intent] = {static_cast<uint8_t>(IntentLabel::kPrice), false, 0.9F};
  EXPECT_TRUE(IsQuestion(verdict, {}));
  verdict.choices[intent].abstains = true;
  EXPECT_FALSE(IsQuestion(verdict, {}));
  const std::u32string asks = U"真的?";
  EXPECT_TRUE(IsQuestion(verdict, asks));
  verdict.choices[intent] = {static_cast<uint8_t>(IntentLabel::kPraise), false, 0.9F};
  EXPECT_FALSE(IsQuestion(verdict, {}));
}

TEST(MoodError, IsThatOfOneBucketWhereThereIsOne) {
  analysis::Summary summary;
  EXPECT_EQ(MoodError(summary), 1);
  summary.mood_buckets.push_back({.begin_s = 0, .comments = 4, .standard_error = 0.25});
  EXPECT_DOUBLE_EQ(MoodError(summary), 0.25);
}

TEST(WithShortNames, NamesEndingsThatNoOtherProductHas) {
  const std::vector<Product> products = {
      {"p1", {"明前高山绿茶 50 克罐装", "Early-Spring Mountain Green Tea, 50 g Tin"}}, {"p2", {"云雾绿茶"}}};
  const auto named = WithShortNames(products, text::Lexicon());
  ASSERT_TRUE(named.ok());
  const auto& names = named.value()[0].names;
  const auto has = [&names](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(has("高山绿茶"));
  EXPECT_TRUE(has("green tea"));
  EXPECT_TRUE(has("mountain green tea"));
  EXPECT_FALSE(has("绿茶")) << "both end so";
  EXPECT_FALSE(has("克罐装"));
  EXPECT_FALSE(has("tea")) << "one word is too little";
}

TEST(WithShortNames, StaysWithinWhatAProductMayHave) {
  const std::string characters = "一二三四五六七八九十甲乙丙丁";
  std::string words;
  for (int i = 0; i < 100; ++i) words += "word ";
  const std::vector<Product> products = {{"p1", {characters, words}}};
  const auto named = WithShortNames(products, text::Lexicon());
  ASSERT_TRUE(named.ok());
  EXPECT_LE(named.value()[0].names.size(), analysis::kMaxProductNames);
  EXPECT_TRUE(analysis::ProductMentions::Create(named.value(), {}).ok());
}

}  // namespace
}  // namespace sotto::comments
