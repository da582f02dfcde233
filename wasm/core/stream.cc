// Binding of sotto/stream: manifests, and when their events happen.
#include "answer.h"
#include "sotto/stream/clock.h"
#include "sotto/stream/manifest.h"

SOTTO_DECLARE_ANSWER(ManifestAnswer)
SOTTO_DECLARE_ANSWER(MomentAnswer)
EMSCRIPTEN_DECLARE_VAL_TYPE(Occurrences)

namespace {

using sotto::stream::Manifest;
using sotto::wasm::Answer;
using sotto::wasm::val;

ManifestAnswer Parse(const std::string& json) {
  return ManifestAnswer(Answer(sotto::stream::ParseManifest(json),
                               [](Manifest&& manifest) { return sotto::wasm::Owned(std::move(manifest)); }));
}

std::string Json(const Manifest& manifest) {
  return sotto::stream::RenderManifest(manifest);
}

Occurrences OccurrencesBetween(const Manifest& manifest, double from, double to, uint32_t limit) {
  val list = val::array();
  for (const auto& occurrence : sotto::stream::OccurrencesBetween(manifest.events, from, to, limit)) {
    val value = val::object();
    value.set("event", static_cast<uint32_t>(occurrence.event));
    value.set("repetition", static_cast<double>(occurrence.repetition));
    value.set("start", occurrence.start);
    value.set("end", occurrence.end);
    list.call<void>("push", value);
  }
  return Occurrences(list);
}

// Milliseconds since 1970.
MomentAnswer ParseRfc3339(const std::string& text) {
  return MomentAnswer(
      Answer(sotto::stream::ParseRfc3339(text), [](int64_t ms) { return val(static_cast<double>(ms)); }));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_stream) {
  SOTTO_REGISTER_ANSWER(ManifestAnswer, "Manifest");
  SOTTO_REGISTER_ANSWER(MomentAnswer, "number");
  emscripten::register_type<Occurrences>("{ event: number, repetition: number, start: number, end: number }[]");
  emscripten::class_<Manifest>("Manifest")
      .class_function("parse(json)", &Parse)
      .property("json", &Json)
      .function("occurrencesBetween(from, to, limit)", &OccurrencesBetween);
  emscripten::function("parseRfc3339(text)", &ParseRfc3339);
}
