#include "sotto/overlay/cards.h"

#include <algorithm>
#include <string>

namespace sotto::overlay {
namespace {

constexpr size_t kMaxCards = 1'000;
constexpr int32_t kMaxCoordinate = 16'384;

Status CheckRange(const Card& card, const char* field, int64_t value, int64_t least, int64_t most) {
  if (least <= value && value <= most) return {};
  return Error{ErrorCode::kInvalidArgument,
               "card " + std::to_string(card.id) + " has " + field + " " + std::to_string(value) + ".",
               "Choose it from " + std::to_string(least) + " to " + std::to_string(most) + "."};
}

}  // namespace

int32_t EaseOutCubic(int32_t x) {
  const int64_t rest = 1'000 - x;
  return static_cast<int32_t>(1'000 - rest * rest * rest / 1'000'000);
}

int32_t Presence(const Card& card, MediaTime t) {
  const MediaTime since = t - card.at;
  const MediaTime left = card.duration - since;
  if (since < 0 || left <= 0) return 0;
  const MediaTime entered = std::min(since, kCardEntrance) * 1'000 / kCardEntrance;
  const MediaTime staying = std::min(left, kCardExit) * 1'000 / kCardExit;
  return EaseOutCubic(static_cast<int32_t>(std::min(entered, staying)));
}

Status Cards::Add(const Card& card) {
  SOTTO_RETURN_IF_ERROR(CheckRange(card, "at", card.at, 0, kMaxMediaTime));
  SOTTO_RETURN_IF_ERROR(CheckRange(card, "duration", card.duration, 1, kMaxMediaTime));
  SOTTO_RETURN_IF_ERROR(CheckRange(card, "x", card.x, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(CheckRange(card, "y", card.y, -kMaxCoordinate, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(CheckRange(card, "width", card.width, 1, kMaxCoordinate));
  SOTTO_RETURN_IF_ERROR(CheckRange(card, "height", card.height, 1, kMaxCoordinate));
  Remove(card.id);
  if (cards_.size() == kMaxCards) {
    return Error{ErrorCode::kResourceExhausted, "there are 1,000 cards already.", "Remove those that are over."};
  }
  cards_.push_back(card);
  return {};
}

void Cards::Remove(uint32_t id) {
  std::erase_if(cards_, [id](const Card& card) { return card.id == id; });
}

void Cards::Show(MediaTime now, Commands& out) const {
  for (const Card& card : cards_) {
    const int32_t presence = Presence(card, now);
    if (presence == 0) continue;
    const auto sunk = static_cast<int32_t>(int64_t{1'000 - presence} * card.height / 4'000);
    out.push_back({Op::kCard, static_cast<int32_t>(card.id), card.x, card.y + sunk, card.width, card.height, presence,
                   940 + 60 * presence / 1'000});
  }
}

}  // namespace sotto::overlay
