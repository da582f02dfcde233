#include "sotto/comments/comment_model.h"

#include "lines.h"
#include "model.h"
#include "sotto/text/utf8.h"

namespace sotto::identity {
namespace {

using comments::Head;

// Label, confidence and abstention of each head, then the score.
void AddVerdict(const comments::Verdict& verdict, Line& line) {
  for (size_t i = 0; i < comments::kHeads; ++i) {
    const auto head = static_cast<Head>(i);
    const comments::Choice& choice = verdict.of(head);
    line.Quoted(LabelNames(head)[choice.label]).Bits(choice.confidence).Int(choice.abstains ? 1 : 0);
  }
  line.Bits(verdict.score);
}

// z, bias, and begin, end (UTF-16) and weight of each stretch.
void AddExplanation(const comments::Explanation& explanation, std::string_view text, Line& line) {
  line.Bits(explanation.z).Bits(explanation.bias);
  for (const auto& [begin, end, weight] : explanation.evidence) {
    line.Int(static_cast<int64_t>(text::Utf16Length(text, begin)))
        .Int(static_cast<int64_t>(text::Utf16Length(text, end)))
        .Bits(weight);
  }
}

}  // namespace

void PrintComments(const std::string& file) {
  auto model = LoadModelOrPrint(file);
  if (!model) return;
  for (std::string hex; std::getline(std::cin, hex);) {
    const std::string text = Unhex(hex);
    const auto verdict = model->Classify(text);
    Line line;
    if (!verdict.ok()) {
      line.Failure(verdict.error()).Print();
      continue;
    }
    AddVerdict(verdict.value(), line);
    // Of every label: together they show the z of every column but that of hate, which only chooses a label.
    for (size_t i = 0; i < comments::kHeads; ++i) {
      const auto head = static_cast<Head>(i);
      for (size_t label = 0; label < LabelNames(head).size(); ++label) {
        AddExplanation(model->Explain(text, head, static_cast<uint8_t>(label)).value(), text, line);
      }
    }
    line.Print();
  }
}

}  // namespace sotto::identity
