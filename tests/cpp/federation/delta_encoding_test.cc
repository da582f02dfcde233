#include "sotto/federation/delta_encoding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "sotto/base/bytes.h"
#include "sotto/base/fnv1a.h"

namespace sotto::federation {
namespace {

// Steps of 1/32 of the clip; see ValidateDelta for the bits.
SplitDelta Delta(uint32_t dimension, uint32_t bits) {
  return {.model = "m1", .dimension = dimension, .clip = 2, .entry_bits = bits, .step = 1.0 / 16, .rotation_seed = 4};
}

double Norm(const std::vector<float>& numbers) {
  double squares = 0;
  for (const float number : numbers) squares += static_cast<double>(number) * static_cast<double>(number);
  return std::sqrt(squares);
}

// Of that norm, in a random direction.
std::vector<float> Change(uint32_t dimension, double norm, uint64_t seed) {
  ChaCha20Source random(seed);
  std::vector<float> change(dimension);
  for (float& number : change) number = static_cast<float>(static_cast<double>(random.Below(2000).value()) - 999.5);
  const double scale = norm / Norm(change);
  for (float& number : change) number = static_cast<float>(static_cast<double>(number) * scale);
  return change;
}

std::vector<int64_t> Steps(const SplitDelta& delta, const std::vector<uint64_t>& encoded) {
  std::vector<int64_t> steps;
  for (const uint64_t entry : encoded)
    steps.push_back(static_cast<int64_t>(entry) - (int64_t{1} << (delta.entry_bits - 1)));
  return steps;
}

uint64_t SquaredNorm(const std::vector<int64_t>& steps) {
  uint64_t squares = 0;
  for (const int64_t step : steps) squares += static_cast<uint64_t>(step * step);
  return squares;
}

std::vector<int64_t> SumOf(const std::vector<uint64_t>& encoded) {
  return {encoded.begin(), encoded.end()};
}

TEST(DeltaNormBound, IsTheSmallerOfThePapersTwoBounds) {
  // 3 steps in 4 entries: (3 + 2)^2 = 25, and 9 + 1 + 3 + 1 = 14.
  EXPECT_EQ(DeltaNormBound({.model = "m", .dimension = 4, .clip = 3, .entry_bits = 3, .step = 1}), 14U);
  // 1 step in 1 entry: (1 + 1)^2 = 4, and 1 + 1/4 + 1 + 1/2 = 2.75.
  EXPECT_EQ(DeltaNormBound({.model = "m", .dimension = 1, .clip = 1, .entry_bits = 3, .step = 1}), 2U);
  EXPECT_EQ(DeltaEntries(Delta(72, 6)), 128U);
  EXPECT_EQ(DeltaNormBound(Delta(72, 6)), 1'093U);  // 1024 + 32 + 32 + 5.66
}

TEST(EncodeDelta, TurnsNoChangeIntoNoSteps) {
  const SplitDelta delta = Delta(72, 6);
  ChaCha20Source random(1);
  EXPECT_EQ(EncodeDelta(delta, std::vector<float>(72, 0), random).value(), std::vector<uint64_t>(128, 32));
}

RC_GTEST_PROP(EncodeDelta, StaysWithinItsNormAndItsRange, (uint64_t seed)) {
  const auto dimension = *rc::gen::inRange<uint32_t>(1, 300);
  SplitDelta delta = Delta(dimension, 8);
  delta.rotation_seed = seed;
  // Up to a hundred times what it is clipped to.
  const double norm = *rc::gen::inRange(0, 2000) / 10.0 + 0.01;
  ChaCha20Source random(seed);
  const auto encoded = EncodeDelta(delta, Change(dimension, norm, seed), random).value();
  RC_ASSERT(encoded.size() == DeltaEntries(delta));
  RC_ASSERT(*std::max_element(encoded.begin(), encoded.end()) <= 255U);
  RC_ASSERT(SquaredNorm(Steps(delta, encoded)) <= DeltaNormBound(delta));
}

// Bytes that were chosen for the first draw, then those of a seed.
class FirstAllUp final : public RandomSource {
 public:
  Status Fill(std::span<uint8_t> out) override {
    ++draws;
    if (draws > 1) return rest_.Fill(out);
    std::ranges::fill(out, 0);
    return {};
  }
  int draws = 0;

 private:
  ChaCha20Source rest_{9};
};

class AllUp final : public RandomSource {
 public:
  Status Fill(std::span<uint8_t> out) override {
    std::ranges::fill(out, 0);
    return {};
  }
};

// 16 steps in 1,024 entries, and a change of which every entry is half a step: rounded up, its squared norm is 1,024,
// on average 512, and the bound is 256 + 256 + 16 + 16 = 544.
struct Halves {
  SplitDelta delta{.model = "m1", .dimension = 1024, .clip = 2, .entry_bits = 6, .step = 1.0 / 8, .rotation_seed = 4};
  std::vector<float> change = DecodeDelta(delta, std::vector<int64_t>(1024, 2 * 32 + 1), 2).value();
};

TEST(EncodeDelta, DrawsAgainWhatWasRoundedBeyondTheBound) {
  const Halves halves;
  ASSERT_EQ(DeltaNormBound(halves.delta), 544U);
  FirstAllUp random;
  const auto encoded = EncodeDelta(halves.delta, halves.change, random).value();
  EXPECT_GE(random.draws, 2);
  EXPECT_LE(SquaredNorm(Steps(halves.delta, encoded)), 544U);
  AllUp stuck;
  EXPECT_EQ(EncodeDelta(halves.delta, halves.change, stuck).error().code, ErrorCode::kUnavailable);
}

TEST(EncodeDelta, NeedsFewDraws) {
  const Halves halves;
  class Counting final : public RandomSource {
   public:
    Status Fill(std::span<uint8_t> out) override {
      ++draws;
      return rest_.Fill(out);
    }
    int draws = 0;

   private:
    ChaCha20Source rest_{10};
  } random;
  constexpr int kRuns = 300;
  for (int run = 0; run < kRuns; ++run) {
    ASSERT_TRUE(EncodeDelta(halves.delta, halves.change, random).ok());
  }
  EXPECT_LT(random.draws, 3 * kRuns);  // 1 / (1 - beta) = 2.54 at most
}

TEST(DecodeDelta, GivesTheMeanOfManyChangesBack) {
  const SplitDelta delta = Delta(72, 6);
  ChaCha20Source random(6);
  constexpr int kDevices = 2'000;
  std::vector<int64_t> sums(128, 0);
  std::vector<double> mean(72, 0);
  for (uint64_t device = 0; device < kDevices; ++device) {
    const auto change = Change(72, 1.9, device);
    for (size_t i = 0; i < 72; ++i) mean[i] += static_cast<double>(change[i]) / kDevices;
    const auto encoded = EncodeDelta(delta, change, random).value();
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<int64_t>(encoded[i]);
  }
  const auto decoded = DecodeDelta(delta, sums, kDevices).value();
  // Rounding has at most half a step of deviation; the rotation keeps it.
  const double tolerance = 5 * delta.step / 2 / std::sqrt(kDevices);
  for (size_t i = 0; i < 72; ++i) EXPECT_NEAR(static_cast<double>(decoded[i]), mean[i], tolerance) << i;
}

TEST(EncodeDelta, ClipsAChangeToItsDirection) {
  SplitDelta delta = Delta(50, 16);
  delta.step = 1.0 / 1024;  // 2,048 steps
  ChaCha20Source random(7);
  const auto change = Change(50, 30, 8);
  const auto decoded = DecodeDelta(delta, SumOf(EncodeDelta(delta, change, random).value()), 1).value();
  for (size_t i = 0; i < 50; ++i) {
    EXPECT_NEAR(static_cast<double>(decoded[i]), static_cast<double>(change[i]) / 15, 6 * delta.step) << i;
  }
}

TEST(EncodeDelta, SpreadsAChangeOfOneParameterOverAllEntries) {
  const SplitDelta delta = Delta(64, 6);
  std::vector<float> change(64, 0);
  change[17] = 2;
  ChaCha20Source random(8);
  const auto steps = Steps(delta, EncodeDelta(delta, change, random).value());
  for (const int64_t step : steps) EXPECT_EQ(std::abs(step), 4);
}

TEST(EncodeDelta, HasOtherSignsForAnotherSeed) {
  SplitDelta delta = Delta(64, 6);
  std::vector<float> change(64, 0.25);
  ChaCha20Source random(9);
  const auto one = EncodeDelta(delta, change, random).value();
  delta.rotation_seed = 5;
  EXPECT_NE(EncodeDelta(delta, change, random).value(), one);
}

// Somebody who knows the signs can make a change that the rotation gathers into one entry.
TEST(EncodeDelta, ClampsAnEntryBeyondTheRangeWithoutMakingTheNormLarger) {
  const SplitDelta delta = Delta(128, 6);
  for (const int64_t sign : {1, -1}) {
    std::vector<int64_t> one_entry(128, 32);
    one_entry[3] += sign * 32;  // the whole clip, one more than the range has upwards
    auto change = DecodeDelta(delta, one_entry, 1).value();
    ASSERT_NEAR(Norm(change), 2, 1e-5);
    for (float& number : change) number *= 2;  // beyond the clip, so that no rounding of floats falls short of it
    ChaCha20Source random(10);
    const auto steps = Steps(delta, EncodeDelta(delta, change, random).value());
    EXPECT_EQ(steps[3], sign > 0 ? 31 : -32);
    EXPECT_LE(SquaredNorm(steps), DeltaNormBound(delta));
  }
}

TEST(ValidateDelta, AsksForTheBitsThatTheClipNeeds) {
  // 32 steps in 128 entries: sqrt(2 ln(256,000) / 128) x 32 = 14.1, so 15 must fit.
  EXPECT_FALSE(ValidateDelta(Delta(128, 4)).ok());
  EXPECT_TRUE(ValidateDelta(Delta(128, 5)).ok());
  // In one entry the whole clip must fit.
  EXPECT_FALSE(ValidateDelta(Delta(1, 6)).ok());
  EXPECT_TRUE(ValidateDelta(Delta(1, 7)).ok());
}

TEST(ValidateDelta, HoldsItsPromiseOfAtMostOneChangeInAThousand) {
  // As many steps as 5 bits may hold: 15 / 0.441.
  SplitDelta delta = Delta(128, 5);
  delta.step = delta.clip / 33.9;
  ASSERT_TRUE(ValidateDelta(delta).ok());
  ChaCha20Source random(11);
  int clamped = 0;
  constexpr int kRuns = 3'000;
  for (uint64_t run = 0; run < kRuns; ++run) {
    // One or few parameters change, which is worst; the signs are new for each.
    delta.rotation_seed = run;
    std::vector<float> change(128, 0);
    for (size_t i = 0; i < 1 + run % 40; ++i) change[i * 3] = 1;
    const auto steps = Steps(delta, EncodeDelta(delta, change, random).value());
    clamped += std::ranges::any_of(steps, [](int64_t step) { return step == 15 || step == -16; }) ? 1 : 0;
  }
  EXPECT_LE(clamped, 3 + 5 * 2);  // five deviations above 3
}

TEST(EncodeDelta, AndDecodeDeltaGiveTheSameBitsOnEveryPlatform) {
  const SplitDelta delta = Delta(72, 6);
  ChaCha20Source random(13);
  const auto encoded = EncodeDelta(delta, Change(72, 3, 14), random).value();
  ByteWriter bits;
  for (const uint64_t entry : encoded) bits.U64(entry);
  const auto decoded = DecodeDelta(delta, SumOf(encoded), 3).value();
  for (const float number : decoded) bits.F32(number);
  EXPECT_EQ(Fnv1a64(bits.bytes()), 8594277878008526963U);
}

TEST(EncodeDelta, RefusesNumbersThatAreNoneAndOtherSizes) {
  const SplitDelta delta = Delta(4, 7);
  ChaCha20Source random(12);
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                          -std::numeric_limits<float>::infinity()}) {
    EXPECT_EQ(EncodeDelta(delta, std::vector<float>{0, 1, bad, 0}, random).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_EQ(EncodeDelta(delta, std::vector<float>(3), random).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(EncodeDelta(delta, std::vector<float>(5), random).error().code, ErrorCode::kInvalidArgument);
  // The largest floats there are only clipped.
  EXPECT_TRUE(EncodeDelta(delta, std::vector<float>(4, std::numeric_limits<float>::max()), random).ok());
}

TEST(DecodeDelta, RefusesWhatIsNoSum) {
  const SplitDelta delta = Delta(4, 7);
  const auto code = [&](const std::vector<int64_t>& sums, uint64_t count) {
    return DecodeDelta(delta, sums, count).error().code;
  };
  EXPECT_EQ(code({1, 2, 3}, 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({1, 2, 3, 4}, 0), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({1, 2, 3, 4}, kMaxReports + 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({1, 2, 3, int64_t{1} << 62}, 1), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({1, 2, 3, std::numeric_limits<int64_t>::min()}, 1), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::federation
