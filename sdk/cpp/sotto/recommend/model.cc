#include "sotto/recommend/model.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace sotto::recommend {

Status CheckHistory(std::span<const Engagement> history, uint32_t items) {
  for (size_t i = 0; i < history.size(); ++i) {
    const std::string where = "history[" + std::to_string(i) + "]";
    if (history[i].item >= items) {
      return Error{ErrorCode::kInvalidArgument,
                   where + ".item is " + std::to_string(history[i].item) + ", there are " + std::to_string(items) + ".",
                   ""};
    }
    if (history[i].weight == 0 || !std::isfinite(history[i].weight)) {
      return Error{ErrorCode::kInvalidArgument, where + ".weight is 0 or not finite.", ""};
    }
  }
  return {};
}

Status Model::Score(std::span<const Engagement> history, std::span<float> scores) const {
  SOTTO_RETURN_IF_ERROR(CheckHistory(history, items()));
  if (scores.size() != items()) {
    return Error{ErrorCode::kInvalidArgument,
                 "there is place for " + std::to_string(scores.size()) + " scores, the model has " +
                     std::to_string(items()) + " items.",
                 ""};
  }
  std::ranges::fill(scores, 0.0F);
  ScoreAll(history, scores);
  return {};
}

std::optional<size_t> Model::Because(std::span<const Engagement>, uint32_t) const {
  return std::nullopt;
}

}  // namespace sotto::recommend
