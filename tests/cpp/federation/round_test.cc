#include "sotto/federation/round.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "federation/tasks.h"
#include "sotto/recommend/model_file.h"
#include "sotto/recommend/models/ease.h"

namespace sotto::federation {
namespace {

using recommend::Matrix;

// Groups of four items; each viewer engages three of one group and one of any.
std::vector<uint32_t> AViewer(size_t items, RandomSource& random) {
  const uint64_t group = random.Below(items / 4).value();
  const uint64_t left_out = random.Below(4).value();
  std::vector<uint32_t> engaged;
  for (uint64_t i = 0; i < 4; ++i) {
    if (i != left_out) engaged.push_back(static_cast<uint32_t>(4 * group + i));
  }
  const auto other = static_cast<uint32_t>(random.Below(items).value());
  if (std::ranges::find(engaged, other) == engaged.end()) engaged.push_back(other);
  return engaged;
}

Round ARound(const AffinityTask& task, int viewers, uint64_t seed) {
  Round round = Round::Create(task).value();
  ChaCha20Source random(seed);
  for (int viewer = 0; viewer < viewers; ++viewer) {
    const auto engaged = AViewer(task.items.size(), random);
    EXPECT_TRUE(round.Add(MakeLocalUpdate(task, engaged, random).value()).ok());
  }
  return round;
}

Matrix WeightsOf(const recommend::NamedModel& model) {
  return static_cast<const recommend::EaseModel&>(*model.model).weights();
}

Bytes FileOf(const Round& round) {
  const recommend::NamedModel model = round.Close("1").value();
  return recommend::WriteModelFile(*model.model, model.info).value();
}

// The share of items whose nearest item by the model's weights is of their own group.
double NeighboursOfTheSameGroup(const Matrix& weights) {
  int found = 0;
  for (Eigen::Index item = 0; item < weights.rows(); ++item) {
    Eigen::Index nearest = 0;
    weights.row(item).maxCoeff(&nearest);
    found += nearest / 4 == item / 4 ? 1 : 0;
  }
  return found / static_cast<double>(weights.rows());
}

TEST(Round, SumsUpdatesIntoASymmetricGram) {
  const AffinityTask task = MakeTask(3, 2, {1, 1});
  Round round = Round::Create(task).value();
  EXPECT_EQ(round.count(), 0U);
  ASSERT_TRUE(round.Add({{1, 2, 3, 4, 5, 6}}).ok());
  ASSERT_TRUE(round.Add({{10, -20, 30, -40, 50, -60}}).ok());
  EXPECT_EQ(round.count(), 2U);
  Matrix expected(3, 3);
  expected << 11, -18, 33, -18, -36, 55, 33, 55, -54;
  EXPECT_EQ(round.NoisyGram(), expected);
}

TEST(Round, DoesNotOverflowWhereSixteenOrThirtyTwoBitsWould) {
  const AffinityTask task = MakeTask(2, 1, {1, 1});
  Round round = Round::Create(task).value();
  constexpr int16_t kMost = std::numeric_limits<int16_t>::max();
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(round.Add({{kMost, -kMost, 0}}).ok());
  EXPECT_EQ(round.NoisyGram()(0, 0), 3'276'700'000.0F);
  EXPECT_EQ(round.NoisyGram()(0, 1), -3'276'700'000.0F);
}

TEST(Round, IsAnUnbiasedEstimateOfTheCoOccurrences) {
  const AffinityTask task = MakeTask(4, 4, {9, 1});
  Round round = Round::Create(task).value();
  ChaCha20Source random(1);
  const std::vector<uint32_t> engaged = {0, 1, 3};
  constexpr int kViewers = 20'000;
  for (int i = 0; i < kViewers; ++i) ASSERT_TRUE(round.Add(MakeLocalUpdate(task, engaged, random).value()).ok());
  const Matrix gram = round.NoisyGram() / kViewers;
  for (Eigen::Index i = 0; i < 4; ++i) {
    for (Eigen::Index j = 0; j < 4; ++j) {
      EXPECT_NEAR(gram(i, j), i == 2 || j == 2 ? 0 : 1, 5 * 3 / std::sqrt(kViewers)) << i << ' ' << j;
    }
  }
}

TEST(Round, LearnsWhatBelongsTogetherWithoutNoise) {
  const AffinityTask task = MakeTask(16, 4, {1, 1000});
  const auto model = ARound(task, 400, 2).Close("1").value();
  EXPECT_EQ(model.info.version, "1");
  EXPECT_EQ(model.info.items, task.items);
  EXPECT_TRUE(WeightsOf(model).diagonal().isZero());
  EXPECT_EQ(NeighboursOfTheSameGroup(WeightsOf(model)), 1);
}

TEST(Round, LearnsWhatBelongsTogetherFromNoisyUpdatesOfManyViewers) {
  // rho = 20 / 40 = 0.5: epsilon 4.7 at delta 10^-5. By chance one nearest item in five is of the same group.
  const AffinityTask task = MakeTask(16, 4, {20, 1});
  double found = 0;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    found += NeighboursOfTheSameGroup(WeightsOf(ARound(task, 3'000, seed).Close("1").value())) / 3;
  }
  EXPECT_GT(found, 0.6);
}

TEST(Round, LearnsFromARoundInWhichNoEigenvectorStandsOutOfTheNoise) {
  const AffinityTask task = MakeTask(16, 4, {20, 1});
  double found = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    found += NeighboursOfTheSameGroup(WeightsOf(ARound(task, 300, seed).Close("1").value())) / 20;
  }
  EXPECT_GT(found, 0.3);  // by chance 0.2, and 0.25 if everything below the edge of the noise is dropped
}

TEST(Round, GivesTheSameModelWhateverTheOrderOfUpdates) {
  const AffinityTask task = MakeTask(8, 4, {4, 1});
  ChaCha20Source random(3);
  std::vector<LocalUpdate> updates;
  for (int i = 0; i < 50; ++i) updates.push_back(MakeLocalUpdate(task, AViewer(8, random), random).value());
  Round forwards = Round::Create(task).value();
  Round backwards = Round::Create(task).value();
  for (const LocalUpdate& update : updates) ASSERT_TRUE(forwards.Add(update).ok());
  std::reverse(updates.begin(), updates.end());
  for (const LocalUpdate& update : updates) ASSERT_TRUE(backwards.Add(update).ok());
  EXPECT_EQ(FileOf(forwards), FileOf(backwards));
}

TEST(Round, ClosesWithOneUpdateAndWithTheMostNoiseThatIsAllowed) {
  for (const privacy::Rational sigma : {privacy::Rational{1, 1}, privacy::Rational{2'730 * 2'730, 1}}) {
    const auto model = ARound(MakeTask(64, 4, sigma), 1, 4).Close("1");
    ASSERT_TRUE(model.ok());
    EXPECT_TRUE(WeightsOf(model.value()).allFinite());
  }
}

TEST(Round, RefusesToCloseWithoutUpdatesOrVersion) {
  const AffinityTask task = MakeTask(8, 4, {4, 1});
  EXPECT_EQ(Round::Create(task).value().Close("1").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ARound(task, 1, 5).Close("").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ARound(task, 1, 5).Close(std::string(65, '1')).error().code, ErrorCode::kInvalidArgument);
}

TEST(Round, RefusesAnUpdateOfAnotherSizeAndKeepsItsSums) {
  Round round = ARound(MakeTask(8, 4, {4, 1}), 1, 6);
  const Matrix before = round.NoisyGram();
  EXPECT_EQ(round.Add({{1, 2, 3}}).error().code, ErrorCode::kMismatch);
  EXPECT_EQ(round.count(), 1U);
  EXPECT_EQ(round.NoisyGram(), before);
}

TEST(Round, GoesOnFromItsSums) {
  const AffinityTask task = MakeTask(8, 4, {4, 1});
  const Round before = ARound(task, 20, 7);
  const Round after = Round::Restore(task, before.sums(), before.count()).value();
  EXPECT_EQ(after.count(), 20U);
  EXPECT_EQ(FileOf(after), FileOf(before));
  EXPECT_EQ(Round::Restore(task, {1, 2, 3}, 1).error().code, ErrorCode::kMismatch);
}

TEST(Round, RefusesAnInvalidTask) {
  EXPECT_EQ(Round::Create(MakeTask(1, 1, {1, 1})).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::federation
