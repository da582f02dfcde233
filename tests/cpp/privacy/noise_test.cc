#include "sotto/privacy/noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "privacy/goodness.h"

namespace sotto::privacy {
namespace {

TEST(NoiseVector, IsWhatTheSamplerGivesOneAfterTheOther) {
  const Rational sigma_squared{200, 3};
  ChaCha20Source one(1);
  ChaCha20Source other(1);
  const auto gaussian = DiscreteGaussian::Create(sigma_squared).value();
  const auto noise = NoiseVector(sigma_squared, 1'000, one).value();
  ASSERT_EQ(noise.size(), 1'000U);
  for (const int64_t sample : noise) ASSERT_EQ(sample, gaussian.Sample(other).value());
}

TEST(NoiseVector, HasTheDistributionInEveryEntryAndNoMemory) {
  const Rational sigma_squared{7, 2};
  const Reference reference(sigma_squared);
  ChaCha20Source random(2);
  constexpr size_t kEntries = 8'256;
  constexpr size_t kVectors = 121;  // a million samples
  Counts counts;
  double neighbours = 0;
  for (size_t i = 0; i < kVectors; ++i) {
    const auto noise = NoiseVector(sigma_squared, kEntries, random).value();
    for (size_t entry = 0; entry < kEntries; ++entry) {
      ++counts[noise[entry]];
      if (entry > 0) neighbours += static_cast<double>(noise[entry] * noise[entry - 1]);
    }
  }
  EXPECT_TRUE(ChiSquared(counts, reference).good());
  EXPECT_TRUE(KolmogorovSmirnov(counts, reference).good());
  constexpr double kPairs = (kEntries - 1) * kVectors;
  EXPECT_NEAR(neighbours / kPairs, 0, 5 * 3.5 / std::sqrt(kPairs));
}

TEST(NoiseVector, IsFreshForEachVector) {
  ChaCha20Source random(3);
  EXPECT_NE(NoiseVector({100, 1}, 50, random).value(), NoiseVector({100, 1}, 50, random).value());
  OsRandomSource system;
  EXPECT_NE(NoiseVector({100, 1}, 50, system).value(), NoiseVector({100, 1}, 50, system).value());
}

TEST(NoiseVector, AsksItsSourceForWholePieces) {
  class Counting final : public RandomSource {
   public:
    Status Fill(std::span<uint8_t> out) override {
      EXPECT_EQ(out.size(), 256U);
      ++calls;
      return rest_.Fill(out);
    }
    int calls = 0;

   private:
    ChaCha20Source rest_{4};
  } random;
  ASSERT_TRUE(NoiseVector({100, 1}, 1'000, random).ok());
  EXPECT_GT(random.calls, 10);
}

TEST(NoiseVector, RefusesWhatItCannotDraw) {
  class Broken final : public RandomSource {
   public:
    Status Fill(std::span<uint8_t>) override { return Error{ErrorCode::kUnavailable, "no random bytes here.", ""}; }
  } broken;
  ChaCha20Source random(5);
  EXPECT_EQ(NoiseVector({1, 1}, 3, broken).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(NoiseVector({0, 1}, 3, random).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(NoiseVector({1, 0}, 0, random).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(NoiseVector({1, 1}, (size_t{1} << 24) + 1, random).error().code, ErrorCode::kResourceExhausted);
  EXPECT_TRUE(NoiseVector({1, 1}, 0, random).value().empty());
}

}  // namespace
}  // namespace sotto::privacy
