#include "sotto/federation/local_update.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "federation/tasks.h"
#include "sotto/base/fnv1a.h"

namespace sotto::federation {
namespace {

// So little noise that it is always zero: shows the encoding itself.
constexpr privacy::Rational kNoNoise{1, 1000};

std::vector<uint32_t> EngagedOf(const AffinityTask& task, const LocalUpdate& update) {
  std::vector<uint32_t> items;
  for (uint32_t i = 0; i < task.items.size(); ++i) {
    if (update.entries[EntryIndex(task.items.size(), i, i)] == 1) items.push_back(i);
  }
  return items;
}

TEST(MakeLocalUpdate, EncodesEachPairOfTheEngagedItemsAndNothingElse) {
  const AffinityTask task = MakeTask(5, 3, kNoNoise);
  ChaCha20Source random(1);
  const std::vector<uint32_t> engaged = {4, 0, 2};
  const LocalUpdate update = MakeLocalUpdate(task, engaged, random).value();
  // Rows:                             0              1           2        3     4
  const std::vector<int16_t> encoded = {1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1};
  EXPECT_EQ(update.entries, encoded);
}

TEST(MakeLocalUpdate, AllowsAViewerWithoutAnyEngagement) {
  const AffinityTask task = MakeTask(3, 2, kNoNoise);
  ChaCha20Source random(1);
  EXPECT_EQ(MakeLocalUpdate(task, {}, random).value().entries, std::vector<int16_t>(6, 0));
}

TEST(MakeLocalUpdate, ThinsToMaxItemsWithoutPreferenceForAnyOfThem) {
  const AffinityTask task = MakeTask(8, 3, kNoNoise);
  ChaCha20Source random(2);
  const std::vector<uint32_t> engaged = {1, 2, 3, 5, 7};
  std::vector<int> kept(8, 0);
  constexpr int kRuns = 2'000;
  for (int run = 0; run < kRuns; ++run) {
    const auto items = EngagedOf(task, MakeLocalUpdate(task, engaged, random).value());
    ASSERT_EQ(items.size(), 3U);
    for (const uint32_t item : items) ++kept[item];
  }
  for (const uint32_t item : engaged) EXPECT_NEAR(kept[item], kRuns * 0.6, 5 * std::sqrt(kRuns * 0.24)) << item;
  EXPECT_EQ(kept[0] + kept[4] + kept[6], 0);
}

TEST(MakeLocalUpdate, DependsOnTheSetOfEngagedItemsAndTheSeedAlone) {
  const AffinityTask task = MakeTask(8, 3, {16, 1});
  ChaCha20Source first(3);
  ChaCha20Source second(3);
  const std::vector<uint32_t> one = {1, 2, 3, 5, 7};
  const std::vector<uint32_t> other = {7, 3, 5, 1, 2};
  EXPECT_EQ(MakeLocalUpdate(task, one, first).value().entries, MakeLocalUpdate(task, other, second).value().entries);
}

TEST(MakeLocalUpdate, AddsNoiseOfTheTasksVarianceToEveryEntry) {
  const AffinityTask task = MakeTask(8, 3, {25, 2});
  ChaCha20Source random(4);
  const std::vector<uint32_t> engaged = {0, 1, 2};
  constexpr int kRuns = 4'000;
  std::vector<double> sum(EntryCount(task), 0);
  std::vector<double> squares(EntryCount(task), 0);
  for (int run = 0; run < kRuns; ++run) {
    const LocalUpdate update = MakeLocalUpdate(task, engaged, random).value();
    for (size_t e = 0; e < sum.size(); ++e) {
      sum[e] += update.entries[e];
      squares[e] += update.entries[e] * update.entries[e];
    }
  }
  for (size_t i = 0; i < 8; ++i) {
    for (size_t j = i; j < 8; ++j) {
      const size_t e = EntryIndex(8, i, j);
      const double mean = sum[e] / kRuns;
      EXPECT_NEAR(mean, j < 3 ? 1 : 0, 5 * std::sqrt(12.5 / kRuns)) << i << ' ' << j;
      EXPECT_NEAR(squares[e] / kRuns - mean * mean, 12.5, 5 * 12.5 * std::sqrt(2.0 / kRuns)) << i << ' ' << j;
    }
  }
}

// Plays bytes that were chosen, then those of a seed.
class ScriptedSource final : public RandomSource {
 public:
  explicit ScriptedSource(Bytes script) : script_(std::move(script)) {}
  Status Fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) {
      if (played_ == script_.size()) return rest_.Fill(std::span(&byte, 1));
      byte = script_[played_++];
    }
    return {};
  }

 private:
  Bytes script_;
  size_t played_ = 0;
  ChaCha20Source rest_{9};
};

// No seed that can be found gives a sample beyond the bound, so the coins are chosen to give 14 where the bound is 13.
TEST(MakeLocalUpdate, ClampsToTheBound) {
  const AffinityTask task = MakeTask(2, 1, {1, 1});
  ASSERT_EQ(EntryBound(task).value(), 13);
  Bytes script = {0, 0};  // remainder 0 of scale 2, kept
  const auto heads = [&](int count) {
    for (int i = 0; i < count; ++i) script.insert(script.end(), {0, 1});
  };
  heads(7);                          // quotient 7
  script.insert(script.end(), {1});  // and no more: the magnitude is 14
  script.insert(script.end(), {0});  // positive
  heads(91);                         // accepted with probability exp(-27^2 / 8) = exp(-91 - 1/8)
  script.insert(script.end(), {1});
  ScriptedSource random(script);
  EXPECT_EQ(MakeLocalUpdate(task, {}, random).value().entries[0], 13);
}

TEST(MakeLocalUpdate, RefusesItemsThatAreNotInTheTaskOrTwice) {
  const AffinityTask task = MakeTask(4, 2, {16, 1});
  ChaCha20Source random(6);
  const std::vector<uint32_t> outside = {1, 4};
  const std::vector<uint32_t> twice = {1, 1};
  EXPECT_EQ(MakeLocalUpdate(task, outside, random).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MakeLocalUpdate(task, twice, random).error().code, ErrorCode::kInvalidArgument);
}

class BrokenSource final : public RandomSource {
 public:
  Status Fill(std::span<uint8_t>) override { return Error{ErrorCode::kUnavailable, "no random bytes here.", ""}; }
};

TEST(MakeLocalUpdate, GivesNothingWithoutRandomness) {
  BrokenSource random;
  const std::vector<uint32_t> engaged = {0, 1};
  const auto update = MakeLocalUpdate(MakeTask(4, 2, {16, 1}), engaged, random);
  ASSERT_FALSE(update.ok());
  EXPECT_EQ(update.error().code, ErrorCode::kUnavailable);
}

TEST(MakeLocalUpdate, GivesTheSameBytesForTheSameSeedOnEveryPlatform) {
  const AffinityTask task = MakeTask(24, 4, {16, 1});
  ChaCha20Source random(7);
  const std::vector<uint32_t> engaged = {3, 5, 8, 13, 21};
  const Bytes bytes = SerialiseUpdate(task, MakeLocalUpdate(task, engaged, random).value());
  EXPECT_EQ(bytes.size(), 4 + 2 + 8 + 4 + 2 * 300U);
  // The same from a program with big integers and fractions that follows the paper's pseudocode.
  EXPECT_EQ(ToHex(ByteSpan(bytes).first(30)), "534f4c550100bce66e52638a71df2c0100000300fefffcff05000300ffff");
  EXPECT_EQ(Fnv1a64(bytes), 0x4B9EC28AEB040C58U);
}

Bytes AnUpdate(const AffinityTask& task) {
  ChaCha20Source random(8);
  const std::vector<uint32_t> engaged = {0, 1};
  return SerialiseUpdate(task, MakeLocalUpdate(task, engaged, random).value());
}

RC_GTEST_PROP(ParseUpdate, ReadsBackWhatWasWritten, (uint64_t seed)) {
  const AffinityTask task = MakeTask(6, 3, {49, 3});
  ChaCha20Source random(seed);
  const std::vector<uint32_t> engaged = {0, 5};
  const LocalUpdate update = MakeLocalUpdate(task, engaged, random).value();
  const Bytes bytes = SerialiseUpdate(task, update);
  const LocalUpdate parsed = ParseUpdate(task, bytes).value();
  RC_ASSERT(parsed.entries == update.entries);
  RC_ASSERT(SerialiseUpdate(task, parsed) == bytes);
}

TEST(ParseUpdate, RefusesEveryTruncationAndATrailingByte) {
  const AffinityTask task = MakeTask(6, 3, {16, 1});
  Bytes bytes = AnUpdate(task);
  for (size_t length = 0; length < bytes.size(); ++length) {
    const auto parsed = ParseUpdate(task, ByteSpan(bytes).first(length));
    ASSERT_FALSE(parsed.ok()) << length;
    EXPECT_EQ(parsed.error().code, ErrorCode::kTruncated) << length;
  }
  bytes.push_back(0);
  EXPECT_EQ(ParseUpdate(task, bytes).error().code, ErrorCode::kMalformed);
}

TEST(ParseUpdate, RefusesWhatIsNoUpdateOfThisTask) {
  const AffinityTask task = MakeTask(6, 3, {16, 1});
  const auto code = [&](size_t place, uint8_t change) {
    Bytes bytes = AnUpdate(task);
    bytes[place] ^= change;
    return ParseUpdate(task, bytes).error().code;
  };
  EXPECT_EQ(code(0, 1), ErrorCode::kMalformed);
  EXPECT_EQ(code(4, 2), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(code(6, 1), ErrorCode::kMismatch);
  EXPECT_EQ(code(14, 1), ErrorCode::kMalformed);     // the count
  EXPECT_EQ(code(19, 0x40), ErrorCode::kMalformed);  // an entry of 16,384 or so
  EXPECT_EQ(ParseUpdate(MakeTask(6, 2, {16, 1}), AnUpdate(task)).error().code, ErrorCode::kMismatch);
  AffinityTask invalid = task;
  invalid.max_items = 0;
  EXPECT_EQ(ParseUpdate(invalid, AnUpdate(task)).error().code, ErrorCode::kInvalidArgument);
}

TEST(ParseUpdate, AcceptsAnEntryAtTheBoundAndRefusesOneBeyond) {
  const AffinityTask task = MakeTask(3, 2, {16, 1});
  LocalUpdate update{std::vector<int16_t>(6, 0)};
  for (const int16_t at : {int16_t{49}, int16_t{-49}}) {
    update.entries[5] = at;
    EXPECT_TRUE(ParseUpdate(task, SerialiseUpdate(task, update)).ok());
  }
  for (const int16_t beyond : {int16_t{50}, int16_t{-50}, int16_t{-32768}}) {
    update.entries[5] = beyond;
    EXPECT_EQ(ParseUpdate(task, SerialiseUpdate(task, update)).error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace sotto::federation
