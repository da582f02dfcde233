#include "sotto/recommend/evaluation/split.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "recommend/models/promises.h"

namespace sotto::recommend {
namespace {

// User 0: items 3, 1, 2 in order of time; user 1: item 0 alone; user 2: items 0, 3.
Interactions Small() {
  const std::vector<Interaction> events = {{0, 1, 1, 20}, {0, 2, 1, 30}, {0, 3, 1, 10},
                                           {1, 0, 1, 40}, {2, 0, 1, 5},  {2, 3, 1, 50}};
  return Interactions::Create(3, 4, events).value();
}

std::vector<uint32_t> TrainOf(const Split& split, uint32_t user) {
  const auto items = split.train.ItemsOf(user);
  return {items.begin(), items.end()};
}

TEST(LeaveLastOut, HoldsTheNewestBackOfEachUserWhoHasTwo) {
  const Split split = LeaveLastOut(Small()).value();
  ASSERT_EQ(split.test.size(), 2U);
  EXPECT_EQ(split.test[0].user, 0U);
  EXPECT_EQ(split.test[0].items, std::vector<uint32_t>{2});
  EXPECT_EQ(split.test[1].user, 2U);
  EXPECT_EQ(split.test[1].items, std::vector<uint32_t>{3});
  EXPECT_EQ(TrainOf(split, 0), (std::vector<uint32_t>{3, 1}));
  EXPECT_EQ(TrainOf(split, 1), std::vector<uint32_t>{0});
  EXPECT_EQ(split.train.TimesOf(0)[1], 20);
}

TEST(LeaveRandomOut, HoldsEveryItemBackSometimes) {
  ChaCha20Source random(1);
  std::vector<int> held(4, 0);
  for (int i = 0; i < 100; ++i) ++held[LeaveRandomOut(Small(), random).value().test[0].items[0]];
  EXPECT_EQ(held[0], 0);
  for (const uint32_t item : {1U, 2U, 3U}) EXPECT_GT(held[item], 15) << item;
}

TEST(HoldOutFraction, TakesThatMuchOfEachUserRoundedDown) {
  const auto all = Interactions::Create(5, 100, RandomEvents(5, 100, 40, 1)).value();
  ChaCha20Source random(1);
  const Split split = HoldOutFraction(all, 0.25, random).value();
  ASSERT_EQ(split.test.size(), 5U);
  for (const TestCase& one : split.test) EXPECT_EQ(one.items.size(), all.ItemsOf(one.user).size() / 4);
}

TEST(SplitByTime, TestsOnWhatIsNewerThanAllThatItTrainsOn) {
  const auto all = Interactions::Create(30, 50, RandomEvents(30, 50, 10, 2)).value();
  const Split split = SplitByTime(all, 0.8).value();
  double newest = 0;
  for (uint32_t user = 0; user < 30; ++user) {
    for (const double time : split.train.TimesOf(user)) newest = std::max(newest, time);
  }
  size_t held = 0;
  for (const TestCase& one : split.test) {
    held += one.items.size();
    const auto items = all.ItemsOf(one.user);
    for (const uint32_t item : one.items) {
      const auto place = static_cast<size_t>(std::ranges::find(items, item) - items.begin());
      EXPECT_GT(all.TimesOf(one.user)[place], newest);
    }
  }
  EXPECT_EQ(split.train.size() + held + split.left_out, all.size());
  EXPECT_NEAR(static_cast<double>(split.train.size()) / static_cast<double>(all.size()), 0.8, 0.02);
}

TEST(SplitByTime, LeavesUsersOutWhoComeLaterOnly) {
  const Split split = SplitByTime(Small(), 0.5).value();  // up to 20
  ASSERT_EQ(split.test.size(), 2U);
  EXPECT_EQ(split.test[0].items, std::vector<uint32_t>{2});
  EXPECT_EQ(split.test[1].items, std::vector<uint32_t>{3});
  EXPECT_EQ(split.left_out, 1U);
}

TEST(HoldOutItems, TrainsOnNoInteractionWithANewItem) {
  const auto all = Interactions::Create(40, 30, RandomEvents(40, 30, 8, 3)).value();
  ChaCha20Source random(1);
  const NewItemSplit made = HoldOutItems(all, 0.1, random).value();
  EXPECT_EQ(std::ranges::count(made.is_new, true), 3);
  size_t held = made.split.left_out;
  for (uint32_t user = 0; user < 40; ++user) {
    for (const uint32_t item : made.split.train.ItemsOf(user)) EXPECT_FALSE(made.is_new[item]);
  }
  for (const TestCase& one : made.split.test) {
    EXPECT_EQ(one.items.size(), 1U);
    held += 1 + one.aside.size();
    EXPECT_TRUE(made.is_new[one.items[0]]);
    for (const uint32_t item : one.aside) EXPECT_TRUE(made.is_new[item]);
  }
  EXPECT_EQ(made.split.train.size() + held, all.size());
}

TEST(GivenSplit, TakesTestPairsOutOfTheTrainingPart) {
  const std::vector<Interaction> held = {{0, 2}, {1, 3}};
  const Split split = GivenSplit(Small(), Interactions::Create(3, 4, held).value()).value();
  EXPECT_EQ(TrainOf(split, 0), (std::vector<uint32_t>{3, 1}));
  EXPECT_EQ(TrainOf(split, 1), std::vector<uint32_t>{0});
  ASSERT_EQ(split.test.size(), 2U);
  EXPECT_EQ(split.test[1].items, std::vector<uint32_t>{3});
  EXPECT_FALSE(GivenSplit(Small(), Interactions::Create(3, 5, {}).value()).ok());
}

RC_GTEST_PROP(Splits, NeverTestOnWhatTheyTrainOnAndAreTheSameForOneSeed, (uint64_t seed)) {
  const auto all = Interactions::Create(12, 20, RandomEvents(12, 20, 6, seed)).value();
  const auto make = [&](int kind) {
    ChaCha20Source random(seed);
    switch (kind) {
      case 0:
        return LeaveLastOut(all).value();
      case 1:
        return LeaveRandomOut(all, random).value();
      case 2:
        return HoldOutFraction(all, 0.4, random).value();
      case 3:
        return SplitByTime(all, 0.7).value();
      default:
        return HoldOutItems(all, 0.2, random).value().split;
    }
  };
  for (int kind = 0; kind < 5; ++kind) {
    const Split split = make(kind);
    const Split again = make(kind);
    RC_ASSERT(split.test.size() == again.test.size());
    size_t pairs = split.train.size() + split.left_out;
    for (size_t i = 0; i < split.test.size(); ++i) {
      const TestCase& one = split.test[i];
      RC_ASSERT(one.items == again.test[i].items && one.user == again.test[i].user);
      RC_ASSERT(!one.items.empty() && std::ranges::is_sorted(one.items));
      for (const uint32_t item : one.items) {
        RC_ASSERT(std::ranges::find(split.train.ItemsOf(one.user), item) == split.train.ItemsOf(one.user).end());
      }
      pairs += one.items.size() + one.aside.size();
    }
    RC_ASSERT(pairs == all.size());
  }
}

TEST(Splits, RefuseSharesThatAreNoneAndTimesThatAreNotThere) {
  ChaCha20Source random(1);
  for (const double share : {0.0, 1.0, -1.0, std::nan("")}) {
    EXPECT_FALSE(HoldOutFraction(Small(), share, random).ok());
    EXPECT_FALSE(HoldOutItems(Small(), share, random).ok());
    EXPECT_FALSE(SplitByTime(Small(), share).ok());
  }
  const std::vector<Interaction> untimed = {{0, 0}, {0, 1}};
  EXPECT_FALSE(SplitByTime(Interactions::Create(1, 2, untimed).value(), 0.5).ok());
}

}  // namespace
}  // namespace sotto::recommend
