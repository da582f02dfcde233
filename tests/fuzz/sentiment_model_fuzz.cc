// Any bytes as a model file. What loads must classify and explain without a fault, whatever its numbers are.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "resealed.h"
#include "sotto/comments/sentiment_model.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto model = sotto::comments::SentimentModel::Load(sotto::Resealed({data, size}));
  if (!model.ok()) return 0;
  for (const char* text : {"", "好", "不好吃 VERY bad 👎", "哈哈哈哈哈哈好好好好好"}) {
    const auto explanation = model.value().Explain(text);
    Require(explanation.ok());
    const auto& sentiment = explanation.value().sentiment;
    Require(sentiment.score >= -1 && sentiment.score <= 1);
    Require(sentiment.confidence >= 0 && sentiment.confidence <= 1);
    for (const auto& part : explanation.value().evidence) Require(part.begin < part.end && std::isfinite(part.weight));
  }
  return 0;
}
