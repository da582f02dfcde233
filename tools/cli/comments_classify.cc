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
  std::string model = kShippedCommentModel;
};

// {"sentiment":{"label":"positive","confidence":0.9,"score":0.8},"emotion":{...},...}; "abstains":true where it does.
std::string VerdictJson(const comments::Verdict& verdict) {
  std::string json = "{";
  for (size_t i = 0; i < comments::kHeads; ++i) {
    const auto head = static_cast<comments::Head>(i);
    const comments::Choice& choice = verdict.of(head);
    if (i != 0) json += ",";
    json += JsonString(comments::HeadName(head)) +
            ":{\"label\":" + JsonString(comments::LabelNames(head)[choice.label]) +
            ",\"confidence\":" + JsonNumber(choice.confidence);
    if (head == comments::Head::kSentiment) json += ",\"score\":" + JsonNumber(verdict.score);
    if (choice.abstains) json += ",\"abstains\":true";
    json += "}";
  }
  return json + "}";
}

std::string ErrorJson(const Error& error) {
  return "{\"code\":" + JsonString(ErrorCodeName(error.code)) + ",\"message\":" + JsonString(error.message) +
         ",\"hint\":" + JsonString(error.hint) + "}";
}

void Classify(const ClassifyCommand& command) {
  comments::CommentModel model = LoadCommentModel(command.model);
  // A line is answered before the next one is read, so that this can stand in a pipe with a live source.
  size_t refused = 0;
  size_t lines = 0;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.ends_with('\r')) line.pop_back();
    ++lines;
    const auto verdict = model.Classify(line);
    if (!verdict.ok()) ++refused;
    std::cout << (verdict.ok() ? VerdictJson(verdict.value()) : "{\"error\":" + ErrorJson(verdict.error()) + "}")
              << '\n'
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
