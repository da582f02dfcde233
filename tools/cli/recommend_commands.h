// The subcommands of `sotto recommend`, one file each.
#pragma once

namespace CLI {
class App;
}

namespace sotto::cli {

void AddRecommendEvaluate(CLI::App& group);
void AddRecommendExport(CLI::App& group);
void AddRecommendFit(CLI::App& group);
void AddRecommendLeak(CLI::App& group);
void AddRecommendScore(CLI::App& group);

}  // namespace sotto::cli
