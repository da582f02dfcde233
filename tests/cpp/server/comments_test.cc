#include <gtest/gtest.h>

#include <algorithm>

#include "server-stub/comments/comment.h"
#include "server-stub/comments/hub.h"
#include "server-stub/comments/outbox.h"
#include "server-stub/comments/replay.h"

namespace sotto::server {
namespace {

constexpr size_t kMax = 4'096;

TEST(ParseComment, ReadsTextAndUser) {
  const auto comment = ParseComment(R"({"text": "好茶 🍵", "user": "momo", "colour": 1})", kMax);
  ASSERT_TRUE(comment.ok()) << ToString(comment.error());
  EXPECT_EQ(comment.value().text, "好茶 🍵");
  EXPECT_EQ(comment.value().user, "momo");
  EXPECT_EQ(ParseComment(R"({"text": "hi"})", kMax).value().user, "");
}

TEST(ParseComment, RefusesWhatCannotBeShown) {
  for (const std::string_view frame :
       {"", "hi", "[]", "{}", R"({"text": 1})", R"({"text": ""})", R"({"text": "   "})", R"({"text": "a\nb"})",
        R"({"text": "a\u0000b"})", R"({"text": "a\u007fb"})", R"({"text": "hi", "user": 5})",
        R"({"text": "hi", "user": "a\tb"})", R"({"text": "hi", "text": "ho"})", "{\"text\": \"\xff\"}"}) {
    const auto comment = ParseComment(frame, kMax);
    ASSERT_FALSE(comment.ok()) << frame;
    EXPECT_EQ(comment.error().code, ErrorCode::kMalformed) << frame;
  }
}

TEST(ParseComment, HoldsToItsLimits) {
  const auto frame = [](size_t text, size_t user) {
    return R"({"text":")" + std::string(text, 'a') + R"(","user":")" + std::string(user, 'b') + "\"}";
  };
  EXPECT_TRUE(ParseComment(frame(kMax - 21, 0), kMax).ok());
  EXPECT_EQ(ParseComment(frame(kMax - 20, 0), kMax).error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(ParseComment(frame(1, 64), kMax).ok());
  EXPECT_EQ(ParseComment(frame(1, 65), kMax).error().code, ErrorCode::kResourceExhausted);
}

TEST(RenderComment, MarksOnlyTheWritersOwn) {
  const Comment comment{"c-1", 12.5, "茶\"", "a\\b"};
  EXPECT_EQ(RenderComment(comment, false), R"({"id":"c-1","at":12.5,"user":"茶\"","text":"a\\b"})");
  EXPECT_EQ(RenderComment(comment, true), R"({"id":"c-1","at":12.5,"user":"茶\"","text":"a\\b","own":true})");
}

TEST(ParseReplay, ReadsLinesSortsThemByTimeAndNamesAWrongOne) {
  const auto comments = ParseReplay(
      "{\"id\":\"b\",\"at\":2,\"user\":\"u\",\"text\":\"t\"}\r\n\n{\"id\":\"a\",\"at\":1.5,\"text\":\"t\"}");
  ASSERT_TRUE(comments.ok()) << ToString(comments.error());
  ASSERT_EQ(comments.value().size(), 2u);
  EXPECT_EQ(comments.value()[0].id, "a");
  EXPECT_EQ(ParseReplay("\n{\"id\":\"b\",\"at\":-2,\"text\":\"t\"}").error().message,
            "line 2.at is -2, expected 0 to 1e+09.");
  EXPECT_EQ(ParseReplay("{\"id\":\"b c\",\"at\":2,\"text\":\"t\"}").error().message.substr(0, 9), "line 1.id");
  EXPECT_TRUE(ParseReplay("").value().empty());
}

std::vector<std::string> IdsOf(const std::vector<Comment>& comments) {
  std::vector<std::string> ids;
  for (const Comment& comment : comments) ids.push_back(comment.id);
  return ids;
}

using Ids = std::vector<std::string>;

Replay TwoComments(double period) {
  return Replay({{"a", 1, "", "x"}, {"b", 4, "", "y"}}, period);
}

TEST(Replay, GivesEachCommentOnceAsTimeGoesBy) {
  const Replay replay = TwoComments(0);
  EXPECT_EQ(IdsOf(replay.Due(0, 1, 9)), Ids{"a.0"});
  EXPECT_EQ(IdsOf(replay.Due(1, 4, 9)), Ids{"b.0"});
  EXPECT_EQ(IdsOf(replay.Due(4, 100, 9)), Ids{});
}

TEST(Replay, StartsAgainAfterItsPeriodUnderNewIds) {
  const Replay replay = TwoComments(10);
  const auto due = replay.Due(3, 22, 9);
  EXPECT_EQ(IdsOf(due), (Ids{"b.0", "a.1", "b.1", "a.2"}));
  EXPECT_EQ(due[1].at, 11);
  EXPECT_EQ(IdsOf(replay.Due(11, 14, 9)), Ids{"b.1"});
}

TEST(Replay, KeepsTheLatestWhereThereAreTooMany) {
  EXPECT_EQ(IdsOf(TwoComments(10).Due(0, 1e6, 3)), (Ids{"b.99998", "a.99999", "b.99999"}));
}

TEST(Replay, LeavesOutWhatLiesBeyondThePeriod) {
  EXPECT_EQ(IdsOf(TwoComments(4).Due(0, 8, 9)), (Ids{"a.0", "a.1"}));
}

TEST(Replay, GivesNothingForNoTimeOrNoComments) {
  EXPECT_TRUE(TwoComments(10).Due(5, 5, 9).empty());
  EXPECT_TRUE(TwoComments(10).Due(6, 5, 9).empty());
  EXPECT_TRUE(TwoComments(10).Due(-10, -5, 9).empty());
  EXPECT_TRUE(Replay({}, 10).Due(0, 1e9, 9).empty());
}

TEST(Outbox, DropsTheOldestOfTooMany) {
  Outbox outbox(2);
  EXPECT_FALSE(outbox.Push(Share("a")));
  EXPECT_FALSE(outbox.Push(Share("b")));
  EXPECT_TRUE(outbox.Push(Share("c")));
  EXPECT_EQ(*outbox.Pop(), "b");
  EXPECT_EQ(*outbox.Pop(), "c");
  EXPECT_TRUE(outbox.empty());
}

struct FakeViewer final : Viewer {
  void Send(const SharedText& text) override {
    received.push_back(text);
    if (leaves != nullptr) leaves->Leave(0, other);
  }
  void GoAway() override { gone = true; }

  std::vector<SharedText> received;
  bool gone = false;
  Hub* leaves = nullptr;
  FakeViewer* other = nullptr;
};

void RunNow(const std::function<void()>& task) {
  task();
}

TEST(Hub, SharesOneCopyWithEverybodyAndTheOtherWithTheSender) {
  Hub hub({RunNow, RunNow});
  FakeViewer sender;
  FakeViewer same_thread;
  FakeViewer other_thread;
  hub.Join(0, &sender);
  hub.Join(0, &same_thread);
  hub.Join(1, &other_thread);
  const SharedText text = Share("all");
  hub.Publish(text, &sender, Share("own"));
  EXPECT_EQ(*sender.received.at(0), "own");
  EXPECT_EQ(same_thread.received.at(0), text);
  EXPECT_EQ(other_thread.received.at(0), text);
}

TEST(Hub, ForgetsThoseWhoLeftEvenInTheMiddle) {
  Hub hub({RunNow});
  FakeViewer one;
  FakeViewer two;
  one.leaves = two.leaves = &hub;
  one.other = &two;
  two.other = &one;
  hub.Join(0, &one);
  hub.Join(0, &two);
  hub.Publish(Share("x"));
  EXPECT_EQ(one.received.size() + two.received.size(), 1u);
}

TEST(Hub, TellsEverybodyToGo) {
  Hub hub({RunNow});
  FakeViewer viewer;
  hub.Join(0, &viewer);
  hub.GoAway();
  EXPECT_TRUE(viewer.gone);
}

}  // namespace
}  // namespace sotto::server
