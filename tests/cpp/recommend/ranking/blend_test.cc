#include "sotto/recommend/ranking/blend.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>

#include "sotto/base/deterministic_math.h"
#include "sotto/base/fnv1a.h"

namespace sotto::recommend {
namespace {

constexpr auto kBias = static_cast<size_t>(Feature::kBias);
constexpr auto kContent = static_cast<size_t>(Feature::kContent);

FeatureValues Values(float content) {
  FeatureValues values{};
  values[kBias] = 1;
  values[kContent] = content;
  return values;
}

Bytes Resealed(Bytes file) {
  file.resize(file.size() - 8);
  ByteWriter writer;
  writer.Append(file);
  writer.U64(Fnv1a64(file));
  return writer.Release();
}

TEST(Blend, BeginsAtThePrior) {
  const Blend blend;
  EXPECT_EQ(blend.examples(), 0U);
  for (size_t i = 0; i < kFeatures; ++i) {
    EXPECT_EQ(blend.means()[i], PriorOf(static_cast<Feature>(i)).mean);
    EXPECT_EQ(blend.precisions()[i], PriorOf(static_cast<Feature>(i)).precision);
  }
}

TEST(Blend, FindsTheModeWhereTheGradientIsZero) {
  // d/dw of the negative log-posterior: q (w - m) - importance (target - p(w)) x, for each weight.
  for (const auto& [content, target, importance] : {std::tuple{0.5F, 1.0, 1.0}, std::tuple{-1.0F, 0.0, 1.0},
                                                    std::tuple{1.0F, 0.3, 1.0}, std::tuple{0.8F, 0.0, 5.0}}) {
    Blend blend;
    const Weights before = blend.means();
    const Weights precisions = blend.precisions();
    const FeatureValues values = Values(content);
    blend.Learn(values, target, importance);
    const double p = Sigmoid(Logit(blend.means(), values));
    for (size_t i = 0; i < kFeatures; ++i) {
      const double gradient =
          precisions[i] * (blend.means()[i] - before[i]) - importance * (target - p) * static_cast<double>(values[i]);
      EXPECT_NEAR(gradient, 0, 1e-9) << i;
      const double grown = importance * p * (1 - p) * static_cast<double>(values[i]) * static_cast<double>(values[i]);
      EXPECT_NEAR(blend.precisions()[i], precisions[i] + grown, 1e-9) << i;
    }
  }
}

TEST(Blend, LeavesTheWeightOfAFeatureThatWasNotThere) {
  Blend blend;
  blend.Learn(Values(0), 1, 1);
  EXPECT_EQ(blend.means()[kContent], PriorOf(Feature::kContent).mean);
  EXPECT_EQ(blend.precisions()[kContent], PriorOf(Feature::kContent).precision);
  EXPECT_GT(blend.means()[kBias], PriorOf(Feature::kBias).mean);
}

TEST(Blend, RecoversTheWeightsThatMadeTheClicks) {
  // 4,000 viewers' clicks drawn from known weights, opposite to the prior in one of them.
  ChaCha20Source random(11);
  Blend blend;
  const auto uniform = [&random] { return static_cast<double>(random.U64().value() >> 11) * 0x1p-53; };
  for (int i = 0; i < 4000; ++i) {
    const FeatureValues values = Values(static_cast<float>(2 * uniform() - 1));
    const double p = Sigmoid(-1.0 - 2.0 * static_cast<double>(values[kContent]));
    blend.Learn(values, uniform() < p ? 1 : 0, 1);
  }
  EXPECT_NEAR(blend.means()[kBias], -1, 0.25);
  EXPECT_NEAR(blend.means()[kContent], -2, 0.35);
}

RC_GTEST_PROP(Blend, StaysWithinItsRangeAndIsReadAsItWasWritten, (uint64_t seed)) {
  ChaCha20Source random(seed);
  Blend blend;
  for (int i = 0; i < 300; ++i) {
    FeatureValues values{};
    for (float& value : values) value = static_cast<float>(random.Below(2001).value()) / 1000 - 1;
    blend.Learn(values, static_cast<double>(random.Below(2).value()),
                static_cast<double>(random.Below(100).value() + 1));
  }
  for (size_t i = 0; i < kFeatures; ++i) {
    RC_ASSERT(std::fabs(blend.means()[i]) <= Blend::kMaxWeight);
    RC_ASSERT(blend.precisions()[i] >= PriorOf(static_cast<Feature>(i)).precision);
    RC_ASSERT(blend.precisions()[i] <= Blend::kMaxPrecision);
  }
  const auto read = Blend::Read(blend.Write());
  RC_ASSERT(read.ok());
  RC_ASSERT(read.value() == blend);
}

TEST(Blend, DrawsTheSameWeightsForTheSameSeedAndOthersForOthers) {
  const Blend blend;
  EXPECT_EQ(blend.Draw(1), blend.Draw(1));
  EXPECT_NE(blend.Draw(1), blend.Draw(2));
}

TEST(Blend, DrawsFromAGaussianOfTheMeanAndPrecision) {
  const Blend blend;
  constexpr int kDraws = 4000;
  for (const size_t i : {kBias, kContent}) {
    double sum = 0;
    double squares = 0;
    int beyond = 0;
    for (uint64_t seed = 0; seed < kDraws; ++seed) {
      const double z = (blend.Draw(seed)[i] - blend.means()[i]) * std::sqrt(blend.precisions()[i]);
      sum += z;
      squares += z * z;
      if (std::fabs(z) > 1.96) ++beyond;
    }
    EXPECT_NEAR(sum / kDraws, 0, 0.06);
    EXPECT_NEAR(squares / kDraws, 1, 0.08);
    EXPECT_NEAR(static_cast<double>(beyond) / kDraws, 0.05, 0.015);
  }
}

TEST(Blend, RefusesAFileThatIsDamagedOrOfAnotherKind) {
  const Bytes file = Blend().Write();
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_FALSE(Blend::Read(ByteSpan(file).first(size)).ok()) << size;
  }
  for (size_t i = 0; i < file.size(); ++i) {
    Bytes changed = file;
    changed[i] ^= 1;
    EXPECT_FALSE(Blend::Read(changed).ok()) << i;
  }
  Bytes longer = file;
  longer.push_back(0);
  EXPECT_EQ(Blend::Read(longer).error().code, ErrorCode::kMalformed);
  Bytes version = file;
  version[4] = 2;
  EXPECT_EQ(Blend::Read(Resealed(version)).error().code, ErrorCode::kUnsupportedVersion);
  Bytes features = file;
  features[6] = 3;
  EXPECT_EQ(Blend::Read(Resealed(features)).error().code, ErrorCode::kUnsupportedVersion);
}

TEST(Blend, RefusesWeightsThatLearningNeverMakes) {
  const auto with = [](size_t at, double value) {
    Bytes file = Blend().Write();
    ByteWriter writer;
    writer.U64(std::bit_cast<uint64_t>(value));
    std::ranges::copy(writer.bytes(), file.begin() + static_cast<ptrdiff_t>(at));
    return Blend::Read(Resealed(file));
  };
  constexpr size_t kMean = 16;
  constexpr size_t kPrecision = 24;
  EXPECT_TRUE(with(kMean, 16).ok());
  EXPECT_TRUE(with(kPrecision, 400).ok());
  for (const double bad : {16.1, -16.1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(with(kMean, bad).error().code, ErrorCode::kMalformed);
  }
  for (const double bad : {0.0, -1.0, 400.5, std::nan(""), std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(with(kPrecision, bad).error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace sotto::recommend
