#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "server-stub/storage/copy_aggregator_store.h"
#include "server-stub/storage/open_aggregator_store.h"
#include "tools/cli/commands.h"
#include "tools/cli/progress.h"

namespace sotto::cli {
namespace {

struct Copy {
  std::string from;
  std::string to;
};

void Run(const Copy& options) {
  if (options.from == options.to) {
    throw CommandFailed({ErrorCode::kInvalidArgument, "--from and --to are the same.", "Copy into another database."});
  }
  const auto from = ValueOrFail(server::OpenAggregatorStore(options.from));
  const auto to = ValueOrFail(server::OpenAggregatorStore(options.to));
  std::optional<Progress> progress;
  uint64_t rows = 0;
  OkOrFail(server::CopyAggregatorStore(*from, *to, [&](uint64_t done, uint64_t total) {
    if (!progress) progress.emplace("copying rows", total);
    if (done > rows) progress->Advance(done - rows);
    rows = done;
  }));
  progress.reset();
  std::cout << rows << '\n';
}

}  // namespace

void RegisterStore(CLI::App& app) {
  auto* group = app.add_subcommand("store", "What an aggregator keeps");
  group->require_subcommand(1);
  auto* command = group->add_subcommand(
      "copy",
      "Copies all of it, what was collected and spent too, into an empty database; prints the number of rows. "
      "Stop the server before");
  const auto options = std::make_shared<Copy>();
  command->add_option("--from", options->from, "sqlite:PATH or postgresql://...")->required();
  command->add_option("--to", options->to, "sqlite:PATH or postgresql://..., without any content")->required();
  command->callback([options] { Run(*options); });
}

}  // namespace sotto::cli
