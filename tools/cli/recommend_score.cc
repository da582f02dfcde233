#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include "sotto/recommend/models/load.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"
#include "tools/cli/recommend_commands.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxFileBytes = size_t{4} << 30;

struct ScoreOptions {
  std::string model;
  std::string histories;
};

void RunScore(const ScoreOptions& options) {
  const recommend::NamedModel named =
      ValueOrFail(recommend::LoadModel(ValueOrFail(ReadFile(options.model, kMaxFileBytes))));
  std::unordered_map<std::string_view, uint32_t> numbers;
  for (const std::string& item : named.info.items) numbers.emplace(item, static_cast<uint32_t>(numbers.size()));

  const Bytes file = ValueOrFail(ReadFile(options.histories, kMaxFileBytes));
  std::istringstream lines(std::string(file.begin(), file.end()));
  std::string line;
  for (size_t line_number = 1; std::getline(lines, line); ++line_number) {
    std::istringstream fields(line);
    std::vector<recommend::Engagement> history;
    for (std::string item; fields >> item;) {
      const auto found = numbers.find(item);
      if (found == numbers.end()) {
        throw CommandFailed(
            Error{ErrorCode::kNotFound,
                  options.histories + ":" + std::to_string(line_number) + ": the model has no item " + item + ".",
                  "A line is: item item ..., oldest first."});
      }
      history.push_back({found->second, 1});
    }
    std::vector<float> scores(named.model->items());
    OkOrFail(named.model->Score(history, scores));
    std::cout << '[';
    for (size_t i = 0; i < scores.size(); ++i)
      std::cout << (i == 0 ? "" : ",") << JsonNumber(static_cast<double>(scores[i]));
    std::cout << "]\n";
  }
}

}  // namespace

void AddRecommendScore(CLI::App& group) {
  auto* command = group.add_subcommand("score", "Score every item of a model for some histories");
  const auto options = std::make_shared<ScoreOptions>();
  command->add_option("--model", options->model, "A model's file, as `fit` writes it")->required();
  command
      ->add_option("--histories", options->histories,
                   "Lines `item item ...`, oldest first; for each a line of scores in the model's order is printed")
      ->required();
  command->callback([options] { RunScore(*options); });
}

}  // namespace sotto::cli
