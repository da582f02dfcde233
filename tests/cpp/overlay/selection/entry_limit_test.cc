#include "sotto/overlay/selection/entry_limit.h"

#include <gtest/gtest.h>

namespace sotto::overlay {
namespace {

int Take(EntryLimit& limit, MediaTime now) {
  limit.MoveTo(now);
  int taken = 0;
  for (; taken < 1'000 && limit.allows(); ++taken) limit.Take();
  return taken;
}

TEST(EntryLimit, IsNoneAtFirst) {
  EntryLimit limit;
  EXPECT_EQ(Take(limit, 0), 1'000);
}

TEST(EntryLimit, LetsSoManyInAtASteadyPaceAndSavesAQuarterOfASecond) {
  EntryLimit limit;
  limit.Set(20);
  int taken = Take(limit, 0);
  EXPECT_EQ(taken, 1);
  for (MediaTime now = 10'000; now <= 10'000'000; now += 10'000) taken += Take(limit, now);
  EXPECT_EQ(taken, 201);
  EXPECT_EQ(Take(limit, 100'000'000), 5);
}

TEST(EntryLimit, OfOneIsOneASecond) {
  EntryLimit limit;
  limit.Set(1);
  int taken = 0;
  for (MediaTime now = 0; now < 10'000'000; now += 16'000) taken += Take(limit, now);
  EXPECT_EQ(taken, 10);
}

TEST(EntryLimit, GivesNothingTwiceToAClockThatStepsBack) {
  EntryLimit limit;
  limit.Set(100);
  int taken = 0;
  for (MediaTime now = 1'000'000; now < 2'000'000; now += 10'000) {
    taken += Take(limit, now);
    taken += Take(limit, now - 50'000);
  }
  EXPECT_LE(taken, 126);
}

}  // namespace
}  // namespace sotto::overlay
