// Binding of sotto/comments: the model.
#include "comments.h"

#include "sotto/text/utf8.h"

SOTTO_DECLARE_ANSWER(CommentModelAnswer)
SOTTO_DECLARE_ANSWER(VerdictsAnswer)
SOTTO_DECLARE_ANSWER(ExplanationAnswer)
SOTTO_DECLARE_ANSWER(CommentModelStatus)
EMSCRIPTEN_DECLARE_VAL_TYPE(Texts)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadThresholds)
EMSCRIPTEN_DECLARE_VAL_TYPE(HeadList)

namespace {

using sotto::Error;
using sotto::ErrorCode;
using sotto::Result;
using sotto::comments::Abstention;
using sotto::comments::CommentModel;
using sotto::comments::Evidence;
using sotto::comments::Explanation;
using sotto::comments::Head;
using sotto::comments::HeadName;
using sotto::comments::kHeads;
using sotto::comments::LabelNames;
using sotto::wasm::Answer;
using sotto::wasm::CopiedArray;
using sotto::wasm::LoadedModel;
using sotto::wasm::val;

CommentModelAnswer Load(const Uint8List& file) {
  return CommentModelAnswer(Answer(CommentModel::Load(sotto::wasm::BytesOf(file)), [](CommentModel&& model) {
    const Abstention own = model.abstention();
    return sotto::wasm::Owned(LoadedModel{std::move(model), own});
  }));
}

HeadList Heads() {
  val list = val::array();
  for (size_t i = 0; i < kHeads; ++i) {
    const auto head = static_cast<Head>(i);
    val labels = val::array();
    for (const std::string_view label : LabelNames(head)) labels.call<void>("push", std::string(label));
    val value = val::object();
    value.set("name", std::string(HeadName(head)));
    value.set("labels", labels);
    list.call<void>("push", value);
  }
  return HeadList(list);
}

VerdictsAnswer Classify(LoadedModel& loaded, const std::string& text) {
  return VerdictsAnswer(Answer(loaded.model.Classify(text), [](const auto& verdict) {
    std::vector<float> numbers;
    sotto::wasm::AppendVerdict(verdict, numbers);
    return CopiedArray<float>(numbers);
  }));
}

Result<std::vector<float>> ClassifyAll(CommentModel& model, const std::vector<std::string>& texts) {
  std::vector<float> numbers;
  numbers.reserve(texts.size() * sotto::wasm::kVerdictNumbers);
  for (const std::string& text : texts) {
    SOTTO_ASSIGN_OR_RETURN(const auto verdict, model.Classify(text));
    sotto::wasm::AppendVerdict(verdict, numbers);
  }
  return numbers;
}

VerdictsAnswer ClassifyMany(LoadedModel& loaded, const Texts& texts) {
  return VerdictsAnswer(Answer(ClassifyAll(loaded.model, emscripten::vecFromJSArray<std::string>(texts)),
                               [](const std::vector<float>& numbers) { return CopiedArray<float>(numbers); }));
}

// The place of a name, or an error that lists them.
template <class NameAt>
Result<uint8_t> PlaceOf(const std::string& name, const char* what, size_t count, const NameAt& name_at) {
  std::string all;
  for (size_t i = 0; i < count; ++i) {
    if (name_at(i) == name) return static_cast<uint8_t>(i);
    all.append(i == 0 ? "" : ", ").append(name_at(i));
  }
  return Error{ErrorCode::kInvalidArgument, std::string("there is no ") + what + " " + name + ".",
               "One of " + all + "."};
}

struct Explained {
  Head head;
  uint8_t label;
  Explanation explanation;
};

// By default the sentiment, and the label that the verdict chose.
Result<Explained> ExplainNamed(CommentModel& model, const std::string& text, const std::string& head_name,
                               const std::string& label_name) {
  auto head = Head::kSentiment;
  if (!head_name.empty()) {
    const auto name_at = [](size_t i) { return HeadName(static_cast<Head>(i)); };
    SOTTO_ASSIGN_OR_RETURN(const uint8_t place, PlaceOf(head_name, "head", kHeads, name_at));
    head = static_cast<Head>(place);
  }
  const auto labels = LabelNames(head);
  uint8_t label = 0;
  if (label_name.empty()) {
    SOTTO_ASSIGN_OR_RETURN(const auto verdict, model.Classify(text));
    label = verdict.of(head).label;
  } else {
    SOTTO_ASSIGN_OR_RETURN(label, PlaceOf(label_name, "label", labels.size(), [&](size_t i) { return labels[i]; }));
  }
  SOTTO_ASSIGN_OR_RETURN(Explanation explanation, model.Explain(text, head, label));
  return Explained{head, label, std::move(explanation)};
}

val ToJs(const std::string& text, const std::vector<Evidence>& evidence) {
  std::vector<uint32_t> ends;  // of each stretch in turn: begin, end
  for (const Evidence& part : evidence) ends.insert(ends.end(), {part.begin, part.end});
  const std::vector<uint32_t> units = sotto::text::Utf16Offsets(text, ends);
  val list = val::array();
  for (size_t i = 0; i < evidence.size(); ++i) {
    val value = val::object();
    value.set("begin", units[2 * i]);
    value.set("end", units[2 * i + 1]);
    value.set("weight", evidence[i].weight);
    list.call<void>("push", value);
  }
  return list;
}

ExplanationAnswer Explain(LoadedModel& loaded, const std::string& text, const std::string& head,
                          const std::string& label) {
  return ExplanationAnswer(Answer(ExplainNamed(loaded.model, text, head, label), [&text](const Explained& explained) {
    std::vector<float> verdict;
    sotto::wasm::AppendVerdict(explained.explanation.verdict, verdict);
    val value = val::object();
    value.set("verdict", CopiedArray<float>(verdict));
    value.set("head", std::string(HeadName(explained.head)));
    value.set("label", std::string(LabelNames(explained.head)[explained.label]));
    value.set("z", explained.explanation.z);
    value.set("bias", explained.explanation.bias);
    value.set("evidence", ToJs(text, explained.explanation.evidence));
    return value;
  }));
}

CommentModelStatus SetThresholds(LoadedModel& loaded, const HeadThresholds& thresholds) {
  Abstention abstention = loaded.own;
  for (size_t i = 0; i < kHeads; ++i) {
    const val threshold = thresholds[std::string(HeadName(static_cast<Head>(i)))];
    if (!threshold.isUndefined()) abstention[i] = threshold.as<float>();
  }
  return CommentModelStatus(Answer(loaded.model.SetAbstention(abstention)));
}

std::string Version(const LoadedModel& loaded) {
  return std::string(loaded.model.version());
}

}  // namespace

EMSCRIPTEN_BINDINGS(sotto_comments) {
  SOTTO_REGISTER_ANSWER(CommentModelAnswer, "CommentModel");
  SOTTO_REGISTER_ANSWER(VerdictsAnswer, "Float32Array");
  SOTTO_REGISTER_ANSWER(ExplanationAnswer,
                        "{ verdict: Float32Array, head: string, label: string, z: number, bias: number, evidence: { "
                        "begin: number, end: number, weight: number }[] }");
  SOTTO_REGISTER_ANSWER(CommentModelStatus, "undefined");
  emscripten::register_type<Texts>("readonly string[]");
  emscripten::register_type<HeadThresholds>("{ readonly [head: string]: number | undefined }");
  emscripten::register_type<HeadList>("{ name: string, labels: string[] }[]");
  emscripten::function("commentHeads", &Heads);
  emscripten::class_<LoadedModel>("CommentModel")
      .class_function("load(file)", &Load)
      .function("classify(text)", &Classify)
      .function("classifyMany(texts)", &ClassifyMany)
      .function("explain(text, head, label)", &Explain)
      .function("setThresholds(thresholds)", &SetThresholds)
      .property("version", &Version);
}
