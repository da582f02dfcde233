// What every model promises (sotto/recommend/model.h), to be asked of each.
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

// Random users of random items; about `taken` each.
inline std::vector<Interaction> RandomEvents(uint32_t users, uint32_t items, uint32_t taken, uint64_t seed) {
  ChaCha20Source random(seed);
  std::vector<Interaction> events;
  for (uint32_t user = 0; user < users; ++user) {
    for (uint32_t i = 0; i < taken; ++i) {
      const auto item = static_cast<uint32_t>(random.Below(items).value());
      const auto weight = static_cast<float>(1 + random.Below(5).value());
      events.push_back({user, item, weight, static_cast<double>(random.Below(1000).value())});
    }
  }
  return events;
}

inline std::vector<uint32_t> RandomOrder(uint32_t count, uint64_t seed) {
  std::vector<uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  ChaCha20Source random(seed);
  for (uint32_t i = count; i > 1; --i) std::swap(order[i - 1], order[random.Below(i).value()]);
  return order;
}

inline std::vector<float> Scores(const Model& model, std::span<const Engagement> history) {
  std::vector<float> scores(model.items());
  const Status status = model.Score(history, scores);
  EXPECT_TRUE(status.ok());
  return scores;
}

// Histories of none, one, several, repeated, disliked and enormously weighed items.
inline std::vector<std::vector<Engagement>> Histories(uint32_t items) {
  const uint32_t last = items - 1;
  return {{},
          {{0, 1}},
          {{last, 3}, {0, 0.3F}, {last, 2}},
          {{0, -1}, {last, 1}},
          {{0, -2}},
          {{0, 3e38F}, {last, 3e38F}, {0, 3e38F}},
          {{0, 1e-38F}}};
}

template <class M>
void ExpectReadsBackWhatItWrote(const M& model) {
  ByteWriter out;
  model.Write(out);
  ByteReader in(out.bytes());
  const auto read = M::Read(in, model.items());
  ASSERT_TRUE(read.ok()) << ToString(read.error());
  ByteWriter again;
  read.value().Write(again);
  EXPECT_EQ(again.bytes(), out.bytes());
  for (const auto& history : Histories(model.items())) {
    EXPECT_EQ(Scores(read.value(), history), Scores(model, history));
  }
}

template <class M>
void ExpectRefusesItsBytesCutOrGrown(const M& model) {
  ByteWriter out;
  model.Write(out);
  for (size_t size = 0; size < out.bytes().size(); ++size) {
    ByteReader in(ByteSpan(out.bytes()).first(size));
    ASSERT_FALSE(M::Read(in, model.items()).ok()) << size;
  }
  out.U8(0);
  ByteReader in(out.bytes());
  EXPECT_EQ(M::Read(in, model.items()).error().code, ErrorCode::kMalformed);
}

inline void ExpectFiniteScores(const Model& model) {
  for (const auto& history : Histories(model.items())) {
    for (const float score : Scores(model, history)) EXPECT_TRUE(std::isfinite(score)) << history.size();
  }
}

inline void ExpectRefusesBadHistories(const Model& model) {
  std::vector<float> scores(model.items());
  const auto refused = [&](const Engagement& one) { return !model.Score({&one, 1}, scores).ok(); };
  EXPECT_TRUE(refused({model.items(), 1}));
  EXPECT_TRUE(refused({0, 0}));
  EXPECT_TRUE(refused({0, std::nanf("")}));
  scores.pop_back();
  EXPECT_FALSE(model.Score({}, scores).ok());
}

}  // namespace sotto::recommend
