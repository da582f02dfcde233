// Product cards: a card's look is a function of the media time alone.
#pragma once

#include <cstdint>
#include <vector>

#include "sotto/overlay/geometry.h"

namespace sotto::overlay {

inline constexpr MediaTime kCardEntrance = 320'000;
inline constexpr MediaTime kCardExit = 240'000;

// Cubic ease-out in per mille: 1000 - (1000 - x)^3 / 10^6 for x in 0..1000, rounded up.
int32_t EaseOutCubic(int32_t x);

// How present a card is at time t, in per mille: eased from 0 to 1000 over the entrance and back over the exit (the
// lesser of both for a card too short for them); 0 before and after its time.
int32_t Presence(const Card& card, MediaTime t);

class Cards {
 public:
  // Errors as Planner::AddCard.
  Status Add(const Card& card);
  void Remove(uint32_t id);
  void Clear() { cards_.clear(); }

  // One kCard for each card present: it rises into place by a quarter of its height, fades in, and grows from 940 per
  // mille.
  void Show(MediaTime now, Commands& out) const;

 private:
  std::vector<Card> cards_;  // in order of addition
};

}  // namespace sotto::overlay
