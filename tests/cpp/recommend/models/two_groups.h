// Data whose structure every model of taste must find: two groups of users who each engage with one half of the items.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/interactions.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

inline constexpr uint32_t kGroupItems = 8;

// 200 users; each has some five of the eight items of its group.
inline Interactions TwoGroups() {
  constexpr uint32_t kUsers = 200;
  ChaCha20Source random(1);
  std::vector<Interaction> events;
  for (uint32_t user = 0; user < kUsers; ++user) {
    for (uint32_t i = 0; i < kGroupItems; ++i) {
      if (random.Below(8).value() < 5) events.push_back({user, user % 2 * kGroupItems + i});
    }
  }
  return Interactions::Create(kUsers, 2 * kGroupItems, events).value();
}

// A viewer of two items of a group gets the group's other items first.
inline void ExpectKnowsTheGroups(const Model& model) {
  ASSERT_EQ(model.items(), 2 * kGroupItems);
  for (uint32_t group = 0; group < 2; ++group) {
    const uint32_t first = group * kGroupItems;
    const std::vector<Engagement> history = {{first + 1, 1}, {first + 4, 1}};
    std::vector<float> scores(model.items());
    ASSERT_TRUE(model.Score(history, scores).ok());
    for (uint32_t own = first; own < first + kGroupItems; ++own) {
      if (own == first + 1 || own == first + 4) continue;
      for (uint32_t i = 0; i < kGroupItems; ++i) {
        EXPECT_GT(scores[own], scores[(1 - group) * kGroupItems + i]) << own << ' ' << i;
      }
    }
  }
}

}  // namespace sotto::recommend
