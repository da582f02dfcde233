#include <CLI/CLI.hpp>

#include "tools/cli/commands.h"

namespace sotto::cli {

void RegisterComments(CLI::App& app) {
  auto* group = app.add_subcommand("comments", "Train, evaluate and use the comment model");
  group->require_subcommand(1);
}

}  // namespace sotto::cli
