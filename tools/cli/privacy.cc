#include "sotto/privacy/zcdp.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "tools/cli/commands.h"
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

}  // namespace

void RegisterPrivacy(CLI::App& app) {
  auto* group = app.add_subcommand("privacy", "What a privacy budget is worth");
  group->require_subcommand(1);
  AddEpsilon(*group);
  AddRho(*group);
}

}  // namespace sotto::cli
