#include <CLI/CLI.hpp>

#include "tools/cli/commands.h"
#include "tools/cli/recommend_commands.h"

namespace sotto::cli {

void RegisterRecommend(CLI::App& app) {
  auto* group = app.add_subcommand("recommend", "Measure recommenders, and take them elsewhere");
  group->require_subcommand(1);
  AddRecommendEvaluate(*group);
  AddRecommendExport(*group);
  AddRecommendLeak(*group);
}

}  // namespace sotto::cli
