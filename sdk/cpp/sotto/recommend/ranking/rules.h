// What the shop wants, whatever the viewer's taste.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"

namespace sotto::recommend {

// In this place of the list, counted from 0, or at its end where the list is shorter. Not pinned is a product that is
// sold out, excluded, or of which the viewer wants less, and none in a place from k on.
struct Pin {
  uint32_t product = 0;
  uint32_t place = 0;
};

// A product or, without one, all of a category: "tea" is "tea" and "tea/green", and not "teaware".
struct Target {
  std::optional<uint32_t> product = {};
  std::string category = {};
};

struct Boost {
  Target target = {};
  float factor = 1;  // of the odds of a click in the order; 1/1,000 to 1,000. Several that meet a product multiply
};

// At most this many of a category or a brand: exactly one of the two is not empty.
struct Cap {
  std::string category = {};
  std::string brand = {};
  uint32_t most = 0;
};

struct Rules {
  std::vector<Pin> pins = {};  // by product and by place at most once each
  std::vector<Boost> boosts = {};
  std::vector<Cap> caps = {};
  std::vector<Target> exclusions = {};
};
inline constexpr size_t kMaxRules = 1024;         // of each kind
inline constexpr uint32_t kMaxPlace = 1'000'000;  // of a pin, and the most of a cap

// Whether `category` is `prefix` or lies under it.
bool LiesUnder(std::string_view category, std::string_view prefix);

// kInvalidArgument for a product outside the catalogue, a target of nothing, a factor, place or most out of range, a
// cap of both or neither, or a product or place that is pinned twice, naming which; kResourceExhausted above kMaxRules.
Status CheckRules(const Rules& rules, size_t products);

}  // namespace sotto::recommend
