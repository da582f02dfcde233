#include "sotto/comments/frames.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

FrameComment CommentIn(std::string_view json) {
  const auto frame = ReadFrame(json);
  EXPECT_TRUE(frame.ok() && frame.value().messages.size() == 1) << json;
  if (!frame.ok() || frame.value().messages.empty()) return {};
  const auto* comment = std::get_if<FrameComment>(&frame.value().messages[0]);
  EXPECT_NE(comment, nullptr) << json;
  return comment == nullptr ? FrameComment{} : *comment;
}

TEST(ReadFrame, ReadsAComment) {
  const FrameComment comment = CommentIn(R"({"id":"c1","at":1.5,"user":"momo","text":"好","own":true})");
  EXPECT_EQ(comment.id, "c1");
  EXPECT_EQ(comment.at, 1.5);
  EXPECT_EQ(comment.user, "momo");
  EXPECT_EQ(comment.text, "好");
  EXPECT_TRUE(comment.own);
}

TEST(ReadFrame, HasDefaultsForWhatAServerMayLeaveOut) {
  const FrameComment comment = CommentIn(R"({"id":"c1","at":0,"text":"x","later":[1]})");
  EXPECT_EQ(comment.user, "");
  EXPECT_FALSE(comment.own);
}

TEST(ReadFrame, TakesOnlyTrueForOwn) {
  EXPECT_FALSE(CommentIn(R"({"id":"a","at":1,"text":"x","own":1})").own);
}

TEST(ReadFrame, TakesTheLastOfFieldsThatOccurTwiceAsJsonParseDoes) {
  EXPECT_EQ(CommentIn(R"({"id":"a","at":1,"text":"x","text":"y"})").text, "y");
}

TEST(ReadFrame, MakesLoneSurrogatesU_FFFD) {
  const FrameComment comment = CommentIn(R"({"id":"a","at":1,"text":"好\ud800!","user":"\udc00x\ud83d\ude00"})");
  EXPECT_EQ(comment.text, "好\xEF\xBF\xBD!");
  EXPECT_EQ(comment.user, "\xEF\xBF\xBDx\xF0\x9F\x98\x80");
}

TEST(ReadFrame, MendsBytesThatAreNotUtf8) {
  EXPECT_EQ(CommentIn("{\"id\":\"a\",\"at\":1,\"text\":\"x\xFF\"}").text, "x\xEF\xBF\xBD");
}

TEST(ReadFrame, NamesWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "is not JSON"},
      {"{", "is not JSON"},
      {"{} {}", "is not JSON"},
      {std::string(2000, '[') + std::string(2000, ']'), "is not JSON"},
      {"7", "is not an object"},
      {"null", "is not an object"},
      {"\"text\"", "is not an object"},
      {R"({"at":1,"text":"x"})", "has no id"},
      {R"({"id":"","at":1,"text":"x"})", "has no id"},
      {R"({"id":7,"at":1,"text":"x"})", "has no id"},
      {R"({"id":"a","at":1})", "has no text"},
      {R"({"id":"a","at":1,"text":7})", "has no text"},
      {R"({"id":"a","text":"x"})", "has no time"},
      {R"({"id":"a","at":"1","text":"x"})", "has no time"},
      {R"({"id":"a","at":1e999,"text":"x"})", "has no time"},
      {R"({"id":"a","at":1,"text":"x","user":{}})", "has a user that is not text"},
      {R"({"id":"a","at":1,"text":"x","user":null})", "has a user that is not text"},
  };
  for (const auto& [json, said] : cases) {
    const auto frame = ReadFrame(json);
    ASSERT_FALSE(frame.ok()) << json;
    EXPECT_EQ(frame.error().code, ErrorCode::kMalformed) << json;
    EXPECT_EQ(frame.error().message, "a message of the comment server " + said + ".");
  }
}

TEST(ReadFrame, ReadsManyMessagesInTheirOrderAndSkipsWhatIsNone) {
  const auto frame = ReadFrame(
      R"([{"id":"1","at":1,"text":"one"},{"id":"2"},{"status":429,"code":"RATE_LIMITED"},[],{"id":"3","at":3,"text":"three"}])");
  ASSERT_TRUE(frame.ok());
  const auto& messages = frame.value().messages;
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(std::get<FrameComment>(messages[0]).text, "one");
  EXPECT_EQ(std::get<Refusal>(messages[1]).code, "RATE_LIMITED");
  EXPECT_EQ(std::get<FrameComment>(messages[2]).text, "three");
  EXPECT_EQ(frame.value().skipped, 2u);
  EXPECT_EQ(frame.value().problem.message, "a message of the comment server has no text.");
}

TEST(ReadFrame, ReadsAnEmptyArray) {
  const auto frame = ReadFrame("[]");
  ASSERT_TRUE(frame.ok());
  EXPECT_TRUE(frame.value().messages.empty());
}

TEST(ReadFrame, ReadsAServersRefusalByItsCode) {
  const auto limited = ReadFrame(
      R"({"type":"about:blank","title":"Too Many Requests","status":429,"detail":"Wait.","code":"RATE_LIMITED"})");
  ASSERT_TRUE(limited.ok());
  const auto& refusal = std::get<Refusal>(limited.value().messages.at(0));
  EXPECT_EQ(refusal.code, "RATE_LIMITED");
  EXPECT_EQ(refusal.message, "the room did not publish the comment: 429 RATE_LIMITED Too Many Requests: Wait.");
  EXPECT_NE(refusal.hint, "");
  const auto muted = ReadFrame(R"({"status":403,"code":"MUTED"})");
  ASSERT_TRUE(muted.ok());
  EXPECT_EQ(std::get<Refusal>(muted.value().messages.at(0)).code, "HTTP_STATUS");
  EXPECT_EQ(std::get<Refusal>(muted.value().messages.at(0)).message, "the room did not publish the comment: 403 MUTED");
}

TEST(ReadFrame, RefusesWhatIsTooLong) {
  const auto frame = ReadFrame(std::string(kMaxFrameBytes + 1, ' '));
  ASSERT_FALSE(frame.ok());
  EXPECT_EQ(frame.error().code, ErrorCode::kResourceExhausted);
}

TEST(ReadFrame, ReadsTenThousandComments) {
  std::string json = "[";
  for (int i = 0; i < 10'000; ++i) {
    json += (i == 0 ? "" : ",") + std::string(R"({"id":"c)") + std::to_string(i) + R"(","at":1,"text":"好喝吗？"})";
  }
  const auto frame = ReadFrame(json + "]");
  ASSERT_TRUE(frame.ok());
  EXPECT_EQ(frame.value().messages.size(), 10'000u);
}

RC_GTEST_PROP(ReadFrame, NeverGivesTextThatIsNotUtf8, (const std::string& bytes)) {
  const std::string inside = bytes.substr(0, bytes.find_first_of("\"\\"));
  for (const std::string& json : {bytes, R"({"id":"a","at":1,"text":")" + inside + "\"}"}) {
    const auto frame = ReadFrame(json);
    if (!frame.ok()) continue;
    for (const auto& message : frame.value().messages) {
      if (const auto* comment = std::get_if<FrameComment>(&message)) RC_ASSERT(text::ValidateUtf8(comment->text).ok());
    }
  }
}

}  // namespace
}  // namespace sotto::comments
