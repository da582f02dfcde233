#include <fstream>
#include <iterator>

#include "lines.h"
#include "sotto/comments/sentiment_model.h"
#include "sotto/text/utf8.h"

namespace sotto::identity {

void PrintSentiment(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
  const auto model = comments::SentimentModel::Load(AsBytes(bytes));
  if (!model.ok()) {
    Line().Failure(model.error()).Print();
    return;
  }
  for (std::string hex; std::getline(std::cin, hex);) {
    const std::string text = Unhex(hex);
    const auto explained = model.value().Explain(text);
    const auto classified = model.value().Classify(text);
    Line line;
    if (!explained.ok() || !classified.ok()) {
      line.Failure(classified.error()).Print();
      continue;
    }
    const auto& [label, score, confidence] = classified.value();
    line.Quoted(SentimentLabelName(label)).Bits(score).Bits(confidence).Bits(explained.value().bias);
    for (const auto& [begin, end, weight] : explained.value().evidence) {
      line.Int(static_cast<int64_t>(text::Utf16Length(text, begin)))
          .Int(static_cast<int64_t>(text::Utf16Length(text, end)))
          .Bits(weight);
    }
    line.Print();
  }
}

}  // namespace sotto::identity
