#include "sotto/recommend/models/popularity.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sotto/base/deterministic_math.h"
#include "sotto/recommend/models/take_array.h"

namespace sotto::recommend {
namespace {

constexpr double kLn2 = 0.6931471805599453;

double NewestTime(const Interactions& interactions) {
  double newest = 0;
  bool first = true;
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto times = interactions.TimesOf(user);
    if (times.empty()) continue;
    newest = first ? times.back() : std::max(newest, times.back());
    first = false;
  }
  return newest;
}

}  // namespace

Result<PopularityModel> PopularityModel::Fit(const Interactions& interactions, const PopularityOptions& options) {
  if (!(options.half_life >= 0 && std::isfinite(options.half_life))) {
    return Error{ErrorCode::kInvalidArgument, "half_life is negative or not finite.", "0 counts all alike."};
  }
  if (options.half_life > 0 && !interactions.timed()) {
    return Error{ErrorCode::kInvalidArgument, "half_life is given, but the interactions have no times.",
                 "Leave it at 0."};
  }
  const double newest = NewestTime(interactions);
  std::vector<double> sums(interactions.items(), 0);
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto items = interactions.ItemsOf(user);
    const auto times = interactions.TimesOf(user);
    for (size_t i = 0; i < items.size(); ++i) {
      sums[items[i]] += options.half_life > 0 ? Exp(-kLn2 * ((newest - times[i]) / options.half_life)) : 1;
    }
  }
  return PopularityModel(std::vector<float>(sums.begin(), sums.end()));
}

Result<PopularityModel> PopularityModel::Read(ByteReader& in, uint32_t items) {
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, TakeArray(in, items, sizeof(float)));
  ByteReader values(raw);
  std::vector<float> scores(items);
  for (float& score : scores) {
    SOTTO_ASSIGN_OR_RETURN(score, values.F32());
    if (!(score >= 0 && std::isfinite(score))) {
      return Error{ErrorCode::kMalformed, "an item's popularity is negative or not finite.", ""};
    }
  }
  SOTTO_RETURN_IF_ERROR(in.ExpectEnd());
  return PopularityModel(std::move(scores));
}

void PopularityModel::Write(ByteWriter& out) const {
  for (const float score : scores_) out.F32(score);
}

void PopularityModel::ScoreAll(std::span<const Engagement>, std::span<float> scores) const {
  std::ranges::copy(scores_, scores.begin());
}

}  // namespace sotto::recommend
