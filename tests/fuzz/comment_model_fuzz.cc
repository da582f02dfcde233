// Any bytes as a model file. What loads must classify and explain without a fault, whatever its numbers are.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "resealed.h"
#include "sotto/comments/comment_model.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sotto::comments;
  auto model = CommentModel::Load(sotto::Resealed({data, size}));
  if (!model.ok()) return 0;
  for (const std::string_view text :
       {"", "好", "不好吃 VERY bad 👎", "哈哈哈哈哈哈好好好好好", "這女子 yyds sh1t 加v"}) {
    const Verdict verdict = model.value().Classify(text).value();
    Require(verdict.score >= -1 && verdict.score <= 1);
    for (const Head head : {Head::kSentiment, Head::kEmotion, Head::kIntent, Head::kToxicity, Head::kLanguage}) {
      const Choice& choice = verdict.of(head);
      Require(choice.label < LabelNames(head).size());
      Require(choice.confidence >= 0 && choice.confidence <= 1);
      for (const float probability : verdict.probabilities_of(head)) Require(probability >= 0 && probability <= 1);
      const Explanation explanation = model.value().Explain(text, head, choice.label).value();
      Require(explanation.verdict.of(head).label == choice.label);
      Require(std::isfinite(explanation.z));
      for (const Evidence& part : explanation.evidence) {
        Require(part.begin < part.end && part.end <= text.size() && std::isfinite(part.weight));
      }
    }
  }
  return 0;
}
