#include "sotto/federation/split_round.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "federation/split_tasks.h"
#include "sotto/federation/delta_encoding.h"

namespace sotto::federation {
namespace {

std::vector<int64_t> PlainSum(const std::vector<std::vector<uint64_t>>& measurements) {
  std::vector<int64_t> sums(measurements.front().size(), 0);
  for (const auto& measurement : measurements) {
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<int64_t>(measurement[i]);
  }
  return sums;
}

SplitTask WithoutNoise(SplitTask task) {
  task.sigma_squared = kSplitWithoutNoise;
  return task;
}

TEST(SplitRound, SumsWhatTheDevicesMeasured) {
  ChaCha20Source random(1);
  const std::vector<std::vector<uint32_t>> engaged = {{0, 2}, {}, {5, 2, 1}, {2}};
  const SplitTask popularity = WithoutNoise(PopularityTask());
  const SplitTask affinity = WithoutNoise(SplitAffinityTask());
  const SplitTask delta = WithoutNoise(DeltaTask());
  std::vector<std::vector<uint64_t>> items;
  std::vector<std::vector<uint64_t>> pairs;
  std::vector<std::vector<uint64_t>> changes;
  for (size_t device = 0; device < engaged.size(); ++device) {
    items.push_back(MeasurePopularity(popularity, engaged[device], random).value());
    pairs.push_back(MeasureAffinity(affinity, engaged[device], random).value());
    changes.push_back(MeasureDelta(delta, std::vector<float>(72, static_cast<float>(device) / 100), random).value());
  }
  EXPECT_EQ(RoundOf(popularity, items, random).value().sums, PlainSum(items));
  EXPECT_EQ(RoundOf(affinity, pairs, random).value().sums, PlainSum(pairs));
  EXPECT_EQ(RoundOf(delta, changes, random).value().sums, PlainSum(changes));
}

TEST(SplitRound, CountsMoods) {
  ChaCha20Source random(2);
  const SplitTask task = WithoutNoise(MoodTask());
  std::vector<std::vector<uint64_t>> moods;
  for (const uint32_t intent : {0U, 3U, 3U, 11U}) moods.push_back(MeasureMood(task, 1, intent).value());
  const Release release = RoundOf(task, moods, random).value();
  std::vector<int64_t> expected(36, 0);
  expected[12] = 1;
  expected[15] = 2;
  expected[23] = 1;
  EXPECT_EQ(release.sums, expected);
  EXPECT_EQ(release.count, 4U);
  EXPECT_EQ(release.noise_variance, 0.002);
}

TEST(SplitRound, ReleasesTheSumWithTheNoiseOfBothAggregators) {
  SplitTask task = PopularityTask(4'000, 3);
  task.sigma_squared = {50, 1};
  ChaCha20Source random(3);
  const std::vector<uint32_t> engaged = {0, 1, 2};
  const auto measurement = MeasurePopularity(task, engaged, random).value();
  const Release release = RoundOf(task, {measurement, measurement}, random).value();
  double squares = 0;
  double sum = 0;
  for (size_t item = 0; item < 4'000; ++item) {
    const auto noise = static_cast<double>(release.sums[item]) - (item < 3 ? 2 : 0);
    sum += noise;
    squares += noise * noise;
  }
  EXPECT_EQ(release.noise_variance, 100);
  EXPECT_NEAR(sum / 4'000, 0, 5 * std::sqrt(100 / 4'000.0));
  EXPECT_NEAR(squares / 4'000, 100, 5 * 100 * std::sqrt(2 / 4'000.0));
}

// Each aggregator's own noise must be whole: what one releases, less what it summed, has the variance of the task.
TEST(Aggregator, AddsTheWholeNoiseOfTheTaskByItself) {
  SplitTask task = PopularityTask(4'000, 3);
  task.sigma_squared = {50, 1};
  task.min_batch_size = 1;
  const auto prio3 = vdaf::Prio3::Create(VdafParameters(task).value()).value();
  Aggregator aggregator = Aggregator::Create(task).value();
  ASSERT_TRUE(aggregator.Add(prio3.AggregateInit()).ok());
  ChaCha20Source random(4);
  privacy::PolicyBook book = OpenBook();
  const std::vector<Bytes> shares = {aggregator.Release(book, random).value(), prio3.AggregateInit()};
  double squares = 0;
  const std::vector<int64_t> released = prio3.UnshardSigned(shares).value();
  for (const int64_t noise : released) squares += static_cast<double>(noise * noise);
  EXPECT_NEAR(squares / 4'000, 50, 5 * 50 * std::sqrt(2 / 4'000.0));
}

// Two aggregators with as many reports of the empty measurement.
struct Pair {
  explicit Pair(const SplitTask& task, int reports) : leader(Aggregator::Create(task).value()), helper(leader) {
    ChaCha20Source random(5);
    for (int i = 0; i < reports; ++i) {
      Contribute(task, MeasurePopularity(task, {}, random).value(), random, leader, helper);
    }
  }
  Aggregator leader;
  Aggregator helper;
};

TEST(Aggregator, ReleasesNothingBelowItsMinimumAndSpendsNothing) {
  Pair pair(PopularityTask(), 1);
  privacy::PolicyBook book = OpenBook();
  ChaCha20Source random(6);
  const auto early = pair.leader.Release(book, random);
  ASSERT_FALSE(early.ok());
  EXPECT_EQ(early.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(book.lifetime_spent(), 0U);
}

TEST(Aggregator, ChargesTheTasksPriceToItsEpochAndReleasesOnce) {
  const SplitTask task = PopularityTask();
  Pair pair(task, 2);
  privacy::PolicyBook book = OpenBook();
  ChaCha20Source random(7);
  ASSERT_TRUE(pair.leader.Release(book, random).ok());
  EXPECT_EQ(book.lifetime_spent(), TaskMicroRho(task).value());
  EXPECT_EQ(book.epoch_spent(task.epoch), TaskMicroRho(task).value());
  EXPECT_EQ(pair.leader.Release(book, random).error().code, ErrorCode::kExpired);
  const auto prio3 = vdaf::Prio3::Create(VdafParameters(task).value()).value();
  EXPECT_EQ(pair.leader.Add(prio3.AggregateInit()).error().code, ErrorCode::kExpired);
  EXPECT_EQ(pair.leader.count(), 2U);
  EXPECT_EQ(book.lifetime_spent(), TaskMicroRho(task).value());
}

TEST(Aggregator, ReleasesNothingThatThePolicyRefuses) {
  const SplitTask task = PopularityTask();
  const privacy::MicroRho cost = TaskMicroRho(task).value();
  Pair pair(task, 2);
  ChaCha20Source random(8);
  privacy::PolicyBook book({cost, cost, cost - 1});
  const auto refused = pair.leader.Release(book, random);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kBudgetExceeded);
  EXPECT_NE(refused.error().message.find("lifetime"), std::string::npos) << refused.error().message;
  EXPECT_NE(refused.error().message.find(task.id), std::string::npos) << refused.error().message;
  EXPECT_EQ(book.lifetime_spent(), 0U);
  // Nothing was lost: with a policy that allows it, the same sum is released.
  privacy::PolicyBook other({cost, cost, cost});
  EXPECT_TRUE(pair.leader.Release(other, random).ok());
}

class BrokenSource final : public RandomSource {
 public:
  Status Fill(std::span<uint8_t>) override { return Error{ErrorCode::kUnavailable, "no random bytes here.", ""}; }
};

TEST(Aggregator, ReleasesAndSpendsNothingWithoutRandomness) {
  Pair pair(PopularityTask(), 2);
  BrokenSource broken;
  privacy::PolicyBook book = OpenBook();
  EXPECT_EQ(pair.leader.Release(book, broken).error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(book.lifetime_spent(), 0U);
  ChaCha20Source random(9);
  EXPECT_TRUE(pair.leader.Release(book, random).ok());
}

TEST(Aggregator, RefusesSharesThatAreNoneAndStaysAsItWas) {
  const SplitTask task = WithoutNoise(PopularityTask());
  Pair pair(task, 2);
  const auto prio3 = vdaf::Prio3::Create(VdafParameters(task).value()).value();
  const size_t size = prio3.aggregate_share_size();
  EXPECT_FALSE(pair.leader.Add({}).ok());
  EXPECT_FALSE(pair.leader.Add(Bytes(size - 1)).ok());
  EXPECT_FALSE(pair.leader.Add(Bytes(size + 1)).ok());
  Bytes beyond(size, 0);
  std::fill(beyond.end() - 16, beyond.end(), uint8_t{0xFF});  // the last element is no field element
  EXPECT_EQ(pair.leader.Add(beyond).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(pair.leader.count(), 2U);
  ChaCha20Source random(10);
  privacy::PolicyBook leader_book = OpenBook();
  privacy::PolicyBook helper_book = OpenBook();
  const std::vector<Bytes> shares = {pair.leader.Release(leader_book, random).value(),
                                     pair.helper.Release(helper_book, random).value()};
  EXPECT_EQ(Combine(task, shares, std::vector<uint64_t>{2, 2}).value().sums, std::vector<int64_t>(8, 0));
}

TEST(Combine, RefusesSharesThatDoNotBelongTogether) {
  const SplitTask task = PopularityTask();
  Pair pair(task, 2);
  ChaCha20Source random(11);
  privacy::PolicyBook book = OpenBook();
  const Bytes leader = pair.leader.Release(book, random).value();
  const Bytes helper = pair.helper.Release(book, random).value();
  const auto code = [&](const std::vector<Bytes>& shares, const std::vector<uint64_t>& counts) {
    const auto release = Combine(task, shares, counts);
    return release.ok() ? ErrorCode::kInternal : release.error().code;
  };
  EXPECT_TRUE(Combine(task, std::vector<Bytes>{leader, helper}, std::vector<uint64_t>{2, 2}).ok());
  EXPECT_EQ(code({leader}, {2}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({leader, helper, helper}, {2, 2, 2}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({leader, helper}, {2, 3}), ErrorCode::kMismatch);
  EXPECT_EQ(code({leader, helper}, {1, 1}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({leader, leader}, {2, 2}), ErrorCode::kMalformed) << "twice a share is a random number";
  EXPECT_EQ(code({leader, Bytes(helper.begin(), helper.end() - 1)}, {2, 2}), ErrorCode::kTruncated);
}

}  // namespace
}  // namespace sotto::federation
