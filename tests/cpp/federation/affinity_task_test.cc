#include "sotto/federation/affinity_task.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <set>

#include "federation/tasks.h"

namespace sotto::federation {
namespace {

TEST(ValidateTask, AcceptsAnOrdinaryTask) {
  EXPECT_TRUE(ValidateTask(MakeTask(24, 4, {16, 1})).ok());
  EXPECT_TRUE(ValidateTask(MakeTask(kMaxTaskItems, kMaxTaskItems, {1, 3})).ok());
}

TEST(ValidateTask, NamesTheFieldThatItRefuses) {
  const auto refused = [](const char* field, auto change) {
    AffinityTask task = MakeTask(8, 4, {16, 1});
    change(task);
    const Status status = ValidateTask(task);
    ASSERT_FALSE(status.ok()) << field;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().message.find(field), std::string::npos) << status.error().message;
  };
  refused("task.id", [](AffinityTask& task) { task.id = ""; });
  refused("task.id", [](AffinityTask& task) { task.id = "a b"; });
  refused("task.id", [](AffinityTask& task) { task.id = std::string(65, 'a'); });
  refused("task.items", [](AffinityTask& task) { task.items.resize(1); });
  refused("task.items", [](AffinityTask& task) { task = MakeTask(kMaxTaskItems + 1, 4, {16, 1}); });
  refused("task.items[3]", [](AffinityTask& task) { task.items[3] = ""; });
  refused("task.items[3]", [](AffinityTask& task) { task.items[3] = std::string(65, 'a'); });
  refused("task.items[7]", [](AffinityTask& task) { task.items[7] = task.items[0]; });
  refused("task.max_items", [](AffinityTask& task) { task.max_items = 0; });
  refused("task.max_items", [](AffinityTask& task) { task.max_items = 9; });
  refused("task.sigma_squared", [](AffinityTask& task) { task.sigma_squared = {0, 1}; });
  refused("task.sigma_squared", [](AffinityTask& task) { task.sigma_squared = {1, 0}; });
  refused("task.sigma_squared", [](AffinityTask& task) { task.sigma_squared = {2'731 * 2'731, 1}; });
}

TEST(EntryIndex, NumbersTheUpperTriangleWithoutGapsRowByRow) {
  for (const size_t items : {2U, 3U, 24U, 256U}) {
    size_t expected = 0;
    for (size_t i = 0; i < items; ++i) {
      for (size_t j = i; j < items; ++j) ASSERT_EQ(EntryIndex(items, i, j), expected++);
    }
    EXPECT_EQ(EntryCount(MakeTask(items, 1, {1, 1})), expected);
  }
}

TEST(EntryBound, IsOnePlusTwelveSigmaRoundedUp) {
  EXPECT_EQ(EntryBound(MakeTask(8, 4, {16, 1})).value(), 49);
  EXPECT_EQ(EntryBound(MakeTask(8, 4, {1600, 100})).value(), 49);
  EXPECT_EQ(EntryBound(MakeTask(8, 4, {1601, 100})).value(), 50);
  EXPECT_EQ(EntryBound(MakeTask(8, 4, {2, 1})).value(), 18);  // 1 + 16.97...
  EXPECT_EQ(EntryBound(MakeTask(8, 4, {1, privacy::kMaxRationalPart})).value(), 2);
  EXPECT_EQ(EntryBound(MakeTask(8, 4, {2'730 * 2'730, 1})).value(), 32'761);
}

TEST(TaskRho, IsTheSensitivityOverTwiceTheVariance) {
  EXPECT_EQ(TaskRho(MakeTask(8, 4, {16, 1})).value(), 20.0 / 32);
  EXPECT_EQ(TaskRho(MakeTask(8, 1, {1, 4})).value(), 4);
}

TEST(TaskMicroRho, RoundsTheExactQuotientUp) {
  EXPECT_EQ(TaskMicroRho(MakeTask(8, 4, {16, 1})).value(), 625'000U);
  EXPECT_EQ(TaskMicroRho(MakeTask(8, 4, {48, 1})).value(), 208'334U);  // 208,333.3...
  EXPECT_EQ(TaskMicroRho(MakeTask(8, 4, {100, 9})).value(), 900'000U);
  EXPECT_FALSE(TaskMicroRho(MakeTask(8, 4, {1, privacy::kMaxRationalPart})).ok());
}

RC_GTEST_PROP(TaskMicroRho, IsNeverLessThanRhoAndAtMostOneMicroRhoMore, (uint32_t numerator, uint32_t denominator)) {
  RC_PRE(numerator > 0 && denominator > 0);
  const AffinityTask task = MakeTask(8, 3, {numerator, denominator});
  RC_PRE(ValidateTask(task).ok() && TaskRho(task).value() < 1e6);
  const auto exact = 6e6L * denominator / numerator;
  const auto micro = static_cast<long double>(TaskMicroRho(task).value());
  RC_ASSERT(micro >= exact * (1 - 1e-18L));
  RC_ASSERT(micro < exact * (1 + 1e-18L) + 1);
}

// The header's claim about sensitivity, by brute force: over every pair of histories of at most k of m items.
TEST(Sensitivity, IsKTimesKPlusOneAndIsReachedWhereTwoHistoriesNeedNotMeet) {
  for (uint32_t items = 2; items <= 7; ++items) {
    for (uint32_t k = 1; k <= items && k <= 4; ++k) {
      std::vector<std::vector<int>> encodings;
      for (uint32_t history = 0; history < (1U << items); ++history) {
        if (std::popcount(history) > static_cast<int>(k)) continue;
        std::vector<int> encoding(items * (items + 1) / 2, 0);
        for (size_t i = 0; i < items; ++i) {
          for (size_t j = i; j < items; ++j) {
            const bool together = (history >> i & 1U) != 0 && (history >> j & 1U) != 0;
            encoding[EntryIndex(items, i, j)] = together ? 1 : 0;
          }
        }
        encodings.push_back(encoding);
      }
      uint32_t largest = 0;
      for (const auto& one : encodings) {
        for (const auto& other : encodings) {
          uint32_t distance = 0;
          for (size_t e = 0; e < one.size(); ++e) distance += one[e] != other[e] ? 1 : 0;
          largest = std::max(largest, distance);
        }
      }
      EXPECT_LE(largest, k * (k + 1)) << items << ' ' << k;
      if (2 * k <= items) {
        EXPECT_EQ(largest, k * (k + 1)) << items << ' ' << k;
      }
    }
  }
}

TEST(TaskDigest, ChangesWithEveryParameterAndNotWithTheFormOfSigma) {
  const AffinityTask task = MakeTask(8, 4, {16, 1});
  std::set<uint64_t> digests{TaskDigest(task)};
  const auto add = [&](auto change) {
    AffinityTask other = task;
    change(other);
    digests.insert(TaskDigest(other));
  };
  add([](AffinityTask& other) { other.id += "x"; });
  add([](AffinityTask& other) { std::swap(other.items[0], other.items[1]); });
  add([](AffinityTask& other) { other.items.pop_back(); });
  add([](AffinityTask& other) { other.max_items = 3; });
  add([](AffinityTask& other) { other.sigma_squared = {17, 1}; });
  add([](AffinityTask& other) { other.sigma_squared = {16, 3}; });
  EXPECT_EQ(digests.size(), 7U);

  AffinityTask same = task;
  same.sigma_squared = {32, 2};
  EXPECT_EQ(TaskDigest(same), TaskDigest(task));
}

}  // namespace
}  // namespace sotto::federation
