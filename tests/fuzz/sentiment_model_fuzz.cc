// Any bytes as a model file. What loads must classify and explain without a fault, whatever its numbers are.
//
// The checksum would keep almost every mutation out, so the last eight bytes are replaced by the right one; the first
// byte of the input says whether to do that.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "sotto/comments/sentiment_model.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

sotto::Bytes Resealed(sotto::Bytes file) {
  uint64_t hash = 0xcbf29ce484222325;
  for (size_t i = 0; i + 8 < file.size(); ++i) hash = (hash ^ file[i]) * 0x100000001b3;
  for (size_t i = 0; i < 8; ++i) file[file.size() - 8 + i] = static_cast<uint8_t>(hash >> (8 * i));
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  sotto::Bytes file(data + 1, data + size);
  if (data[0] % 2 == 1 && file.size() >= 8) file = Resealed(file);
  const auto model = sotto::comments::SentimentModel::Load(file);
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
