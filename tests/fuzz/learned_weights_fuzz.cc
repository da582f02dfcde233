// Any bytes as learned weights. What is read is written back as the same bytes, learns, draws and ranks without a
// fault.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "resealed.h"
#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/ranking/ranker.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using sotto::recommend::Ranker;
  const sotto::Bytes file = sotto::Resealed({data, size});
  static const std::vector<sotto::recommend::Product> products = {{"a", "green tea", "tea", 100},
                                                                  {"b", "teapot", "ware", 200}};
  static const Ranker room =
      Ranker::Create(products, sotto::recommend::ContentVectors(products, {}).value(), "").value();
  Ranker ranker = room;
  if (!ranker.RestoreLearned(file).ok()) return 0;
  Require(ranker.Learned() == file);
  for (const auto kind : {sotto::recommend::EventKind::kShown, sotto::recommend::EventKind::kBuy}) {
    Require(ranker.Observe({.product = 0, .kind = kind, .at_ms = 5}).ok());
  }
  Require(sotto::recommend::Blend::Read(ranker.Learned()).ok());
  const auto ranked = ranker.Rank({.include_engaged = true, .exploration_seed = 7});
  Require(ranked.ok() && ranked.value().size() == 2);
  for (const auto& one : ranked.value()) Require(one.score >= 0 && one.score <= 1);
  return 0;
}
