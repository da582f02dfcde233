#include "sotto/overlay/waiting.h"

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
  std::vector<uint32_t> dropped;
  waiting.DropBefore(10, dropped);
  EXPECT_EQ(dropped, (std::vector<uint32_t>{1}));
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
