// Binding of sotto/recommend's models.
#include "model.h"

SOTTO_DECLARE_ANSWER(ModelAnswer)
SOTTO_DECLARE_ANSWER(ScoresAnswer)

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

val Items(const Model& model) {
  return val::array(model.named.info.items);
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

}  // namespace

EMSCRIPTEN_DECLARE_VAL_TYPE(ItemIds)

EMSCRIPTEN_BINDINGS(sotto_model) {
  SOTTO_REGISTER_ANSWER(ModelAnswer, "Model");
  SOTTO_REGISTER_ANSWER(ScoresAnswer, "Float32Array");
  emscripten::class_<Model>("Model")
      .class_function("load(file)", &Load)
      .function("score(items, weights)", &Score)
      .function("items", &Items)
      .property("kind", &Kind)
      .property("version", &Version)
      .property("catalogue", &Catalogue);
}
