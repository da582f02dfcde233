#include <CLI/CLI.hpp>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tools/cli/commands.h"
#include "tools/cli/comments_attacks.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/comments_measure.h"
#include "tools/cli/files.h"

namespace sotto::cli {
namespace {

constexpr double kAttackRate = 0.4;

struct EvaluateCommand {
  std::string data = DefaultCorpusFolder();
  std::string model = kShippedCommentModel;
  std::string lexicon = "models/lexicon";
  OwnFiles own;
  bool all = false;
};

// CPU microseconds for one comment, from its UTF-8 to its verdict in all heads.
double CpuMicroseconds(comments::CommentModel& model, const std::vector<LabelledText>& texts) {
  constexpr int kRounds = 20;
  const std::clock_t start = std::clock();
  for (int round = 0; round < kRounds; ++round) {
    for (const LabelledText& text : texts) (void)ValueOrFail(model.Classify(text.text));
  }
  return static_cast<double>(std::clock() - start) * 1e6 / CLOCKS_PER_SEC / (kRounds * static_cast<double>(texts.size()));
}

void Evaluate(const EvaluateCommand& command) {
  comments::CommentModel model = LoadCommentModel(command.model);
  std::cout << command.model << ", version " << model.version() << ", "
            << ValueOrFail(ReadFile(command.model, comments::kMaxModelFileBytes)).size() << " bytes\n\n"
            << "held-back tenth, two-way (rows are decided if |2p - 1| >= 0.5):\n";
  PrintTwoWay(MeasureReviews(model, command.data, Part::kTest));
  PrintTwoWay(MeasureOffence(model, command.data, Part::kTest));
  PrintHeads(MeasureHeads(model, command.data, command.own, Part::kTest));
  std::cout << '\n'
            << std::fixed << std::setprecision(2)
            << CpuMicroseconds(model, ValueOrFail(ReadLabelled(command.own.live_test)))
            << " us CPU for a live comment, all heads\n";
  if (!command.all) return;
  const comments::AttackTables tables = ValueOrFail(ReadAttackTables(command.data, command.lexicon)).Half(true);
  std::cout << "\ndisguised, " << Percent(kAttackRate)
            << " % of the characters that have a replacement, tables not trained with:\n";
  PrintAttacks(MeasureAttacks(model, command.data, tables, Part::kTest, kAttackRate));
}

}  // namespace

void AddCommentsEvaluate(CLI::App& group) {
  auto command = std::make_shared<EvaluateCommand>();
  CLI::App* evaluate =
      group.add_subcommand("evaluate", "Measure a comment model on what was held back from training, in percent");
  evaluate->add_option("--data", command->data, "Folder with the corpora")->capture_default_str();
  evaluate->add_option("--model", command->model, "Model file")->capture_default_str();
  evaluate->add_flag("--all", command->all, "Also what disguises cost");
  evaluate->callback([command] { Evaluate(*command); });
}

}  // namespace sotto::cli
