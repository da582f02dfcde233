// Binding of sotto/recommend's models.
#include "model.h"

#include <algorithm>

#include "sotto/recommend/interactions.h"
#include "sotto/recommend/models/ials.h"

SOTTO_DECLARE_ANSWER(ModelAnswer)
SOTTO_DECLARE_ANSWER(ScoresAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(ItemIds)

namespace {

using sotto::wasm::Answer;
using sotto::wasm::Model;
using sotto::wasm::val;

ModelAnswer Load(const Uint8List& file) {
  return ModelAnswer(
      Answer(sotto::recommend::LoadModel(sotto::wasm::BytesOf(file)),
             [](sotto::recommend::NamedModel&& named) { return sotto::wasm::Owned(Model{std::move(named)}); }));
}

std::string Kind(const Model& model) {
  return std::string(model.named.model->kind());
}

std::string Version(const Model& model) {
  return model.named.info.version;
}

std::string Catalogue(const Model& model) {
  return model.named.info.catalogue;
}

ItemIds Items(const Model& model) {
  return ItemIds(val::array(model.named.info.items));
}

ScoresAnswer Score(const Model& model, const Uint32List& items, const Float32List& weights) {
  const auto item = emscripten::convertJSArrayToNumberVector<uint32_t>(items);
  const auto weight = emscripten::convertJSArrayToNumberVector<float>(weights);
  if (weight.size() != item.size()) return ScoresAnswer(Answer(sotto::wasm::DifferentLengths()));
  std::vector<sotto::recommend::Engagement> history(item.size());
  for (size_t i = 0; i < history.size(); ++i) history[i] = {.item = item[i], .weight = weight[i]};
  std::vector<float> scores(model.named.model->items());
  const sotto::Status status = model.named.model->Score(history, scores);
  if (!status.ok()) return ScoresAnswer(sotto::wasm::Failed(status.error()));
  return ScoresAnswer(sotto::wasm::Succeeded(sotto::wasm::CopiedArray<float>(scores)));
}

// Pairs of a user and an item, by number.
ModelAnswer FitIals(const Uint32List& users, const Uint32List& items, const ItemIds& ids, const std::string& version,
                    uint32_t rank, uint32_t epochs) {
  const auto make = [&]() -> sotto::Result<Model> {
    const auto user = emscripten::convertJSArrayToNumberVector<uint32_t>(users);
    const auto item = emscripten::convertJSArrayToNumberVector<uint32_t>(items);
    if (user.size() != item.size()) return sotto::wasm::DifferentLengths().error();
    std::vector<sotto::recommend::Interaction> events(user.size());
    uint32_t most = 0;
    for (size_t i = 0; i < events.size(); ++i) {
      events[i] = {.user = user[i], .item = item[i]};
      most = std::max(most, std::min(user[i], sotto::recommend::kMaxUsers) + 1);
    }
    sotto::recommend::ModelInfo info{version, "", emscripten::vecFromJSArray<std::string>(ids)};
    const auto count = static_cast<uint32_t>(info.items.size());
    SOTTO_ASSIGN_OR_RETURN(const auto interactions, sotto::recommend::Interactions::Create(most, count, events));
    sotto::recommend::IalsOptions options;
    options.rank = rank;
    options.epochs = epochs;
    SOTTO_ASSIGN_OR_RETURN(auto model, sotto::recommend::IalsModel::Fit(interactions, options));
    return Model{{std::move(info), std::make_shared<sotto::recommend::IalsModel>(std::move(model))}};
  };
  return ModelAnswer(Answer(make(), [](Model&& model) { return sotto::wasm::Owned(std::move(model)); }));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_model) {
  SOTTO_REGISTER_ANSWER(ModelAnswer, "Model");
  SOTTO_REGISTER_ANSWER(ScoresAnswer, "Float32Array");
  emscripten::register_type<ItemIds>("string[]");
  emscripten::class_<Model>("Model")
      .class_function("fitIals(users, items, ids, version, rank, epochs)", &FitIals)
      .class_function("load(file)", &Load)
      .function("score(items, weights)", &Score)
      .function("items", &Items)
      .property("kind", &Kind)
      .property("version", &Version)
      .property("catalogue", &Catalogue);
}
