#include <CLI/CLI.hpp>
#include <array>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "sotto/comments/corpus_split.h"
#include "sotto/comments/quality.h"
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
  std::string live = "models/live-test.tsv";
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

std::string Percent(double share) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(2) << 100 * share;
  return text.str();
}

void PrintLabelQuality(const comments::LabelQuality& quality) {
  static constexpr std::array<const char*, 3> kNames = {"negative", "neutral", "positive"};
  std::cout << quality.comments << " rows, accuracy " << Percent(quality.accuracy) << ", macro-F1 "
            << Percent(quality.macro_f1) << "\n"
            << std::setw(20) << "labelled" << std::setw(11) << kNames[0] << std::setw(11) << kNames[1] << std::setw(11)
            << kNames[2] << '\n';
  for (size_t label = 0; label < kNames.size(); ++label) {
    std::cout << std::setw(9) << "is" << std::setw(11) << kNames[label];
    for (const size_t count : quality.confusion[label]) std::cout << std::setw(11) << count;
    std::cout << '\n';
  }
}

void Evaluate(const EvaluateCommand& command) {
  const comments::SentimentModel model = LoadSentimentModel(command.model);
  const std::vector<Corpus> corpora = ValueOrFail(ReadCorpora(command.data));
  const auto live = ValueOrFail(ReadLiveComments(command.live));
  std::cout << command.model << ", version " << model.version() << ", "
            << ValueOrFail(ReadFile(command.model, comments::kMaxSentimentFileBytes)).size() << " bytes\n\n"
            << "reviews, held-back tenth:\n";
  PrintReviewQuality(model, corpora, comments::kTestTenth);
  std::cout << "\nlive comments (" << command.live << "): ";
  PrintLabelQuality(ValueOrFail(comments::MeasureLabels(model, live)));
  std::cout << "\n"
            << std::fixed << std::setprecision(2) << CpuMicroseconds(model, corpora) << " us CPU for a review\n";
}

}  // namespace

void PrintReviewQuality(const comments::SentimentModel& model, const std::vector<Corpus>& corpora, uint32_t tenth) {
  std::cout << "corpus     rows  accuracy  macro-F1   ECE  decided  accuracy  negative as -/+  positive as -/+\n";
  for (const Corpus& corpus : corpora) {
    const auto quality = ValueOrFail(comments::MeasureReviews(model, corpus.tenths[tenth]));
    const auto& confusion = quality.confusion;
    std::cout << std::left << std::setw(8) << corpus.name << std::right << std::setw(7) << quality.comments
              << std::setw(10) << Percent(quality.accuracy) << std::setw(10) << Percent(quality.macro_f1)
              << std::setw(6) << Percent(quality.calibration_error) << std::setw(9) << Percent(quality.coverage)
              << std::setw(10) << Percent(quality.accuracy_when_decided) << std::setw(9) << confusion[0][0] << " /"
              << std::setw(5) << confusion[0][1] << std::setw(10) << confusion[1][0] << " /" << std::setw(5)
              << confusion[1][1] << '\n';
  }
}

void AddCommentsEvaluate(CLI::App& group) {
  auto command = std::make_shared<EvaluateCommand>();
  CLI::App* evaluate =
      group.add_subcommand("evaluate", "Measure a sentiment model on what was held back from training, in percent");
  evaluate->add_option("--data", command->data, "Folder with the corpora")->capture_default_str();
  evaluate->add_option("--model", command->model, "Model file")->capture_default_str();
  evaluate->add_option("--live", command->live, "Labelled live comments")->capture_default_str();
  evaluate->callback([command] { Evaluate(*command); });
}

}  // namespace sotto::cli
