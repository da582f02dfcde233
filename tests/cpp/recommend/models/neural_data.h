// Small worlds with a known answer, for models that are trained.
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/interactions.h"
#include "sotto/recommend/model.h"

namespace sotto::recommend {

// Users and items of `groups` kinds (item i is of kind i % groups, as is user u): each user has `each` items of the
// own kind.
inline Interactions Groups(uint32_t users, uint32_t items, uint32_t groups, uint32_t each, uint64_t seed) {
  ChaCha20Source random(seed);
  std::vector<Interaction> events;
  for (uint32_t user = 0; user < users; ++user) {
    for (uint32_t n = 0; n < each; ++n) {
      const auto place = static_cast<uint32_t>(random.Below(items / groups).value());
      events.push_back({user, place * groups + user % groups});
    }
  }
  return Interactions::Create(users, items, events).value();
}

// Every user walks around a circle of items from a place of the own: what follows item i is (i + 1) % items.
inline Interactions Circle(uint32_t users, uint32_t items, uint32_t steps, uint64_t seed) {
  ChaCha20Source random(seed);
  std::vector<Interaction> events;
  for (uint32_t user = 0; user < users; ++user) {
    const auto start = static_cast<uint32_t>(random.Below(items).value());
    for (uint32_t n = 0; n < steps; ++n) {
      events.push_back({user, (start + n) % items, 1, static_cast<double>(n)});
    }
  }
  return Interactions::Create(users, items, events).value();
}

inline std::vector<float> ScoresOf(const Model& model, const std::vector<Engagement>& history) {
  std::vector<float> scores(model.items());
  if (!model.Score(history, scores).ok()) scores.clear();
  return scores;
}

template <class M>
Bytes Written(const M& model) {
  ByteWriter out;
  model.Write(out);
  return out.Release();
}

}  // namespace sotto::recommend
