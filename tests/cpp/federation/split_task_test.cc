#include "sotto/federation/split_task.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "federation/split_tasks.h"
#include "sotto/federation/affinity_task.h"

namespace sotto::federation {
namespace {

std::vector<SplitTask> OneOfEach() {
  return {PopularityTask(), SplitAffinityTask(), MoodTask(), DeltaTask()};
}

TEST(ValidateSplitTask, AcceptsATaskOfEachKindAndTheLargestOnes) {
  for (const SplitTask& task : OneOfEach()) EXPECT_TRUE(ValidateTask(task).ok()) << KindName(task);
  EXPECT_TRUE(ValidateTask(PopularityTask(1, 1)).ok());
  EXPECT_TRUE(ValidateTask(PopularityTask(kMaxPopularityItems, kMaxPopularityItems)).ok());
  EXPECT_TRUE(ValidateTask(SplitAffinityTask(kMaxSplitAffinityItems, kMaxSplitAffinityItems)).ok());
  EXPECT_TRUE(ValidateTask(DeltaTask(kMaxDeltaDimension)).ok());
}

TEST(ValidateSplitTask, NamesTheFieldThatItRefuses) {
  const auto refused = [](const std::string& field, SplitTask task, auto change) {
    change(task);
    const Status status = ValidateTask(task);
    ASSERT_FALSE(status.ok()) << field;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().message.find("task." + field), std::string::npos) << status.error().message;
    // Nothing else takes it either.
    EXPECT_FALSE(VdafParameters(task).ok());
    EXPECT_FALSE(SensitivitySquared(task).ok());
    EXPECT_FALSE(TaskRho(task).ok());
    EXPECT_FALSE(TaskMicroRho(task).ok());
    EXPECT_FALSE(EncodeTask(task).ok());
    EXPECT_FALSE(TaskDigest(task).ok());
    EXPECT_FALSE(VdafContext(task).ok());
  };
  constexpr uint64_t kHuge = std::numeric_limits<uint64_t>::max();
  refused("id", MoodTask(), [](SplitTask& task) { task.id = ""; });
  refused("id", MoodTask(), [](SplitTask& task) { task.id = "a b"; });
  refused("id", MoodTask(), [](SplitTask& task) { task.id = std::string(65, 'a'); });
  refused("sigma_squared", MoodTask(), [](SplitTask& task) { task.sigma_squared = {0, 1}; });
  refused("sigma_squared", MoodTask(), [](SplitTask& task) { task.sigma_squared = {1, 0}; });
  refused("sigma_squared", MoodTask(), [](SplitTask& task) { task.sigma_squared = {kHuge, kHuge}; });
  refused("min_batch_size", MoodTask(), [](SplitTask& task) { task.min_batch_size = 0; });
  refused("min_batch_size", MoodTask(), [](SplitTask& task) { task.min_batch_size = kHuge; });

  const auto popularity = [](SplitTask& task) -> SplitPopularity& { return std::get<SplitPopularity>(task.what); };
  refused("items", PopularityTask(), [&](SplitTask& task) { popularity(task).items.clear(); });
  refused("items", PopularityTask(kMaxPopularityItems + 1, 3), [](SplitTask&) {});
  refused("items[3]", PopularityTask(), [&](SplitTask& task) { popularity(task).items[3] = ""; });
  refused("items[3]", PopularityTask(), [&](SplitTask& task) { popularity(task).items[3].assign(65, 'a'); });
  refused("items[3]", PopularityTask(), [&](SplitTask& task) { popularity(task).items[3] = "i0"; });
  refused("max_items", PopularityTask(8, 0), [](SplitTask&) {});
  refused("max_items", PopularityTask(8, 9), [](SplitTask&) {});
  refused("max_items", PopularityTask(8, std::numeric_limits<uint32_t>::max()), [](SplitTask&) {});

  refused("items", SplitAffinityTask(1, 1), [](SplitTask&) {});
  refused("items", SplitAffinityTask(kMaxSplitAffinityItems + 1, 3), [](SplitTask&) {});
  refused("max_items", SplitAffinityTask(6, 0), [](SplitTask&) {});
  refused("max_items", SplitAffinityTask(6, 7), [](SplitTask&) {});
  refused("max_items", SplitAffinityTask(6, std::numeric_limits<uint32_t>::max()), [](SplitTask&) {});

  const auto delta = [](SplitTask& task) -> SplitDelta& { return std::get<SplitDelta>(task.what); };
  refused("model", DeltaTask(), [&](SplitTask& task) { delta(task).model = ""; });
  refused("model", DeltaTask(), [&](SplitTask& task) { delta(task).model.assign(65, 'a'); });
  refused("dimension", DeltaTask(0), [](SplitTask&) {});
  refused("dimension", DeltaTask(kMaxDeltaDimension + 1), [](SplitTask&) {});
  refused("dimension", DeltaTask(std::numeric_limits<uint32_t>::max()), [](SplitTask&) {});
  refused("entry_bits", DeltaTask(), [&](SplitTask& task) { delta(task).entry_bits = 1; });
  refused("entry_bits", DeltaTask(), [&](SplitTask& task) { delta(task).entry_bits = 17; });
  // The clip's steps need 5 bits.
  refused("entry_bits", DeltaTask(), [&](SplitTask& task) { delta(task).entry_bits = 4; });
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double bad : {0.0, -0.0, -1.0, 1e-31, 1e31, kNan, kInfinity}) {
    refused("step", DeltaTask(), [&](SplitTask& task) { delta(task).step = bad; });
    refused("clip", DeltaTask(), [&](SplitTask& task) { delta(task).clip = bad; });
  }
  refused("clip", DeltaTask(), [&](SplitTask& task) { delta(task).clip = 1.0 / 33; });
  refused("clip", DeltaTask(), [&](SplitTask& task) {
    delta(task).entry_bits = 16;
    delta(task).clip = 1e29;
  });
}

TEST(VdafParameters, HaveTheLengthAndTheBoundThatEachKindStates) {
  const auto popularity = VdafParameters(PopularityTask(8, 3)).value();
  EXPECT_EQ(popularity.variant, vdaf::Prio3Variant::kMultihotCountVec);
  EXPECT_EQ(popularity.length, 8U);
  EXPECT_EQ(popularity.max_weight, 3U);
  const auto affinity = VdafParameters(SplitAffinityTask(128, 32)).value();
  EXPECT_EQ(affinity.variant, vdaf::Prio3Variant::kMultihotCountVec);
  EXPECT_EQ(affinity.length, 8'256U);
  EXPECT_EQ(affinity.max_weight, 528U);
  const auto mood = VdafParameters(MoodTask()).value();
  EXPECT_EQ(mood.variant, vdaf::Prio3Variant::kHistogram);
  EXPECT_EQ(mood.length, 36U);
  const auto delta = VdafParameters(DeltaTask(72)).value();
  EXPECT_EQ(delta.variant, vdaf::Prio3Variant::kSumVec);
  EXPECT_EQ(delta.length, 128U);
  EXPECT_EQ(delta.max_measurement, 31U);
  for (const SplitTask& task : OneOfEach()) {
    const auto parameters = VdafParameters(task).value();
    EXPECT_EQ(parameters.shares, 2);
    EXPECT_TRUE(vdaf::Prio3::Create(parameters).ok()) << KindName(task);
  }
}

// The header's claim, by brute force over every history: the largest squared distance to the empty measurement, and
// (for SECURITY.md) between any two.
TEST(SensitivitySquared, IsTheLargestDistanceToTheEmptyMeasurementAndHalfThatBetweenTwo) {
  for (uint32_t items = 2; items <= 7; ++items) {
    for (uint32_t k = 1; k <= items && k <= 3; ++k) {
      for (const bool pairs : {false, true}) {
        const SplitTask task = pairs ? SplitAffinityTask(items, k) : PopularityTask(items, k);
        std::vector<std::vector<uint64_t>> measured;
        for (uint32_t history = 0; history < (1U << items); ++history) {
          if (std::popcount(history) > static_cast<int>(k)) continue;
          std::vector<uint32_t> engaged;
          for (uint32_t item = 0; item < items; ++item) {
            if ((history >> item & 1U) != 0) engaged.push_back(item);
          }
          ChaCha20Source random(history);
          measured.push_back(pairs ? MeasureAffinity(task, engaged, random).value()
                                   : MeasurePopularity(task, engaged, random).value());
        }
        uint64_t from_empty = 0;
        uint64_t between = 0;
        for (const auto& one : measured) {
          from_empty = std::max(from_empty, std::accumulate(one.begin(), one.end(), uint64_t{0}));
          for (const auto& other : measured) {
            uint64_t distance = 0;
            for (size_t i = 0; i < one.size(); ++i) distance += one[i] != other[i] ? 1U : 0U;
            between = std::max(between, distance);
          }
        }
        EXPECT_EQ(SensitivitySquared(task).value(), from_empty) << KindName(task) << ' ' << items << ' ' << k;
        EXPECT_LE(between, 2 * from_empty);
        if (2 * k <= items) {
          EXPECT_EQ(between, 2 * from_empty) << KindName(task) << ' ' << items << ' ' << k;
        }
      }
    }
  }
}

TEST(SensitivitySquared, OfAMoodIsTwoBecauseAOneMoves) {
  EXPECT_EQ(SensitivitySquared(MoodTask()).value(), 2U);
}

TEST(SplitTaskRho, IsTheSensitivityOverTwiceOneAggregatorsVariance) {
  EXPECT_EQ(TaskRho(PopularityTask(8, 3)).value(), 3.0 / 32);
  EXPECT_EQ(TaskRho(SplitAffinityTask(6, 3)).value(), 6.0 / 32);
  EXPECT_EQ(TaskRho(MoodTask()).value(), 2.0 / 32);
  EXPECT_EQ(TaskMicroRho(MoodTask()).value(), 62'500U);
  SplitTask task = MoodTask();
  task.sigma_squared = {3, 1};
  EXPECT_EQ(TaskMicroRho(task).value(), 333'334U);  // rounded up
  task.sigma_squared = {1, privacy::kMaxRationalPart};
  EXPECT_EQ(TaskMicroRho(task).error().code, ErrorCode::kInvalidArgument);
}

TEST(EncodeTask, IsTheBytesThatTheHeaderDescribes) {
  SplitTask task = MoodTask();
  task.id = "t";
  task.sigma_squared = {32, 6};
  EXPECT_EQ(ToHex(EncodeTask(task).value()),
            "534f5354"          // SOST
            "0100"              // version 1
            "02"                // mood
            "010074"            // "t"
            "0700000000000000"  // epoch 7
            "0200000000000000"  // min_batch_size 2
            "10000000"          // 16 / 3
            "03000000"
            "0c000000");  // minute 12
}

// A valid task with every field drawn.
rc::Gen<SplitTask> AnyTask() {
  return rc::gen::exec([] {
    SplitTask task;
    task.id = *rc::gen::resize(20, rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z'))));
    task.sigma_squared =
        privacy::Rational{*rc::gen::inRange<uint64_t>(1, 1000), *rc::gen::inRange<uint64_t>(1, 1000)}.Reduced();
    task.min_batch_size = *rc::gen::inRange<uint64_t>(1, kMaxReports);
    task.epoch = *rc::gen::arbitrary<uint64_t>();
    const size_t items = *rc::gen::inRange<size_t>(2, 40);
    const auto max_items = static_cast<uint32_t>(*rc::gen::inRange<size_t>(1, items + 1));
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        task.what = SplitPopularity{.items = ItemNames(items), .max_items = max_items};
        break;
      case 1:
        task.what = SplitAffinity{.items = ItemNames(items), .max_items = max_items};
        break;
      case 2:
        task.what = SplitMood{.minute = *rc::gen::arbitrary<uint32_t>()};
        break;
      default:
        task.what = SplitDelta{.model = "v" + std::to_string(items),
                               .dimension = *rc::gen::inRange<uint32_t>(1, kMaxDeltaDimension + 1),
                               .clip = 1.0 / *rc::gen::inRange(1, 100),
                               .entry_bits = *rc::gen::inRange<uint32_t>(8, 17),
                               .step = 0.01,
                               .rotation_seed = *rc::gen::arbitrary<uint64_t>()};
    }
    return task;
  });
}

RC_GTEST_PROP(EncodeTask, IsReadBackAsTheSameTask, ()) {
  const SplitTask task = *AnyTask();
  RC_ASSERT(ValidateTask(task).ok());
  const Bytes encoded = EncodeTask(task).value();
  const auto decoded = DecodeTask(encoded);
  RC_ASSERT(decoded.ok());
  RC_ASSERT(decoded.value() == task);
}

TEST(EncodeTask, IsTheSameForTheSameValueOfSigmaSquared) {
  SplitTask task = MoodTask();
  SplitTask other = task;
  other.sigma_squared = {160, 10};
  EXPECT_EQ(EncodeTask(task).value(), EncodeTask(other).value());
}

TEST(TaskDigest, AndTheContextChangeWithEveryField) {
  std::set<uint64_t> digests;
  std::set<Bytes> contexts;
  size_t tasks = 0;
  const auto add = [&](SplitTask task, auto change) {
    change(task);
    ASSERT_TRUE(ValidateTask(task).ok()) << ValidateTask(task).error().message;
    digests.insert(TaskDigest(task).value());
    contexts.insert(VdafContext(task).value());
    ++tasks;
  };
  for (const SplitTask& task : OneOfEach()) {
    add(task, [](SplitTask&) {});
    add(task, [](SplitTask& other) { other.id += "x"; });
    add(task, [](SplitTask& other) { other.sigma_squared = {17, 1}; });
    add(task, [](SplitTask& other) { other.sigma_squared = {16, 3}; });
    add(task, [](SplitTask& other) { other.min_batch_size = 3; });
    add(task, [](SplitTask& other) { other.epoch = 8; });
  }
  const auto popularity = [](SplitTask& task) -> SplitPopularity& { return std::get<SplitPopularity>(task.what); };
  add(PopularityTask(), [&](SplitTask& other) { std::swap(popularity(other).items[0], popularity(other).items[1]); });
  add(PopularityTask(), [&](SplitTask& other) { popularity(other).items.pop_back(); });
  add(PopularityTask(), [&](SplitTask& other) { popularity(other).items[0] = "other"; });
  add(PopularityTask(), [&](SplitTask& other) { popularity(other).max_items = 4; });
  const auto affinity = [](SplitTask& task) -> SplitAffinity& { return std::get<SplitAffinity>(task.what); };
  add(SplitAffinityTask(), [&](SplitTask& other) { std::swap(affinity(other).items[0], affinity(other).items[1]); });
  add(SplitAffinityTask(), [&](SplitTask& other) { affinity(other).max_items = 4; });
  // The same fields as another kind.
  add(SplitTaskOf(SplitPopularity{.items = ItemNames(6), .max_items = 3}), [](SplitTask&) {});
  add(MoodTask(), [](SplitTask& other) { std::get<SplitMood>(other.what).minute = 13; });
  const auto delta = [](SplitTask& task) -> SplitDelta& { return std::get<SplitDelta>(task.what); };
  add(DeltaTask(), [&](SplitTask& other) { delta(other).model = "m2"; });
  add(DeltaTask(), [&](SplitTask& other) { delta(other).dimension = 73; });
  add(DeltaTask(), [&](SplitTask& other) { delta(other).clip = std::nextafter(1.0, 0.0); });
  add(DeltaTask(), [&](SplitTask& other) { delta(other).entry_bits = 6; });
  add(DeltaTask(), [&](SplitTask& other) { delta(other).step = std::nextafter(1.0 / 32, 1.0); });
  add(DeltaTask(), [&](SplitTask& other) { delta(other).rotation_seed = 100; });
  EXPECT_EQ(digests.size(), tasks);
  EXPECT_EQ(contexts.size(), tasks);
}

TEST(VdafContext, IsSottoAndThirtyTwoBytes) {
  const Bytes context = VdafContext(MoodTask()).value();
  ASSERT_EQ(context.size(), 5U + 32);
  EXPECT_EQ(std::string(context.begin(), context.begin() + 5), "sotto");
}

ErrorCode DecodingFails(ByteSpan bytes) {
  const auto decoded = DecodeTask(bytes);
  EXPECT_FALSE(decoded.ok());
  return decoded.ok() ? ErrorCode::kInternal : decoded.error().code;
}

TEST(DecodeTask, RefusesATaskThatIsCutAnywhereOrGoesOn) {
  for (const SplitTask& task : OneOfEach()) {
    Bytes encoded = EncodeTask(task).value();
    for (size_t length = 0; length < encoded.size(); ++length) {
      EXPECT_EQ(DecodingFails(ByteSpan(encoded).first(length)), ErrorCode::kTruncated) << KindName(task) << length;
    }
    encoded.push_back(0);
    EXPECT_EQ(DecodingFails(encoded), ErrorCode::kMalformed) << KindName(task);
  }
}

TEST(DecodeTask, RefusesOtherVersionsKindsAndForms) {
  const Bytes encoded = EncodeTask(MoodTask()).value();
  const auto with = [&](size_t at, uint8_t byte) {
    Bytes changed = encoded;
    changed[at] = byte;
    return changed;
  };
  EXPECT_EQ(DecodingFails(with(0, 'X')), ErrorCode::kMalformed);
  EXPECT_EQ(DecodingFails(with(4, 2)), ErrorCode::kUnsupportedVersion);
  EXPECT_EQ(DecodingFails(with(6, 4)), ErrorCode::kMalformed);
  const size_t denominator = encoded.size() - 8;
  EXPECT_EQ(DecodingFails(with(denominator, 2)), ErrorCode::kMalformed) << "16 / 2 is 8 / 1";
  EXPECT_EQ(DecodingFails(with(denominator, 0)), ErrorCode::kInvalidArgument);
}

TEST(DecodeTask, BelievesNoNumberOfItemsThatIsNotThere) {
  Bytes encoded = EncodeTask(PopularityTask(1, 1)).value();
  const size_t count = encoded.size() - 2 - 2 - 4;  // "i0", its length, the count
  for (size_t byte = 0; byte < 4; ++byte) encoded[count + byte] = 0xFF;
  EXPECT_EQ(DecodingFails(encoded), ErrorCode::kTruncated);
}

TEST(MeasurePopularity, SetsTheBitsOfTheEngagedItems) {
  ChaCha20Source random(1);
  EXPECT_EQ(MeasurePopularity(PopularityTask(5, 3), std::vector<uint32_t>{4, 0}, random).value(),
            (std::vector<uint64_t>{1, 0, 0, 0, 1}));
  EXPECT_EQ(MeasurePopularity(PopularityTask(5, 3), {}, random).value(), std::vector<uint64_t>(5, 0));
}

TEST(MeasureAffinity, SetsTheBitsOfThePairsOfTheEngagedItems) {
  ChaCha20Source random(1);
  // Rows:                              0              1           2        3     4
  const std::vector<uint64_t> encoded = {1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1};
  EXPECT_EQ(MeasureAffinity(SplitAffinityTask(5, 3), std::vector<uint32_t>{4, 0, 2}, random).value(), encoded);
}

TEST(MeasureMood, IsOneOfThirtySixBuckets) {
  std::set<uint64_t> buckets;
  for (uint32_t sentiment = 0; sentiment < 3; ++sentiment) {
    for (uint32_t intent = 0; intent < 12; ++intent) {
      const auto measured = MeasureMood(MoodTask(), sentiment, intent).value();
      ASSERT_EQ(measured.size(), 1U);
      buckets.insert(measured[0]);
    }
  }
  EXPECT_EQ(buckets.size(), 36U);
  EXPECT_EQ(*buckets.rbegin(), 35U);
  EXPECT_EQ(MeasureMood(MoodTask(), 2, 3).value()[0], 27U);
  EXPECT_EQ(MeasureMood(MoodTask(), 3, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MeasureMood(MoodTask(), 0, 12).error().code, ErrorCode::kInvalidArgument);
}

TEST(Measure, ThinsToMaxItemsWithoutPreferenceForAnyOfThem) {
  const std::vector<uint32_t> engaged = {7, 2, 3, 5, 1};
  constexpr int kRuns = 3'000;
  for (const bool pairs : {false, true}) {
    const SplitTask task = pairs ? SplitAffinityTask(8, 3) : PopularityTask(8, 3);
    ChaCha20Source random(2);
    std::vector<int> kept(8, 0);
    for (int run = 0; run < kRuns; ++run) {
      const auto bits =
          (pairs ? MeasureAffinity(task, engaged, random) : MeasurePopularity(task, engaged, random)).value();
      ASSERT_EQ(std::accumulate(bits.begin(), bits.end(), uint64_t{0}), pairs ? 6U : 3U);
      for (size_t item = 0; item < 8; ++item)
        kept[item] += static_cast<int>(bits[pairs ? EntryIndex(8, item, item) : item]);
    }
    for (const uint32_t item : engaged) EXPECT_NEAR(kept[item], kRuns * 0.6, 5 * std::sqrt(kRuns * 0.24)) << item;
    EXPECT_EQ(kept[0] + kept[4] + kept[6], 0);
  }
}

TEST(Measure, RefusesItemsThatAreNotInTheTaskOrTwiceAndAnotherKindOfTask) {
  ChaCha20Source random(3);
  const auto code = [&](const SplitTask& task, const std::vector<uint32_t>& engaged) {
    const auto measured = std::holds_alternative<SplitAffinity>(task.what) ? MeasureAffinity(task, engaged, random)
                                                                           : MeasurePopularity(task, engaged, random);
    return measured.ok() ? ErrorCode::kInternal : measured.error().code;
  };
  EXPECT_EQ(code(PopularityTask(4, 2), {1, 4}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(PopularityTask(4, 2), {1, 1}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(SplitAffinityTask(4, 2), {1, 4}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(SplitAffinityTask(4, 2), {1, 1}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code(MoodTask(), {}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(MeasureAffinity(PopularityTask(), {}, random).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MeasureMood(PopularityTask(), 0, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MeasureDelta(MoodTask(), {}, random).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace sotto::federation
