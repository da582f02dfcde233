// Binding of sotto/formats: recordings cross as JSON, which a page reads faster than it makes objects one by one.
#include "answer.h"
#include "sotto/formats/heatmap.h"
#include "sotto/formats/recording.h"

SOTTO_DECLARE_ANSWER(RecordingAnswer)
SOTTO_DECLARE_ANSWER(ExportAnswer)
SOTTO_DECLARE_ANSWER(HeatmapAnswer)

namespace {

using sotto::Result;
using sotto::formats::Format;
using sotto::formats::Heatmap;
using sotto::formats::Recording;
using sotto::wasm::Answer;
using sotto::wasm::val;

Result<Format> FormatOf(const std::string& name) {
  if (const auto format = sotto::formats::FormatOfName(name)) return *format;
  return sotto::Error{sotto::ErrorCode::kInvalidArgument, "there is no format of this name.",
                      "sotto, bilibili, niconico, dplayer, ass or chat."};
}

Result<Recording> ReadRecording(const std::string& file, const std::string& format) {
  if (format.empty()) return sotto::formats::Import(file);
  SOTTO_ASSIGN_OR_RETURN(const Format known, FormatOf(format));
  return sotto::formats::Import(file, known);
}

Result<std::string> WriteRecording(const std::string& json, const std::string& format) {
  SOTTO_ASSIGN_OR_RETURN(const Format known, FormatOf(format));
  return sotto::formats::ExportJson(json, known);
}

// "" asks for the format that the content shows.
RecordingAnswer ImportComments(const std::string& file, const std::string& format) {
  return RecordingAnswer(Answer(ReadRecording(file, format), [](const Recording& recording) {
    return val(sotto::formats::RenderRecording(recording));
  }));
}

ExportAnswer ExportComments(const std::string& json, const std::string& format) {
  return ExportAnswer(Answer(WriteRecording(json, format), [](const std::string& file) { return val(file); }));
}

HeatmapAnswer MakeHeatmap(const Float64List& times, double duration, double buckets) {
  const auto seconds = emscripten::convertJSArrayToNumberVector<double>(times);
  const int64_t whole = sotto::wasm::Whole(buckets, 0);
  const auto count = whole > 0 && whole <= sotto::formats::kMaxBuckets ? static_cast<uint32_t>(whole) : 0u;
  return HeatmapAnswer(Answer(sotto::formats::MakeHeatmapOfSeconds(seconds, duration, count), [](const Heatmap& map) {
    val value = val::object();
    value.set("counts", sotto::wasm::CopiedArray<uint32_t>(map.counts));
    value.set("curve", sotto::wasm::CopiedArray<uint16_t>(map.curve));
    return value;
  }));
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_formats) {
  SOTTO_REGISTER_ANSWER(RecordingAnswer, "string");
  SOTTO_REGISTER_ANSWER(ExportAnswer, "string");
  SOTTO_REGISTER_ANSWER(HeatmapAnswer, "{ counts: Uint32Array, curve: Uint16Array }");
  emscripten::function("importComments(file, format)", &ImportComments);
  emscripten::function("exportComments(json, format)", &ExportComments);
  emscripten::function("makeHeatmap(times, duration, buckets)", &MakeHeatmap);
}
