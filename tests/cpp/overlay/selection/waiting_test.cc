#include "sotto/overlay/selection/waiting.h"

#include <gtest/gtest.h>

namespace sotto::overlay {
namespace {

std::vector<uint32_t> TakeAll(Waiting& waiting, MediaTime now) {
  std::vector<uint32_t> ids;
  while (const Comment* next = waiting.Next(now)) {
    ids.push_back(next->id);
    waiting.Pop(now);
  }
  return ids;
}

TEST(Waiting, GivesTheOldestFirstAndThoseOfOneTimeInOrderOfArrival) {
  Waiting waiting;
  waiting.Push({.id = 1, .width = 1, .at = 20, .own = false});
  waiting.Push({.id = 3, .width = 1, .at = 10, .own = false});
  waiting.Push({.id = 2, .width = 1, .at = 10, .own = false});
  EXPECT_EQ(TakeAll(waiting, 30), (std::vector<uint32_t>{3, 2, 1}));
}

TEST(Waiting, GivesTheViewersOwnFirst) {
  Waiting waiting;
  waiting.Push({.id = 1, .width = 1, .at = 10, .own = false});
  waiting.Push({.id = 2, .width = 1, .at = 20, .own = true});
  EXPECT_EQ(TakeAll(waiting, 30), (std::vector<uint32_t>{2, 1}));
}

TEST(Waiting, GivesThoseOfHigherPriorityBeforeOlderOnes) {
  Waiting waiting;
  waiting.Push({.id = 1, .width = 1, .at = 10});
  waiting.Push({.id = 2, .width = 1, .at = 20, .priority = 7});
  waiting.Push({.id = 3, .width = 1, .at = 30, .own = true});
  waiting.Push({.id = 4, .width = 1, .at = 15, .priority = 7});
  waiting.Push({.id = 5, .width = 1, .at = 5, .own = true});
  EXPECT_EQ(TakeAll(waiting, 30), (std::vector<uint32_t>{5, 3, 4, 2, 1}));
}

TEST(Waiting, OfAllModesGivesOwnOnesThenPriorityThenAge) {
  WaitingByMode waiting;
  waiting[0].Push({.id = 1, .width = 1, .at = 10});
  waiting[2].Push({.id = 2, .width = 1, .at = 5});
  waiting[3].Push({.id = 3, .width = 1, .at = 20, .priority = 1});
  waiting[4].Push({.id = 4, .width = 1, .at = 30, .own = true});
  waiting[1].Push({.id = 5, .width = 1, .at = 10});
  EXPECT_EQ(NextMode(waiting, 4, 0), std::nullopt);
  EXPECT_EQ(NextMode(waiting, 30, 0), 4U);
  EXPECT_EQ(NextMode(waiting, 30, 0b10000), 3U);
  EXPECT_EQ(NextMode(waiting, 20, 0b11000), 2U);
  EXPECT_EQ(NextMode(waiting, 20, 0b11100), 0U);  // the first of equal ones
  EXPECT_EQ(NextMode(waiting, 20, 0b11101), 1U);
  EXPECT_EQ(NextMode(waiting, 20, 0b11111), std::nullopt);
}

TEST(Waiting, KeepsACommentUntilItsTimeComes) {
  Waiting waiting;
  waiting.Push({.id = 1, .width = 1, .at = 10, .own = false});
  waiting.Push({.id = 2, .width = 1, .at = 20, .own = true});
  EXPECT_EQ(TakeAll(waiting, 10), (std::vector<uint32_t>{1}));
  EXPECT_EQ(waiting.size(), 1U);
  EXPECT_EQ(TakeAll(waiting, 20), (std::vector<uint32_t>{2}));
}

TEST(Waiting, DropsWhatIsOlderButNeverAnOwnComment) {
  Waiting waiting;
  waiting.Push({.id = 1, .width = 1, .at = 9, .own = false});
  waiting.Push({.id = 2, .width = 1, .at = 10, .own = false});
  waiting.Push({.id = 3, .width = 1, .at = 0, .own = true});
  std::vector<Dropped> dropped;
  waiting.DropBefore(10, DropReason::kFull, dropped);
  ASSERT_EQ(dropped.size(), 1U);
  EXPECT_EQ(dropped[0].id, 1U);
  EXPECT_EQ(dropped[0].reason, DropReason::kFull);
  EXPECT_EQ(TakeAll(waiting, 10), (std::vector<uint32_t>{3, 2}));
}

TEST(Waiting, ForgetsAllWhenCleared) {
  Waiting waiting;
  waiting.Push({.id = 1, .width = 1, .at = 0, .own = true});
  waiting.Push({.id = 2, .width = 1, .at = 0, .own = false});
  waiting.Clear();
  EXPECT_EQ(waiting.size(), 0U);
  EXPECT_EQ(waiting.Next(0), nullptr);
}

}  // namespace
}  // namespace sotto::overlay
