#include "sotto/federation/shrunk_counts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sotto/base/random.h"
#include "sotto/privacy/noise.h"

namespace sotto::federation {
namespace {

// 900 items that 10 took and 100 that 2,000 took, with noise of deviation 100.
std::vector<int64_t> NoisyCounts() {
  ChaCha20Source random(1);
  auto counts = privacy::NoiseVector({10'000, 1}, 1000, random).value();
  for (size_t i = 0; i < counts.size(); ++i) counts[i] += i < 100 ? 2000 : 10;
  return counts;
}

TEST(ShrunkCounts, ShrinksWhatIsInTheNoiseAndKeepsWhatStandsOut) {
  const auto shrunk = ShrunkCounts(NoisyCounts(), 10'000);
  const auto mean = [&](size_t begin, size_t end) {
    return std::accumulate(shrunk.begin() + static_cast<ptrdiff_t>(begin), shrunk.begin() + static_cast<ptrdiff_t>(end),
                           0.0) /
           static_cast<double>(end - begin);
  };
  EXPECT_NEAR(mean(0, 100), 2000, 30);
  EXPECT_NEAR(mean(100, 1000), 10, 10);
  double squares = 0;
  for (size_t i = 100; i < 1000; ++i) squares += (shrunk[i] - 10) * (shrunk[i] - 10) / 900;
  EXPECT_LT(std::sqrt(squares), 30);  // of the noise's 100
}

TEST(ShrunkCounts, KeepsTheOrderAndIsNeverNegative) {
  const auto noisy = NoisyCounts();
  const auto shrunk = ShrunkCounts(noisy, 10'000);
  EXPECT_GE(*std::ranges::min_element(shrunk), 0);
  std::vector<size_t> order(noisy.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return noisy[i]; });
  for (size_t i = 1; i < order.size(); ++i) EXPECT_LE(shrunk[order[i - 1]], shrunk[order[i]] + 1e-9);
}

TEST(ShrunkCounts, TakesCountsWithoutNoiseAsTheyAre) {
  EXPECT_EQ(ShrunkCounts(std::vector<int64_t>{3, -1, 0}, 0), (std::vector<double>{3, 0, 0}));
  EXPECT_TRUE(ShrunkCounts({}, 1).empty());
}

TEST(ShrunkCounts, IsFiniteForCountsFarBelowZero) {
  for (const double one : ShrunkCounts(std::vector<int64_t>{-1'000'000, -2'000'000}, 1)) {
    EXPECT_TRUE(std::isfinite(one) && one >= 0);
  }
}

}  // namespace
}  // namespace sotto::federation
