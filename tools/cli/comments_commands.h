// The subcommands of `sotto comments`, one file each.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sotto/comments/calibration.h"
#include "tools/cli/comments_corpus.h"

namespace CLI {
class App;
}

namespace sotto::cli {

void AddCommentsTrain(CLI::App& group);
void AddCommentsEvaluate(CLI::App& group);
void AddCommentsClassify(CLI::App& group);

// Where the shipped model lies, seen from the root of the repository.
inline constexpr const char* kShippedSentimentModel = "models/sentiment.bin";

comments::SentimentModel LoadSentimentModel(const std::string& path);

struct NamedQuality {
  std::string name;
  comments::Quality quality;
};

// One line for each corpus, on standard output.
void PrintQuality(std::span<const NamedQuality> rows);

}  // namespace sotto::cli
