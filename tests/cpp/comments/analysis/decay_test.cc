#include "sotto/comments/analysis/decay.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace sotto::comments::analysis {
namespace {

TEST(Decay, HalvesInAHalfLife) {
  Decay decay(10);
  decay.Advance(5);
  const double stored = 3 * decay.weight();
  EXPECT_DOUBLE_EQ(decay.Read(stored, 5), 3);
  EXPECT_DOUBLE_EQ(decay.Read(stored, 15), 1.5);
  EXPECT_DOUBLE_EQ(decay.Read(stored, 25), 0.75);
}

TEST(Decay, TakesATimeBeforeTheLastForTheLast) {
  Decay decay(10);
  decay.Advance(100);
  const double stored = decay.weight();
  EXPECT_EQ(decay.Advance(50), 1);
  EXPECT_DOUBLE_EQ(decay.Read(stored, 50), 1);
  EXPECT_DOUBLE_EQ(decay.Read(stored + decay.weight(), 100), 2);
}

TEST(Decay, LeavesNothingAfterAThousandHalfLives) {
  Decay decay(1);
  decay.Advance(0);
  EXPECT_EQ(decay.Advance(1e9), 0);
}

RC_GTEST_PROP(Decay, GivesTheSumThatIsAddedUpFromScratch, (std::vector<uint16_t> steps)) {
  Decay decay(7);
  double stored = 0;
  double now = 0;
  std::vector<double> times;
  for (const uint16_t step : steps) {
    now += step % 1000 * 0.25;  // up to 35 half-lives at once
    stored *= decay.Advance(now);
    stored += decay.weight();
    times.push_back(now);
  }
  double sum = 0;
  for (const double time : times) sum += std::exp2((time - now - 2) / 7);
  RC_ASSERT(std::fabs(decay.Read(stored, now + 2) - sum) <= 1e-9 * (1 + sum));
}

}  // namespace
}  // namespace sotto::comments::analysis
