// Binding of sotto/recommend.
#include "answer.h"
#include "sotto/recommend/models/load.h"
#include "sotto/recommend/ranker.h"

SOTTO_DECLARE_ANSWER(EaseModelAnswer)
SOTTO_DECLARE_ANSWER(RankerAnswer)
SOTTO_DECLARE_ANSWER(RankerStatus)
SOTTO_DECLARE_ANSWER(RankAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(CatalogueProducts)

namespace {

using sotto::recommend::NamedModel;
using sotto::recommend::Ranker;
using sotto::recommend::ReasonKind;
using sotto::wasm::Answer;
using sotto::wasm::val;

struct CatalogueProduct {
  std::string id, title, category;
  double price;  // minor units: whole numbers are exact below 2^53
};

EaseModelAnswer LoadEase(const Uint8List& file) {
  return EaseModelAnswer(Answer(sotto::recommend::LoadModel(sotto::wasm::BytesOf(file)),
                                [](NamedModel&& model) { return sotto::wasm::Owned(std::move(model)); }));
}

std::string EaseVersion(const NamedModel& model) {
  return model.info.version;
}

RankerAnswer CreateRanker(const CatalogueProducts& products) {
  std::vector<sotto::recommend::Product> catalogue;
  for (auto& product : emscripten::vecFromJSArray<CatalogueProduct>(products)) {
    catalogue.push_back({.id = std::move(product.id),
                         .title = std::move(product.title),
                         .category = std::move(product.category),
                         .price = sotto::wasm::Whole(product.price)});
  }
  return RankerAnswer(Answer(Ranker::Create(std::move(catalogue), {}),
                             [](Ranker&& ranker) { return sotto::wasm::Owned(std::move(ranker)); }));
}

RankerStatus UseModel(Ranker& ranker, const NamedModel& model) {
  return RankerStatus(Answer(ranker.UseModel(model)));
}

const char* ReasonName(ReasonKind kind) {
  switch (kind) {
    case ReasonKind::kPopular:
      return "popular";
    case ReasonKind::kSimilar:
      return "similar";
    case ReasonKind::kTogether:
      return "together";
  }
  return "popular";
}

RankAnswer Rank(const Ranker& ranker, const Uint32List& products, const Float32List& weights, uint32_t k,
                bool include_engaged) {
  const auto product = emscripten::convertJSArrayToNumberVector<uint32_t>(products);
  const auto weight = emscripten::convertJSArrayToNumberVector<float>(weights);
  if (weight.size() != product.size()) return RankAnswer(Answer(sotto::wasm::DifferentLengths()));
  std::vector<sotto::recommend::Engagement> history(product.size());
  for (size_t i = 0; i < history.size(); ++i) history[i] = {.item = product[i], .weight = weight[i]};
  return RankAnswer(Answer(ranker.Rank(history, {.k = k, .include_engaged = include_engaged}),
                           [](const std::vector<sotto::recommend::Recommendation>& recommendations) {
                             val list = val::array();
                             for (const auto& recommendation : recommendations) {
                               val value = val::object();
                               value.set("product", recommendation.product);
                               value.set("score", recommendation.score);
                               value.set("reason", val(ReasonName(recommendation.reason)));
                               value.set("because",
                                         recommendation.because ? val(*recommendation.because) : val::undefined());
                               value.set("contentShare", recommendation.content_share);
                               list.call<void>("push", value);
                             }
                             return list;
                           }));
}

std::string ModelVersion(const Ranker& ranker) {
  return std::string(ranker.model_version());
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_recommend) {
  SOTTO_REGISTER_ANSWER(EaseModelAnswer, "EaseModel");
  SOTTO_REGISTER_ANSWER(RankerAnswer, "Ranker");
  SOTTO_REGISTER_ANSWER(RankerStatus, "undefined");
  SOTTO_REGISTER_ANSWER(RankAnswer,
                        "{ product: number, score: number, reason: 'popular' | 'similar' | 'together', because: number "
                        "| undefined, contentShare: number }[]");
  emscripten::register_type<CatalogueProducts>("readonly CatalogueProduct[]");
  emscripten::value_object<CatalogueProduct>("CatalogueProduct")
      .field("id", &CatalogueProduct::id)
      .field("title", &CatalogueProduct::title)
      .field("category", &CatalogueProduct::category)
      .field("price", &CatalogueProduct::price);
  emscripten::class_<NamedModel>("EaseModel").class_function("load(file)", &LoadEase).property("version", &EaseVersion);
  emscripten::class_<Ranker>("Ranker")
      .class_function("create(products)", &CreateRanker)
      .function("useModel(model)", &UseModel)
      .function("rank(products, weights, k, includeEngaged)", &Rank)
      .property("modelVersion", &ModelVersion);
}
