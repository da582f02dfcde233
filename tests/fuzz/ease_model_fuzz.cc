// Any bytes as a room's model. What loads is written back as the same bytes and ranks without a fault.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "resealed.h"
#include "sotto/recommend/ease.h"
#include "sotto/recommend/ranker.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

const sotto::recommend::Ranker& Room() {
  static const auto ranker = sotto::recommend::Ranker::Create(
                                 {{"a", "green tea", "tea", 100}, {"b", "teapot", "ware", 200}, {"c", "x", "", 3}}, {})
                                 .value();
  return ranker;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const sotto::Bytes file = sotto::Resealed({data, size});
  const auto model = sotto::recommend::EaseModel::Load(file);
  if (!model.ok()) return 0;
  Require(model.value().Serialise() == file);

  sotto::recommend::Ranker ranker = Room();
  if (!ranker.UseModel(model.value()).ok()) return 0;
  const std::vector<sotto::recommend::Engagement> history = {{0, 1}, {2, 3}};
  for (const auto& engaged : {std::vector<sotto::recommend::Engagement>{}, history}) {
    const auto ranked = ranker.Rank(engaged, {.include_engaged = true});
    Require(ranked.ok() && ranked.value().size() == 3);
    for (const auto& one : ranked.value()) Require(!std::isnan(one.score) && one.product < 3);
  }
  return 0;
}
