// Binding of sotto/recommend's personal head: a two-tower network tuned to one viewer, a few steps at a time.
#include "model.h"
#include "sotto/base/random.h"
#include "sotto/recommend/models/two_tower_head.h"
#include "sotto/recommend/ranking/personal_head.h"

SOTTO_DECLARE_ANSWER(TunerAnswer)
SOTTO_DECLARE_ANSWER(HeadModelAnswer)
SOTTO_DECLARE_ANSWER(HeadChangeAnswer)
SOTTO_DECLARE_ANSWER(HeadSizeAnswer)

namespace {

using namespace sotto::recommend;  // NOLINT(google-build-using-namespace): this file is about nothing else
using sotto::Error;
using sotto::ErrorCode;
using sotto::Result;
using sotto::wasm::Answer;

Result<const TwoTowerModel*> TwoTowerOf(const sotto::wasm::Model& model) {
  if (model.named.model->kind() == TwoTowerModel::kKind) {
    return static_cast<const TwoTowerModel*>(model.named.model.get());
  }
  return Error{ErrorCode::kInvalidArgument,
               "the model is of the kind \"" + std::string(model.named.model->kind()) + "\".",
               "Only a two-tower network has a head."};
}

// No tuner (undefined) without an engagement.
TunerAnswer Create(const sotto::wasm::Model& model, const Uint32List& products, const Uint32List& kinds,
                   uint32_t seed) {
  const auto make = [&]() -> Result<std::vector<HeadTuner>> {
    SOTTO_ASSIGN_OR_RETURN(const TwoTowerModel* const tower, TwoTowerOf(model));
    const auto product = emscripten::convertJSArrayToNumberVector<uint32_t>(products);
    const auto kind = emscripten::convertJSArrayToNumberVector<uint32_t>(kinds);
    if (product.size() != kind.size()) return sotto::wasm::DifferentLengths().error();
    std::vector<Event> events(product.size());
    for (size_t i = 0; i < events.size(); ++i) {
      events[i] = {.product = product[i], .kind = static_cast<EventKind>(std::min(kind[i], uint32_t{kEventKinds - 1}))};
    }
    sotto::ChaCha20Source random(seed);
    SOTTO_ASSIGN_OR_RETURN(const std::vector<HeadExample> examples, HeadExamples(events, tower->items(), random));
    std::vector<HeadTuner> made;
    if (examples.empty()) return made;
    SOTTO_ASSIGN_OR_RETURN(HeadTuner tuner, HeadTuner::Create(*tower, examples, {}));
    made.push_back(std::move(tuner));
    return made;
  };
  return TunerAnswer(Answer(make(), [](std::vector<HeadTuner>&& made) {
    return made.empty() ? sotto::wasm::val::undefined() : sotto::wasm::Owned(std::move(made.front()));
  }));
}

Float32List Head(const HeadTuner& tuner) {
  return Float32List(sotto::wasm::CopiedArray<float>(tuner.head()));
}

// What differs between `head` and the model's own.
HeadChangeAnswer HeadChange(const sotto::wasm::Model& model, const Float32List& head) {
  const auto change = [&]() -> Result<std::vector<float>> {
    SOTTO_ASSIGN_OR_RETURN(const TwoTowerModel* const tower, TwoTowerOf(model));
    std::vector<float> tuned = emscripten::convertJSArrayToNumberVector<float>(head);
    const std::vector<float> own = tower->Head();
    if (tuned.size() != own.size()) return sotto::wasm::DifferentLengths().error();
    for (size_t i = 0; i < own.size(); ++i) tuned[i] -= own[i];
    return tuned;
  };
  return HeadChangeAnswer(
      Answer(change(), [](const std::vector<float>& change) { return sotto::wasm::CopiedArray<float>(change); }));
}

// The number of parameters of a two-tower model's head.
HeadSizeAnswer HeadSize(const sotto::wasm::Model& model) {
  return HeadSizeAnswer(Answer(TwoTowerOf(model), [](const TwoTowerModel* tower) {
    return sotto::wasm::val(static_cast<uint32_t>(tower->Head().size()));
  }));
}

HeadModelAnswer WithHead(const sotto::wasm::Model& model, const Float32List& head) {
  const auto make = [&]() -> Result<sotto::wasm::Model> {
    SOTTO_ASSIGN_OR_RETURN(const TwoTowerModel* const tower, TwoTowerOf(model));
    auto changed = std::make_shared<TwoTowerModel>(*tower);
    SOTTO_RETURN_IF_ERROR(changed->SetHead(emscripten::convertJSArrayToNumberVector<float>(head)));
    return sotto::wasm::Model{NamedModel{model.named.info, std::move(changed)}};
  };
  return HeadModelAnswer(Answer(make(), [](sotto::wasm::Model&& made) { return sotto::wasm::Owned(std::move(made)); }));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_tuner) {
  SOTTO_REGISTER_ANSWER(TunerAnswer, "HeadTuner | undefined");
  SOTTO_REGISTER_ANSWER(HeadModelAnswer, "Model");
  SOTTO_REGISTER_ANSWER(HeadChangeAnswer, "Float32Array");
  SOTTO_REGISTER_ANSWER(HeadSizeAnswer, "number");
  emscripten::function("headChange(model, head)", &HeadChange);
  emscripten::function("headSize(model)", &HeadSize);
  emscripten::function("withHead(model, head)", &WithHead);
  emscripten::class_<HeadTuner>("HeadTuner")
      .class_function("create(model, products, kinds, seed)", &Create)
      .function("step(steps)", &HeadTuner::Step)
      .function("loss", &HeadTuner::Loss)
      .function("head", &Head);
}
