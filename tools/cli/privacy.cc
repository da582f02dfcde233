#include "sotto/privacy/zcdp.h"

#include <CLI/CLI.hpp>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/privacy/budget.h"
#include "sotto/stream/manifest.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"

namespace sotto::cli {
namespace {

struct Conversion {
  double rho = 0;
  double epsilon = 0;
  double delta = 0;
  bool json = false;
};

// The number alone, for scripts, or all three as JSON.
void Print(const Conversion& conversion, double asked) {
  if (!conversion.json) {
    std::cout << JsonNumber(asked) << '\n';
    return;
  }
  std::cout << "{\"rho\":" << JsonNumber(conversion.rho) << ",\"epsilon\":" << JsonNumber(conversion.epsilon)
            << ",\"delta\":" << JsonNumber(conversion.delta) << "}\n";
}

void AddEpsilon(CLI::App& group) {
  auto* command = group.add_subcommand("epsilon", "The least epsilon that rho-zCDP implies at a delta");
  const auto options = std::make_shared<Conversion>();
  command->add_option("--rho", options->rho, "zCDP: what composition adds up")->required();
  command->add_option("--delta", options->delta, "Between 0 and 1, such as 1e-5")->required();
  command->add_flag("--json", options->json, "Print rho, epsilon and delta as JSON");
  command->callback([options] {
    options->epsilon = ValueOrFail(privacy::EpsilonOfZcdp(options->rho, options->delta));
    Print(*options, options->epsilon);
  });
}

void AddRho(CLI::App& group) {
  auto* command = group.add_subcommand("rho", "The largest rho that stays within an epsilon at a delta");
  const auto options = std::make_shared<Conversion>();
  command->add_option("--epsilon", options->epsilon, "At least 0")->required();
  command->add_option("--delta", options->delta, "Between 0 and 1, such as 1e-5")->required();
  command->add_flag("--json", options->json, "Print rho, epsilon and delta as JSON");
  command->callback([options] {
    options->rho = ValueOrFail(privacy::RhoForEpsilon(options->epsilon, options->delta));
    Print(*options, options->rho);
  });
}

constexpr size_t kMaxManifest = size_t{1} << 24;

struct Composition {
  std::string manifest;
  double delta = 1e-5;
  bool json = false;
};

struct ComposedTask {
  std::string id;
  std::string kind;
  std::string trust;
  double rho = 0;
  double epsilon = 0;       // of this task alone
  double composed_rho = 0;  // of it and all before
  double composed_epsilon = 0;
};

// Added up as a budget does it: in micro-rho, each rounded up.
Result<std::vector<ComposedTask>> Compose(const stream::Manifest& manifest, double delta) {
  std::vector<ComposedTask> composed;
  privacy::MicroRho sum = 0;
  for (const stream::TaskReference& task : manifest.tasks) {
    ComposedTask row{.id = task.id, .kind = task.kind, .trust = task.trust};
    SOTTO_ASSIGN_OR_RETURN(const privacy::MicroRho cost, privacy::ToMicroRho(task.rho));
    sum += cost;
    row.rho = static_cast<double>(cost) / 1e6;
    row.composed_rho = static_cast<double>(sum) / 1e6;
    SOTTO_ASSIGN_OR_RETURN(row.epsilon, privacy::EpsilonOfZcdp(row.rho, delta));
    SOTTO_ASSIGN_OR_RETURN(row.composed_epsilon, privacy::EpsilonOfZcdp(row.composed_rho, delta));
    composed.push_back(row);
  }
  return composed;
}

void PrintTable(const std::vector<ComposedTask>& tasks) {
  std::cout << "| task | kind | trust | rho | epsilon | rho so far | epsilon so far |\n|---|---|---|---|---|---|---|\n";
  for (const ComposedTask& task : tasks) {
    std::cout << "| " << task.id << " | " << task.kind << " | " << task.trust << " | " << std::fixed
              << std::setprecision(6) << task.rho << " | " << std::setprecision(4) << task.epsilon << " | "
              << std::setprecision(6) << task.composed_rho << " | " << std::setprecision(4) << task.composed_epsilon
              << " |\n";
  }
}

void PrintLines(const std::vector<ComposedTask>& tasks, double delta) {
  for (const ComposedTask& task : tasks) {
    std::cout << "{\"task\":" << JsonString(task.id) << ",\"kind\":" << JsonString(task.kind)
              << ",\"trust\":" << JsonString(task.trust) << ",\"rho\":" << JsonNumber(task.rho)
              << ",\"epsilon\":" << JsonNumber(task.epsilon) << ",\"composedRho\":" << JsonNumber(task.composed_rho)
              << ",\"composedEpsilon\":" << JsonNumber(task.composed_epsilon) << ",\"delta\":" << JsonNumber(delta)
              << "}\n";
  }
}

void AddTasks(CLI::App& group) {
  auto* command = group.add_subcommand("tasks",
                                       "What a manifest's tasks cost a device that contributes to all of them: each "
                                       "alone, and added up one after the other");
  const auto options = std::make_shared<Composition>();
  command->add_option("manifest", options->manifest, "A manifest's file; rho is taken as it states it")->required();
  command->add_option("--delta", options->delta, "Between 0 and 1")->capture_default_str();
  command->add_flag("--json", options->json, "Print a line of JSON for each task");
  command->callback([options] {
    const Bytes file = ValueOrFail(ReadFile(options->manifest, kMaxManifest));
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    const auto tasks = ValueOrFail(Compose(ValueOrFail(stream::ParseManifest(text)), options->delta));
    if (options->json) {
      PrintLines(tasks, options->delta);
    } else {
      PrintTable(tasks);
    }
  });
}

}  // namespace

void RegisterPrivacy(CLI::App& app) {
  auto* group = app.add_subcommand("privacy", "What a privacy budget is worth");
  group->require_subcommand(1);
  AddEpsilon(*group);
  AddRho(*group);
  AddTasks(*group);
}

}  // namespace sotto::cli
