#include "sotto/recommend/evaluation/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sotto::recommend {
namespace {

// `hits` ones and then zeros.
std::vector<double> Hits(size_t hits, size_t users) {
  std::vector<double> values(users, 0);
  std::fill_n(values.begin(), hits, 1.0);
  return values;
}

TEST(BootstrapMeans, IsAsWideAsTheNormalApproximationSays) {
  ChaCha20Source random(1);
  const auto interval = BootstrapMeans(Hits(300, 1000), 1, {}, random).value()[0];
  EXPECT_DOUBLE_EQ(interval.mean, 0.3);
  const double deviation = std::sqrt(0.3 * 0.7 / 1000);
  EXPECT_NEAR(interval.low, 0.3 - 1.96 * deviation, 0.2 * deviation);
  EXPECT_NEAR(interval.high, 0.3 + 1.96 * deviation, 0.2 * deviation);
}

TEST(BootstrapMeans, ResamplesUsersAndNotMeasures) {
  // The second measure is the first less one of the same user: the difference of the two has no spread.
  std::vector<double> values;
  for (int user = 0; user < 50; ++user) {
    const double value = user % 7;
    values.insert(values.end(), {value, value - 1, 1.0});
  }
  ChaCha20Source random(1);
  const auto intervals = BootstrapMeans(values, 3, {}, random).value();
  EXPECT_NEAR(intervals[0].low - 1, intervals[1].low, 1e-12);
  EXPECT_NEAR(intervals[0].high - 1, intervals[1].high, 1e-12);
  EXPECT_EQ(intervals[2].low, 1);
  EXPECT_EQ(intervals[2].high, 1);
}

TEST(BootstrapMeans, IsTheSameForTheSameSeed) {
  const auto at = [](uint64_t seed) {
    ChaCha20Source random(seed);
    return BootstrapMeans(Hits(3, 10), 1, {.resamples = 100}, random).value()[0].low;
  };
  EXPECT_EQ(at(1), at(1));
}

TEST(BootstrapMeans, RefusesWhatIsNoTable) {
  ChaCha20Source random(1);
  const std::vector<double> three = {1, 2, 3};
  EXPECT_FALSE(BootstrapMeans({}, 1, {}, random).ok());
  EXPECT_FALSE(BootstrapMeans(three, 0, {}, random).ok());
  EXPECT_FALSE(BootstrapMeans(three, 2, {}, random).ok());
  EXPECT_FALSE(BootstrapMeans(three, 1, {.resamples = 0}, random).ok());
  EXPECT_FALSE(BootstrapMeans(three, 1, {.confidence = 1}, random).ok());
}

}  // namespace
}  // namespace sotto::recommend
