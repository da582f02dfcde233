// What a viewer does with a product, and what is going on meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sotto::recommend {

enum class EventKind : uint8_t {
  kShown,  // it was on the viewer's screen
  kView,   // looked at
  kClick,
  kCart,
  kBuy,
  kLess,  // "less of this"
};
inline constexpr size_t kEventKinds = 6;

// How much an event says of a taste: view 0.3, click 1, cart 2, buy 3; less -1; shown 0.
float WeightOf(EventKind kind);
// View or more.
constexpr bool IsEngagement(EventKind kind) {
  return kind >= EventKind::kView && kind <= EventKind::kBuy;
}

struct Event {
  uint32_t product = 0;  // number in the catalogue
  EventKind kind = EventKind::kView;
  int64_t at_ms = 0;  // on any clock, the same as Context::now_ms; 0 to 2^53
  // What Rank was told when the product was shown: feedback is learned from what it saw.
  std::optional<uint32_t> on_stage = {};
  float mood = 0;
};

// What is going on while products are ranked.
struct Context {
  std::optional<uint32_t> on_stage = {};  // the product that the host shows now
  float mood = 0;                         // of the viewer's own comments lately, -1 (angry) to 1 (glad)
  int64_t now_ms = 0;                     // 0 to 2^53
};

// What the room asks for a product now. Without one: the catalogue's price, no coupon, unknown stock.
struct Offer {
  uint32_t product = 0;
  int64_t price = 0;   // minor units, >= 0, before the coupon
  int32_t stock = -1;  // -1 unknown, 0 sold out
  float coupon = 0;    // share of the price that it takes off, 0 to 1
};

}  // namespace sotto::recommend
