// Any bytes as a recommender's model. What loads is written back as the same bytes, scores with finite numbers and, if
// the ranker takes it, ranks without a fault.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "resealed.h"
#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/model_file.h"
#include "sotto/recommend/models/load.h"
#include "sotto/recommend/ranking/ranker.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

const sotto::recommend::Ranker& Room() {
  static const auto ranker = [] {
    const std::vector<sotto::recommend::Product> products = {
        {"a", "green tea", "tea", 100}, {"b", "teapot", "ware", 200}, {"c", "x", "", 3}};
    const auto content = sotto::recommend::ContentVectors(products, {}).value();
    return sotto::recommend::Ranker::Create(products, content, "").value();
  }();
  return ranker;
}

void RequireFiniteScores(const sotto::recommend::Model& model) {
  std::vector<float> scores(model.items());
  std::vector<sotto::recommend::Engagement> history;
  Require(model.Score(history, scores).ok());
  for (uint32_t i = 0; i < std::min(model.items(), 3U); ++i) history.push_back({i, i == 1 ? -1e30F : 3.0F});
  Require(model.Score(history, scores).ok());
  for (const float score : scores) Require(std::isfinite(score));
  if (model.items() > 0) {
    const auto because = model.Because(history, model.items() - 1);
    Require(!because || *because < history.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const sotto::Bytes file = sotto::Resealed({data, size});
  const auto model = sotto::recommend::LoadModel(file);
  if (!model.ok()) return 0;
  Require(sotto::recommend::WriteModelFile(*model.value().model, model.value().info).value() == file);
  RequireFiniteScores(*model.value().model);

  sotto::recommend::Ranker ranker = Room();
  if (!ranker.UseModel(model.value().info, model.value().model).ok()) return 0;
  for (const uint32_t product : {0U, 2U}) {
    Require(ranker.Observe({.product = product, .kind = sotto::recommend::EventKind::kBuy, .at_ms = 1}).ok());
    const auto ranked = ranker.Rank({.include_engaged = true});
    Require(ranked.ok() && ranked.value().size() == 3);
    for (const auto& one : ranked.value()) Require(std::isfinite(one.score) && one.product < 3);
  }
  return 0;
}
