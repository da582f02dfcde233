// The subcommands of `sotto comments`, one file each.
#pragma once

#include <string>

#include "sotto/comments/comment_model.h"

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
inline constexpr const char* kShippedCommentModel = "models/comments.bin";

comments::CommentModel LoadCommentModel(const std::string& path);

}  // namespace sotto::cli
