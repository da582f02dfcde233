#include <CLI/CLI.hpp>

#include "tools/cli/commands.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/files.h"

namespace sotto::cli {

void RegisterComments(CLI::App& app) {
  CLI::App* group = app.add_subcommand("comments", "Train, evaluate and use the comment model");
  group->require_subcommand(1);
  AddCommentsTrain(*group);
  AddCommentsEvaluate(*group);
  AddCommentsClassify(*group);
  AddCommentsCorpus(*group);
  AddCommentsLexicon(*group);
}

comments::CommentModel LoadCommentModel(const std::string& path) {
  // One byte more than a model may have, so that the model's own error speaks of a file that is too large.
  const Bytes file = ValueOrFail(ReadFile(path, comments::kMaxModelFileBytes + 1));
  return ValueOrFail(comments::CommentModel::Load(file));
}

}  // namespace sotto::cli
