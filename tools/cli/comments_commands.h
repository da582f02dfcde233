// The subcommands of `sotto comments`, one file each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sotto/comments/sentiment_model.h"
#include "tools/cli/comments_corpus.h"

namespace CLI {
class App;
}

namespace sotto::cli {

void AddCommentsTrain(CLI::App& group);
void AddCommentsEvaluate(CLI::App& group);
void AddCommentsClassify(CLI::App& group);
void AddCommentsCorpus(CLI::App& group);
void AddCommentsLexicon(CLI::App& group);

// Where the shipped model lies, seen from the root of the repository.
inline constexpr const char* kShippedSentimentModel = "models/sentiment.bin";

comments::SentimentModel LoadSentimentModel(const std::string& path);

// Measures the model on one tenth of each corpus and prints a table, in percent.
void PrintReviewQuality(const comments::SentimentModel& model, const std::vector<Corpus>& corpora, uint32_t tenth);

}  // namespace sotto::cli
