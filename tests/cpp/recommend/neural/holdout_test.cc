#include "sotto/recommend/neural/holdout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace sotto::recommend::neural {
namespace {

Interactions Users(uint32_t users, uint32_t each) {
  std::vector<Interaction> events;
  for (uint32_t user = 0; user < users; ++user) {
    for (uint32_t item = 0; item < each; ++item) events.push_back({user, item});
  }
  return Interactions::Create(users, each, events).value();
}

TEST(Holdout, TakesATenthButNeitherFewNorManyNorMostViewers) {
  Draw draw(1);
  EXPECT_EQ(HoldoutUsers(Users(40, 3), draw).size(), 20U);
  EXPECT_EQ(HoldoutUsers(Users(1000, 3), draw).size(), 200U);
  EXPECT_EQ(HoldoutUsers(Users(5000, 3), draw).size(), 500U);
  EXPECT_EQ(HoldoutUsers(Users(30'000, 3), draw).size(), 2000U);
}

TEST(Holdout, TakesNobodyWithFewerThanThreeInteractions) {
  Draw draw(1);
  EXPECT_TRUE(HoldoutUsers(Users(100, 2), draw).empty());
}

TEST(Holdout, TakesEachViewerOnceInOrder) {
  Draw draw(2);
  const std::vector<uint32_t> users = HoldoutUsers(Users(1000, 3), draw);
  EXPECT_TRUE(std::ranges::is_sorted(users));
  EXPECT_EQ(std::set<uint32_t>(users.begin(), users.end()).size(), users.size());
}

TEST(Holdout, GainIsThatOfTheRankAmongWhatIsNotKnown) {
  const std::vector<float> scores = {5, 4, 3, 2, 2};
  EXPECT_DOUBLE_EQ(HoldoutGain(scores, 0, {}), 1);
  EXPECT_NEAR(HoldoutGain(scores, 2, {}), 1 / std::log2(4.0), 1e-12);
  EXPECT_NEAR(HoldoutGain(scores, 2, std::vector<uint32_t>{1, 4}), 1 / std::log2(3.0), 1e-12);
  // One rival with the same score counts half.
  EXPECT_NEAR(HoldoutGain(scores, 3, {}), 1 / std::log2(5.5), 1e-12);
}

TEST(Schedule, HalvesTwiceAndThenStops) {
  Schedule schedule(2);
  EXPECT_TRUE(schedule.Better(0.5));
  const auto worse = [&] {
    EXPECT_FALSE(schedule.Better(0.5));
    return schedule.halve();
  };
  EXPECT_FALSE(worse());
  EXPECT_TRUE(worse());
  EXPECT_FALSE(worse());
  EXPECT_TRUE(schedule.Better(0.6));
  EXPECT_FALSE(worse());
  EXPECT_TRUE(worse());
  EXPECT_FALSE(schedule.stop());
  EXPECT_FALSE(worse());
  EXPECT_FALSE(worse());
  EXPECT_TRUE(schedule.stop());
}

}  // namespace
}  // namespace sotto::recommend::neural
