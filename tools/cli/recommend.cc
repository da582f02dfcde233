#include <CLI/CLI.hpp>

#include "tools/cli/commands.h"
#include "tools/cli/recommend_commands.h"

namespace sotto::cli {

void RegisterRecommend(CLI::App& app) {
  auto* group = app.add_subcommand("recommend", "Fit, measure and ask recommenders");
  group->require_subcommand(1);
  AddRecommendEvaluate(*group);
  AddRecommendExport(*group);
  AddRecommendFit(*group);
  AddRecommendLeak(*group);
  AddRecommendScore(*group);
}

}  // namespace sotto::cli
