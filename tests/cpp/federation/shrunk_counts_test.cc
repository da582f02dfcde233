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

std::vector<double> Alike(size_t count) {
  return std::vector<double>(count, 200);
}

TEST(ShrunkCounts, ShrinksWhatIsInTheNoiseAndKeepsWhatStandsOut) {
  const auto shrunk = ShrunkCounts(NoisyCounts(), 10'000, Alike(1000));
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
  const auto shrunk = ShrunkCounts(noisy, 10'000, Alike(1000));
  EXPECT_GE(*std::ranges::min_element(shrunk), 0);
  std::vector<size_t> order(noisy.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, {}, [&](size_t i) { return noisy[i]; });
  for (size_t i = 1; i < order.size(); ++i) EXPECT_LE(shrunk[order[i - 1]], shrunk[order[i]] + 1e-9);
}

TEST(ShrunkCounts, TakesCountsWithoutNoiseAsTheyAre) {
  EXPECT_EQ(ShrunkCounts(std::vector<int64_t>{3, -1, 0}, 0, Alike(3)), (std::vector<double>{3, 0, 0}));
  EXPECT_TRUE(ShrunkCounts({}, 1, {}).empty());
}

TEST(ShrunkCounts, IsFiniteForCountsFarBelowZero) {
  const std::vector<int64_t> counts = {-1'000'000, -2'000'000};
  const auto shrunk = ShrunkCounts(counts, 1, Alike(2));
  for (const double one : shrunk) {
    EXPECT_TRUE(std::isfinite(one) && one >= 0);
  }
}

TEST(ShrunkCounts, ExpectsOfAnItemWhatItsKindHas) {
  // 500 items of one kind that 100 took and 500 of another that 10 took, with noise of deviation 100.
  ChaCha20Source random(3);
  auto noisy = privacy::NoiseVector({10'000, 1}, 1000, random).value();
  recommend::Matrix kinds = recommend::Matrix::Zero(1000, 2);
  for (size_t i = 0; i < noisy.size(); ++i) {
    noisy[i] += i < 500 ? 100 : 10;
    kinds(static_cast<Eigen::Index>(i), i < 500 ? 0 : 1) = 1;
  }
  const auto expected = ExpectedCounts(noisy, kinds);
  EXPECT_NEAR(expected[0], 100, 20);
  EXPECT_NEAR(expected[999], 10, 20);
  const auto off = [&](const std::vector<double>& counts) {
    double squares = 0;
    for (size_t i = 0; i < counts.size(); ++i) squares += std::pow(counts[i] - (i < 500 ? 100 : 10), 2);
    return std::sqrt(squares / 1000);
  };
  EXPECT_LT(off(ShrunkCounts(noisy, 10'000, expected)), 0.6 * off(ShrunkCounts(noisy, 10'000, Alike(1000))));
}

TEST(ExpectedCounts, AreTheMeanWhereNothingIsKnown) {
  const std::vector<int64_t> noisy = {10, 20, 60};
  EXPECT_EQ(ExpectedCounts(noisy, recommend::Matrix::Zero(3, 2)), (std::vector<double>{30, 30, 30}));
}

}  // namespace
}  // namespace sotto::federation
