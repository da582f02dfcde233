// Binding of sotto/federation: what a device contributes by itself (trust: local).
#include "answer.h"
#include "random.h"
#include "sotto/federation/local_update.h"

SOTTO_DECLARE_ANSWER(TaskNumberAnswer)
SOTTO_DECLARE_ANSWER(UpdateBytesAnswer)
SOTTO_DECLARE_ANSWER(UpdateEntriesAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(TaskItems)

namespace {

using sotto::federation::AffinityTask;
using sotto::federation::LocalUpdate;
using sotto::wasm::Answer;
using sotto::wasm::val;
using sotto::wasm::Whole;

struct Task {
  std::string id;
  TaskItems items = TaskItems(val::array());
  uint32_t max_items;
  double sigma_squared_numerator, sigma_squared_denominator;

  AffinityTask ToCore() const {
    return {.id = id,
            .items = emscripten::vecFromJSArray<std::string>(items),
            .max_items = max_items,
            .sigma_squared = {static_cast<uint64_t>(Whole(sigma_squared_numerator, 0)),
                              static_cast<uint64_t>(Whole(sigma_squared_denominator, 0))}};
  }
};

TaskNumberAnswer TaskRho(const Task& task) {
  return TaskNumberAnswer(Answer(sotto::federation::TaskRho(task.ToCore()), [](double rho) { return val(rho); }));
}

TaskNumberAnswer TaskMicroRho(const Task& task) {
  return TaskNumberAnswer(Answer(sotto::federation::TaskMicroRho(task.ToCore()),
                                 [](sotto::privacy::MicroRho cost) { return val(static_cast<double>(cost)); }));
}

TaskNumberAnswer EntryBound(const Task& task) {
  return TaskNumberAnswer(
      Answer(sotto::federation::EntryBound(task.ToCore()), [](int16_t bound) { return val(bound); }));
}

UpdateBytesAnswer MakeLocalUpdate(const Task& js_task, const Uint32List& engaged, sotto::wasm::Random& random) {
  const AffinityTask task = js_task.ToCore();
  const auto indices = emscripten::convertJSArrayToNumberVector<uint32_t>(engaged);
  return UpdateBytesAnswer(
      Answer(sotto::federation::MakeLocalUpdate(task, indices, random.source()), [&task](const LocalUpdate& update) {
        return sotto::wasm::CopiedArray<uint8_t>(sotto::federation::SerialiseUpdate(task, update));
      }));
}

UpdateEntriesAnswer DecodeUpdate(const Task& task, const Uint8List& bytes) {
  return UpdateEntriesAnswer(
      Answer(sotto::federation::ParseUpdate(task.ToCore(), sotto::wasm::BytesOf(bytes)),
             [](const LocalUpdate& update) { return sotto::wasm::CopiedArray<int16_t>(update.entries); }));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_federation_local) {
  SOTTO_REGISTER_ANSWER(TaskNumberAnswer, "number");
  SOTTO_REGISTER_ANSWER(UpdateBytesAnswer, "Uint8Array");
  SOTTO_REGISTER_ANSWER(UpdateEntriesAnswer, "Int16Array");
  emscripten::register_type<TaskItems>("readonly string[]");
  emscripten::value_object<Task>("AffinityTask")
      .field("id", &Task::id)
      .field("items", &Task::items)
      .field("maxItems", &Task::max_items)
      .field("sigmaSquaredNumerator", &Task::sigma_squared_numerator)
      .field("sigmaSquaredDenominator", &Task::sigma_squared_denominator);
  emscripten::function("taskRho(task)", &TaskRho);
  emscripten::function("taskMicroRho(task)", &TaskMicroRho);
  emscripten::function("entryBound(task)", &EntryBound);
  emscripten::function("makeLocalUpdate(task, engaged, random)", &MakeLocalUpdate);
  emscripten::function("decodeUpdate(task, bytes)", &DecodeUpdate);
}
