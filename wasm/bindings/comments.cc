// Binding of sotto/comments.
#include "answer.h"
#include "sotto/comments/sentiment_model.h"
#include "sotto/text/utf8.h"

SOTTO_DECLARE_ANSWER(SentimentModelAnswer)
SOTTO_DECLARE_ANSWER(SentimentAnswer)
SOTTO_DECLARE_ANSWER(ExplanationAnswer)

namespace {

using sotto::comments::Explanation;
using sotto::comments::Sentiment;
using sotto::comments::SentimentModel;
using sotto::wasm::val;

val ToJs(const Sentiment& sentiment) {
  val value = val::object();
  value.set("label", std::string(SentimentLabelName(sentiment.label)));
  value.set("score", sentiment.score);
  value.set("confidence", sentiment.confidence);
  return value;
}

SentimentModelAnswer Load(const Uint8List& file) {
  return SentimentModelAnswer(
      sotto::wasm::Answer(SentimentModel::Load(sotto::wasm::BytesOf(file)),
                          [](SentimentModel&& model) { return sotto::wasm::Owned(std::move(model)); }));
}

SentimentAnswer Classify(const SentimentModel& model, const std::string& text) {
  return SentimentAnswer(sotto::wasm::Answer(model.Classify(text), &ToJs));
}

ExplanationAnswer Explain(const SentimentModel& model, const std::string& text) {
  return ExplanationAnswer(sotto::wasm::Answer(model.Explain(text), [&text](const Explanation& explanation) {
    std::vector<uint32_t> ends;  // of each stretch in turn: begin, end
    for (const auto& part : explanation.evidence) ends.insert(ends.end(), {part.begin, part.end});
    const std::vector<uint32_t> units = sotto::text::Utf16Offsets(text, ends);
    val evidence = val::array();
    for (size_t i = 0; i < explanation.evidence.size(); ++i) {
      val value = val::object();
      value.set("begin", units[2 * i]);
      value.set("end", units[2 * i + 1]);
      value.set("weight", explanation.evidence[i].weight);
      evidence.call<void>("push", value);
    }
    val value = val::object();
    value.set("sentiment", ToJs(explanation.sentiment));
    value.set("bias", explanation.bias);
    value.set("evidence", evidence);
    return value;
  }));
}

std::string Version(const SentimentModel& model) {
  return std::string(model.version());
}

}  // namespace

#define SENTIMENT "{ label: 'negative' | 'neutral' | 'positive', score: number, confidence: number }"

EMSCRIPTEN_BINDINGS(sotto_comments) {
  SOTTO_REGISTER_ANSWER(SentimentModelAnswer, "SentimentModel");
  SOTTO_REGISTER_ANSWER(SentimentAnswer, SENTIMENT);
  SOTTO_REGISTER_ANSWER(ExplanationAnswer, "{ sentiment: " SENTIMENT
                                           ", bias: number, evidence: { begin: number, end: number, weight: number }[] "
                                           "}");
  emscripten::class_<SentimentModel>("SentimentModel")
      .class_function("load(file)", &Load)
      .function("classify(text)", &Classify)
      .function("explain(text)", &Explain)
      .property("version", &Version);
}
