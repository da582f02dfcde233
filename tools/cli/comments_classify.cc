#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "tools/cli/commands.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/json.h"

namespace sotto::cli {
namespace {

struct ClassifyCommand {
  std::string model = kShippedSentimentModel;
};

std::string SentimentJson(const comments::Sentiment& sentiment) {
  return "{\"label\":" + JsonString(SentimentLabelName(sentiment.label)) + ",\"score\":" + JsonNumber(sentiment.score) +
         ",\"confidence\":" + JsonNumber(sentiment.confidence) + "}";
}

std::string ErrorJson(const Error& error) {
  return "{\"code\":" + JsonString(ErrorCodeName(error.code)) + ",\"message\":" + JsonString(error.message) +
         ",\"hint\":" + JsonString(error.hint) + "}";
}

void Classify(const ClassifyCommand& command) {
  const comments::SentimentModel model = LoadSentimentModel(command.model);
  // A line is answered before the next one is read, so that this can stand in a pipe with a live source.
  size_t refused = 0;
  size_t lines = 0;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.ends_with('\r')) line.pop_back();
    ++lines;
    const auto sentiment = model.Classify(line);
    if (!sentiment.ok()) ++refused;
    std::cout << (sentiment.ok() ? "{\"sentiment\":" + SentimentJson(sentiment.value())
                                 : "{\"error\":" + ErrorJson(sentiment.error()))
              << "}\n"
              << std::flush;
    if (!std::cout) return;  // main tells
  }
  if (refused != 0) {
    throw CommandFailed(
        Error{ErrorCode::kMalformed,
              std::to_string(refused) + " of " + std::to_string(lines) + " comments could not be classified.",
              "Their lines hold the error."});
  }
}

}  // namespace

void AddCommentsClassify(CLI::App& group) {
  auto command = std::make_shared<ClassifyCommand>();
  CLI::App* classify =
      group.add_subcommand("classify", "Read one comment a line from standard input, write one JSON line each");
  classify->add_option("--model", command->model, "Model file")->capture_default_str();
  classify->callback([command] { Classify(*command); });
}

}  // namespace sotto::cli
