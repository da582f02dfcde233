#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "tools/cli/commands.h"

namespace {

constexpr int kDone = 0;
constexpr int kWorkFailed = 1;
constexpr int kWrongUsage = 2;

int Run(int argc, char** argv) {
  CLI::App app{"Sotto: client-side comment understanding, recommendation and private statistics for live commerce"};
  app.name("sotto");
  app.set_version_flag("--version", SOTTO_VERSION);
  app.require_subcommand(1);
  sotto::cli::RegisterComments(app);
  sotto::cli::RegisterRecommend(app);
  sotto::cli::RegisterPrivacy(app);
  sotto::cli::RegisterVdaf(app);
  sotto::cli::RegisterTask(app);
  sotto::cli::RegisterCollect(app);
  sotto::cli::RegisterSwarm(app);
  sotto::cli::RegisterRecording(app);
  sotto::cli::RegisterHpke(app);
  sotto::cli::RegisterStore(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == kDone ? kDone : kWrongUsage;
  }
  if (!std::cout.flush()) {
    std::cerr << "sotto: UNAVAILABLE: standard output could not be written. Check the disk or the pipe.\n";
    return kWorkFailed;
  }
  return kDone;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {
    std::cout.flush();
    std::cerr << "sotto: " << error.what() << '\n';
    return kWorkFailed;
  }
}
