#include <CLI/CLI.hpp>
#include <cctype>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/cli/commands.h"
#include "tools/cli/comments_attacks.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/comments_measure.h"
#include "tools/cli/comments_pictures.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"

namespace sotto::cli {
namespace {

constexpr double kAttackRate = 0.4;

struct EvaluateCommand {
  std::string data = DefaultCorpusFolder();
  std::string model = kShippedCommentModel;
  std::string lexicon = "models/lexicon";
  OwnFiles own;
  bool all = false;
  std::string pictures;
  std::string json;
};

constexpr size_t kSpeedRounds = 20;

// "intent, gold" -> "intent-gold".
std::string FileNameOf(const std::string& name) {
  std::string file;
  for (const char c : name) {
    if (c == ' ') file += '-';
    if (c != ' ' && c != ',') file += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return file;
}

std::string JsonOf(const std::vector<Measured>& measured) {
  std::string json = "[";
  for (const Measured& m : measured) {
    if (json.size() > 1) json += ",";
    json += "{\"name\":" + JsonString(m.name) + ",\"rows\":" + std::to_string(m.tally.count()) +
            ",\"accuracy\":" + JsonNumber(m.tally.Accuracy()) + ",\"macroF1\":" + JsonNumber(m.tally.MacroF1()) +
            ",\"ece\":" + JsonNumber(m.tally.CalibrationError()) + "}";
  }
  return json + "]\n";
}

// CPU microseconds for one comment, from its UTF-8 to its verdict in all heads.
double CpuMicroseconds(comments::CommentModel& model, const std::vector<LabelledText>& texts) {
  const std::clock_t start = std::clock();
  for (size_t round = 0; round < kSpeedRounds; ++round) {
    for (const LabelledText& text : texts) (void)ValueOrFail(model.Classify(text.text));
  }
  return static_cast<double>(std::clock() - start) * 1e6 / CLOCKS_PER_SEC /
         static_cast<double>(kSpeedRounds * texts.size());
}

void Evaluate(const EvaluateCommand& command) {
  comments::CommentModel model = LoadCommentModel(command.model);
  std::cout << command.model << ", version " << model.version() << ", "
            << ValueOrFail(ReadFile(command.model, comments::kMaxModelFileBytes)).size() << " bytes\n\n"
            << "held-back tenth, two-way (rows are decided if |2p - 1| >= 0.5):\n";
  std::vector<Measured> two_way = MeasureReviews(model, command.data, Part::kTest);
  for (Measured& cold : MeasureOffence(model, command.data, Part::kTest)) two_way.push_back(std::move(cold));
  PrintTwoWay(two_way);
  const std::vector<Measured> heads = MeasureHeads(model, command.data, command.own, Part::kTest);
  PrintHeads(heads);
  std::vector<Measured> measured = two_way;
  measured.insert(measured.end(), heads.begin(), heads.end());
  if (!command.json.empty()) OkOrFail(WriteFile(command.json, AsBytes(JsonOf(measured))));
  if (!command.pictures.empty()) {
    for (const Measured& m : measured) {
      OkOrFail(WriteFile(command.pictures + "/" + FileNameOf(m.name) + ".svg", AsBytes(PictureOf(m))));
    }
  }
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
  evaluate->add_option("--pictures", command->pictures, "Folder for reliability diagrams and confusion matrices (SVG)");
  evaluate->add_option("--json", command->json, "File for the figures as JSON");
  evaluate->callback([command] { Evaluate(*command); });
}

}  // namespace sotto::cli
