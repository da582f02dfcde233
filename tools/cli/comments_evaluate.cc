#include <CLI/CLI.hpp>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "sotto/comments/corpus_split.h"
#include "sotto/text/normalise.h"
#include "tools/cli/commands.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/comments_corpus.h"
#include "tools/cli/files.h"

namespace sotto::cli {
namespace {

struct EvaluateCommand {
  std::string data = DefaultCorpusFolder();
  std::string model = kShippedSentimentModel;
};

// CPU microseconds for one comment, from its UTF-8 to its verdict.
double CpuMicroseconds(const comments::SentimentModel& model, const std::vector<Corpus>& corpora) {
  std::vector<std::string> texts;
  for (const Corpus& corpus : corpora) {
    for (const auto& comment : corpus.tenths[comments::kTestTenth]) {
      texts.push_back(text::NormalisedText{comment.symbols, {}, {}}.ToUtf8());
    }
  }
  const std::clock_t start = std::clock();
  for (const std::string& text : texts) (void)ValueOrFail(model.Classify(text));
  return static_cast<double>(std::clock() - start) * 1e6 / CLOCKS_PER_SEC / static_cast<double>(texts.size());
}

void Evaluate(const EvaluateCommand& command) {
  const comments::SentimentModel model = LoadSentimentModel(command.model);
  const std::vector<Corpus> corpora = ValueOrFail(ReadCorpora(command.data));
  std::vector<NamedQuality> rows;
  for (const Corpus& corpus : corpora) {
    const auto& held_back = corpus.tenths[comments::kTestTenth];
    rows.push_back({corpus.name, ValueOrFail(comments::MeasureQuality(model, held_back))});
  }
  std::cout << "held-back tenth, model " << command.model << " version " << model.version() << ":\n";
  PrintQuality(rows);
  std::cout << "model " << ValueOrFail(ReadFile(command.model, comments::kMaxSentimentFileBytes)).size() << " bytes, "
            << std::fixed << std::setprecision(2) << CpuMicroseconds(model, corpora) << " us CPU for a comment\n";
}

std::string Percent(double share) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << 100 * share;
  return text.str();
}

}  // namespace

void PrintQuality(std::span<const NamedQuality> rows) {
  std::cout << std::left << std::setw(8) << "corpus" << std::right << std::setw(7) << "rows" << std::setw(10)
            << "accuracy" << std::setw(10) << "macro-F1" << std::setw(7) << "ECE" << std::setw(10) << "decided"
            << std::setw(10) << "accuracy" << "   negative as -/+  positive as -/+\n";
  for (const auto& [name, quality] : rows) {
    const auto& confusion = quality.confusion;
    std::cout << std::left << std::setw(8) << name << std::right << std::setw(7) << quality.comments << std::setw(10)
              << Percent(quality.accuracy) << std::setw(10) << Percent(quality.macro_f1) << std::setw(7)
              << Percent(quality.calibration_error) << std::setw(10) << Percent(quality.coverage) << std::setw(10)
              << Percent(quality.accuracy_when_decided) << std::setw(9) << confusion[0][0] << " /" << std::setw(5)
              << confusion[0][1] << std::setw(10) << confusion[1][0] << " /" << std::setw(5) << confusion[1][1] << '\n';
  }
}

void AddCommentsEvaluate(CLI::App& group) {
  auto command = std::make_shared<EvaluateCommand>();
  CLI::App* evaluate =
      group.add_subcommand("evaluate", "Measure a sentiment model on the held-back tenths, in percent");
  evaluate->add_option("--data", command->data, "Folder with the corpora")->capture_default_str();
  evaluate->add_option("--model", command->model, "Model file")->capture_default_str();
  evaluate->callback([command] { Evaluate(*command); });
}

}  // namespace sotto::cli
