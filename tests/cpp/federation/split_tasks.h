// Tasks under split trust for tests, and the way of a report through both aggregators.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sotto/federation/split_round.h"
#include "sotto/federation/split_task.h"
#include "sotto/vdaf/prio3.h"

namespace sotto::federation {

// So little noise that it is always zero: shows the sums themselves.
inline constexpr privacy::Rational kSplitWithoutNoise{1, 1000};

inline std::vector<std::string> ItemNames(size_t count) {
  std::vector<std::string> items;
  for (size_t i = 0; i < count; ++i) items.push_back("i" + std::to_string(i));
  return items;
}

inline SplitTask SplitTaskOf(decltype(SplitTask::what) what) {
  return {.id = "split-test", .what = std::move(what), .sigma_squared = {16, 1}, .min_batch_size = 2, .epoch = 7};
}

inline SplitTask PopularityTask(size_t items = 8, uint32_t max_items = 3) {
  return SplitTaskOf(SplitPopularity{.items = ItemNames(items), .max_items = max_items});
}

inline SplitTask SplitAffinityTask(size_t items = 6, uint32_t max_items = 3) {
  return SplitTaskOf(SplitAffinity{.items = ItemNames(items), .max_items = max_items});
}

inline SplitTask MoodTask() {
  return SplitTaskOf(SplitMood{.minute = 12});
}

// Entries reach 0.44 x 32 steps: they fit 5 bits.
inline SplitTask DeltaTask(uint32_t dimension = 72) {
  return SplitTaskOf(SplitDelta{
      .model = "m1", .dimension = dimension, .clip = 1, .entry_bits = 5, .step = 1.0 / 32, .rotation_seed = 99});
}

// A book that allows everything.
inline privacy::PolicyBook OpenBook() {
  constexpr privacy::MicroRho kAll = 1'000'000'000'000;
  return privacy::PolicyBook({kAll, kAll, kAll});
}

// Shards `measurement`, has both aggregators verify it and add their output shares.
inline void Contribute(const SplitTask& task, const std::vector<uint64_t>& measurement, RandomSource& random,
                       Aggregator& leader, Aggregator& helper) {
  const auto prio3 = vdaf::Prio3::Create(VdafParameters(task).value()).value();
  const Bytes context = VdafContext(task).value();
  const Bytes key(vdaf::kVerifyKeySize, 5);
  Bytes nonce(vdaf::kNonceSize);
  Bytes rand(prio3.rand_size());
  ASSERT_TRUE(random.Fill(nonce).ok() && random.Fill(rand).ok());
  const auto report = prio3.Shard(context, measurement, nonce, rand);
  ASSERT_TRUE(report.ok()) << ToString(report.error());

  std::vector<vdaf::VerifyState> states;
  std::vector<Bytes> verifier_shares;
  for (uint8_t aggregator = 0; aggregator < 2; ++aggregator) {
    auto started = prio3.VerifyInit(key, context, aggregator, nonce, report.value().public_share,
                                    report.value().input_shares[aggregator]);
    ASSERT_TRUE(started.ok()) << ToString(started.error());
    states.push_back(std::move(started.value().state));
    verifier_shares.push_back(std::move(started.value().verifier_share));
  }
  const auto message = prio3.VerifierSharesToMessage(context, verifier_shares);
  ASSERT_TRUE(message.ok()) << ToString(message.error());
  ASSERT_TRUE(leader.Add(prio3.VerifyNext(states[0], message.value()).value()).ok());
  ASSERT_TRUE(helper.Add(prio3.VerifyNext(states[1], message.value()).value()).ok());
}

// The whole round of these measurements.
inline Result<Release> RoundOf(const SplitTask& task, const std::vector<std::vector<uint64_t>>& measurements,
                               RandomSource& random) {
  Aggregator leader = Aggregator::Create(task).value();
  Aggregator helper = Aggregator::Create(task).value();
  for (const auto& measurement : measurements) Contribute(task, measurement, random, leader, helper);
  privacy::PolicyBook leader_book = OpenBook();
  privacy::PolicyBook helper_book = OpenBook();
  std::vector<Bytes> shares;
  for (auto& [aggregator, book] : {std::pair(&leader, &leader_book), std::pair(&helper, &helper_book)}) {
    SOTTO_ASSIGN_OR_RETURN(Bytes share, aggregator->Release(*book, random));
    shares.push_back(std::move(share));
  }
  return Combine(task, shares, std::vector<uint64_t>{leader.count(), helper.count()});
}

}  // namespace sotto::federation
