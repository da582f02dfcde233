#include "sotto/privacy/discrete_gaussian.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>
#include <vector>

#include "privacy/goodness.h"
#include "sotto/base/random.h"
#include "sotto/privacy/bernoulli_exp.h"

namespace sotto::privacy {
namespace {

constexpr int kSamples = 1'000'000;

Counts Histogram(Rational sigma_squared, uint64_t seed, int samples) {
  const auto gaussian = DiscreteGaussian::Create(sigma_squared);
  EXPECT_TRUE(gaussian.ok());
  ChaCha20Source random(seed);
  Counts counts;
  for (int i = 0; i < samples; ++i) ++counts[gaussian.value().Sample(random).value()];
  return counts;
}

class DiscreteGaussianShape : public testing::TestWithParam<Rational> {};

// One histogram, three measures of it; the moments' bounds are five deviations.
TEST_P(DiscreteGaussianShape, AgreesWithTheDefinitionOnAMillionSamples) {
  const Reference reference(GetParam());
  const Counts counts = Histogram(GetParam(), 20260101, kSamples);
  const Fit chi_squared = ChiSquared(counts, reference);
  EXPECT_LE(chi_squared.statistic, chi_squared.threshold);
  const Fit kolmogorov = KolmogorovSmirnov(counts, reference);
  EXPECT_LE(kolmogorov.statistic, kolmogorov.threshold);

  long double expected_variance = 0;
  long double expected_fourth = 0;
  for (int64_t x = -reference.reach; x <= reference.reach; ++x) {
    const auto square = static_cast<long double>(x) * x;
    expected_variance += reference(x) * square;
    expected_fourth += reference(x) * square * square;
  }
  long double sum = 0;
  long double squares = 0;
  for (const auto& [x, count] : counts) {
    sum += static_cast<long double>(x) * count;
    squares += static_cast<long double>(x) * x * count;
  }
  const double tolerance_of_mean = 5 * std::sqrt(static_cast<double>(expected_variance) / kSamples);
  EXPECT_NEAR(static_cast<double>(sum / kSamples), 0, tolerance_of_mean);
  const long double spread = expected_fourth - expected_variance * expected_variance;
  EXPECT_NEAR(static_cast<double>(squares / kSamples), static_cast<double>(expected_variance),
              5 * std::sqrt(static_cast<double>(spread) / kSamples));
}

INSTANTIATE_TEST_SUITE_P(Sigmas, DiscreteGaussianShape,
                         testing::Values(Rational{1, 10}, Rational{1, 1}, Rational{41, 3}, Rational{20'000, 7},
                                         Rational{1'000'000, 1},
                                         // Nearly 1, with the largest parts that are allowed.
                                         Rational{4'294'967'295, 4'294'967'294}),
                         [](const auto& sigma) {
                           return std::to_string(sigma.param.numerator) + "over" +
                                  std::to_string(sigma.param.denominator);
                         });

// What the two tests above are worth: a sampler that is slightly wrong does not pass them.
TEST(Goodness, SeesASigmaThatIsTwoAndAHalfPercentOff) {
  const Rational sigma_squared{41, 3};
  const long double variance = 41.0L / 3;
  const Counts counts = Histogram(sigma_squared, 20260102, kSamples);
  EXPECT_TRUE(ChiSquared(counts, Reference(variance)).good());
  EXPECT_TRUE(KolmogorovSmirnov(counts, Reference(variance)).good());
  for (const long double off : {0.975L, 1.025L}) {
    const Reference other(variance * off * off);
    EXPECT_FALSE(ChiSquared(counts, other).good()) << off;
    EXPECT_FALSE(KolmogorovSmirnov(counts, other).good()) << off;
  }
}

TEST(Goodness, SeesAContinuousGaussianThatIsRoundedAndAZeroThatIsCountedTwice) {
  const Reference reference(Rational{1, 2});
  const auto samples = static_cast<double>(kSamples);
  Counts rounded;
  Counts doubled;
  const double zero_again = static_cast<double>(reference(0));
  for (int64_t x = -reference.reach; x <= reference.reach; ++x) {
    // Phi((x + 1/2) / sigma) - Phi((x - 1/2) / sigma), and sigma sqrt(2) = 1.
    const auto at = static_cast<double>(x);
    rounded[x] = std::llround(samples * (std::erf(at + 0.5) - std::erf(at - 0.5)) / 2);
    doubled[x] = std::llround(samples * static_cast<double>(reference(x)) * (x == 0 ? 2 : 1) / (1 + zero_again));
  }
  for (const Counts& counts : {rounded, doubled}) {
    EXPECT_FALSE(ChiSquared(counts, reference).good());
    EXPECT_FALSE(KolmogorovSmirnov(counts, reference).good());
  }
}

TEST(DiscreteGaussian, HasTheVarianceOfTheLargestSigmaThatIsAllowed) {
  const auto gaussian = DiscreteGaussian::Create({kMaxRationalPart, 1}).value();
  ChaCha20Source random(7);
  constexpr int kFew = 100'000;
  double squares = 0;
  for (int i = 0; i < kFew; ++i) {
    const auto x = static_cast<double>(gaussian.Sample(random).value());
    squares += x * x;
  }
  const double variance = 4294967295.0;
  EXPECT_NEAR(squares / kFew, variance, 5 * variance * std::sqrt(2.0 / kFew));
}

TEST(DiscreteGaussian, IsAlmostAlwaysZeroForTheSmallestSigma) {
  const auto counts = Histogram({1, kMaxRationalPart}, 3, 10'000);
  EXPECT_EQ(counts.at(0), 10'000);
}

TEST(DiscreteGaussian, GivesTheSameSamplesForTheSameSeedOnEveryPlatform) {
  const auto gaussian = DiscreteGaussian::Create({200, 3}).value();
  ChaCha20Source random(42);
  std::vector<int64_t> samples;
  for (int i = 0; i < 16; ++i) samples.push_back(gaussian.Sample(random).value());
  // The same from a program with big integers and fractions that follows the paper's pseudocode.
  const std::vector<int64_t> golden = {-10, -4, 6, 2, 4, 4, 9, -18, -18, -3, 4, -2, 5, -4, -1, 1};
  EXPECT_EQ(samples, golden);
}

TEST(DiscreteGaussian, DependsOnTheValueOfTheRationalAndNotOnItsForm) {
  const auto one = DiscreteGaussian::Create({3, 2}).value();
  const auto other = DiscreteGaussian::Create({300, 200}).value();
  EXPECT_EQ(one.sigma_squared(), other.sigma_squared());
  ChaCha20Source first(5);
  ChaCha20Source second(5);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.Sample(first).value(), other.Sample(second).value());
}

TEST(DiscreteGaussian, RefusesPartsOutsideTheirRange) {
  for (const Rational bad : {Rational{0, 1}, Rational{1, 0}, Rational{kMaxRationalPart + 1, 1},
                             Rational{1, kMaxRationalPart + 1}, Rational{UINT64_MAX, UINT64_MAX}}) {
    const auto gaussian = DiscreteGaussian::Create(bad);
    ASSERT_FALSE(gaussian.ok());
    EXPECT_EQ(gaussian.error().code, ErrorCode::kInvalidArgument);
  }
}

class BrokenSource final : public RandomSource {
 public:
  Status Fill(std::span<uint8_t>) override { return Error{ErrorCode::kUnavailable, "no random bytes here.", ""}; }
};

class ConstantSource final : public RandomSource {
 public:
  explicit ConstantSource(uint8_t byte) : byte_(byte) {}
  Status Fill(std::span<uint8_t> out) override {
    std::fill(out.begin(), out.end(), byte_);
    return {};
  }

 private:
  uint8_t byte_;
};

TEST(DiscreteGaussian, PassesOnTheErrorOfItsRandomSource) {
  BrokenSource random;
  const auto sample = DiscreteGaussian::Create({4, 1}).value().Sample(random);
  ASSERT_FALSE(sample.ok());
  EXPECT_EQ(sample.error().message, "no random bytes here.");
}

TEST(DiscreteGaussian, RefusesASourceThatIsStuckInsteadOfLoopingForEver) {
  for (const int byte : {0x00, 0xFF}) {
    ConstantSource random(static_cast<uint8_t>(byte));
    const auto sample = DiscreteGaussian::Create({4, 1}).value().Sample(random);
    ASSERT_FALSE(sample.ok()) << byte;
    EXPECT_EQ(sample.error().code, ErrorCode::kUnavailable);
  }
}

TEST(UniformBelow, ReachesEveryValueEquallyOften) {
  ChaCha20Source random(11);
  std::vector<int> counts(6, 0);
  for (int i = 0; i < 600'000; ++i) ++counts[static_cast<size_t>(UniformBelow(6, random).value())];
  for (const int count : counts) EXPECT_NEAR(count, 100'000, 5 * std::sqrt(100'000 * 5.0 / 6));
}

TEST(UniformBelow, StaysBelowABoundThatIsWiderThan64Bits) {
  ChaCha20Source random(12);
  const Uint128 bound = (Uint128{5} << 90) + 3;
  int upper_half = 0;
  for (int i = 0; i < 100'000; ++i) {
    const Uint128 value = UniformBelow(bound, random).value();
    ASSERT_TRUE(value < bound);
    upper_half += value >= bound / 2 ? 1 : 0;
  }
  EXPECT_NEAR(upper_half, 50'000, 5 * std::sqrt(25'000.0));
}

class BernoulliExpProbability : public testing::TestWithParam<std::tuple<uint64_t, uint64_t>> {};

TEST_P(BernoulliExpProbability, IsTheExponential) {
  const auto [numerator, denominator] = GetParam();
  ChaCha20Source random(13);
  constexpr int kTosses = 400'000;
  int heads = 0;
  for (int i = 0; i < kTosses; ++i) heads += BernoulliExp(numerator, denominator, random).value() ? 1 : 0;
  const double p = std::exp(-static_cast<double>(numerator) / static_cast<double>(denominator));
  EXPECT_NEAR(heads, kTosses * p, 5 * std::sqrt(kTosses * p * (1 - p)));
}

INSTANTIATE_TEST_SUITE_P(Exponents, BernoulliExpProbability,
                         testing::Values(std::tuple{0, 1}, std::tuple{1, 3}, std::tuple{1, 1}, std::tuple{7, 2},
                                         std::tuple{4, 1}, std::tuple{999'999'937, 1'000'000'007}));

}  // namespace
}  // namespace sotto::privacy
