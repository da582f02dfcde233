#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <memory>
#include <string_view>

#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/swarm_data.h"
#include "tools/cli/swarm_run.h"

namespace sotto::cli {
namespace {

// "18/1" or "18".
void ReadSigma(std::string_view text, SwarmOptions& options) {
  const size_t slash = text.find('/');
  const auto read = [](std::string_view digits, uint64_t& number) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  const bool whole = slash == std::string::npos;
  options.sigma_denominator = 1;
  if (!read(text.substr(0, slash), options.sigma_numerator) ||
      (!whole && !read(text.substr(slash + 1), options.sigma_denominator))) {
    throw CLI::ValidationError("--sigma-squared", "is a fraction such as 35/2");
  }
}

// The options of a run over a data set. All need `data`.
void AddDataOptions(CLI::App& command, CLI::Option* data, DataSwarmOptions& options) {
  const auto add = [&](const char* name, auto& value, const char* help) {
    return command.add_option(name, value, help)->needs(data);
  };
  add("--eps", options.epsilons, "Epsilons, each for all that a device contributes")
      ->delimiter(',')
      ->capture_default_str();
  add("--devices", options.devices, "How many of the users contribute; several are compared. Default: all")
      ->delimiter(',');
  add("--seeds", options.seeds, "How many seeds, from --seed on")->check(CLI::Range(1, 1000))->capture_default_str();
  add("--task-items", options.task_items, "Top items whose pairs are asked for")
      ->check(CLI::Range(4, 1024))
      ->capture_default_str();
  add("--blocks", options.blocks, "Blocks of them; every two are a task")
      ->check(CLI::Range(1, 16))
      ->capture_default_str();
  add("--encoded", options.encoded, "Sampled items in each report of pairs")
      ->check(CLI::Range(1, 512))
      ->capture_default_str();
  add("--popularity-encoded", options.popularity_encoded,
      "Sampled items in a report of popularity; 0: 128 up to an epsilon of 2, 64 above")
      ->capture_default_str();
  add("--popularity-share", options.popularity_share, "Of the budget; 0: 0.3 up to an epsilon of 2, 0.1 above")
      ->check(CLI::Range(0.0, 0.99))
      ->capture_default_str();
  add("--tampered", options.tampered, "Further reports of each task with a changed bit, which must be refused");
  add("--threads", options.threads, "0: all processors")->capture_default_str();
  add("--json", options.json, "Write everything to this file");
  add("--plot", options.plot, "Write a picture to this SVG file");
  add("--markdown", options.markdown, "Write a page to this file");
  command.add_flag("--plain", options.plain, "Leave the cryptography out; the figures are the same")->needs(data);
  command
      .add_flag("--validation", options.validation,
                "Hold back one item of each user of the training part instead, to choose options by")
      ->needs(data);
}

void RunOnData(const DataSwarmOptions& options) {
  const SwarmReport report = ValueOrFail(RunSwarmOnData(options));
  const auto write = [](const std::string& path, const std::string& text) {
    if (path.empty()) return;
    OkOrFail(WriteFile(path, AsBytes(text)));
    std::cerr << "wrote " << path << '\n';
  };
  write(options.json, SwarmReportJson(report) + "\n");
  write(options.plot, SwarmReportPlot(report));
  write(options.markdown, SwarmReportMarkdown(report));
  std::cout << SwarmReportTable(report);
}

}  // namespace

void RegisterSwarm(CLI::App& app) {
  auto* command = app.add_subcommand("swarm",
                                     "Let simulated viewers contribute to a round, and measure what ranking gains. The "
                                     "viewers are synthetic, or those of a data set");
  const auto options = std::make_shared<SwarmOptions>();
  const auto in_process = std::make_shared<bool>(false);
  const auto sigma = std::make_shared<std::string>();
  const auto on_data = std::make_shared<DataSwarmOptions>();

  auto* server = command->add_option("--server", options->server, "Such as http://127.0.0.1:8080");
  command->add_option("--stream", options->stream, "Id of the stream")->capture_default_str();
  command->add_option("--task", options->task, "Id of the task")->capture_default_str();
  command->add_option("--model", options->model, "Id of the model that the round becomes")->capture_default_str();
  command->add_option("--concurrency", options->concurrency, "Connections at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--patience", options->patience_seconds, "Seconds for which one update is tried again")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  command->add_flag("--wait-close", options->wait_close, "Wait up to a minute for the round's model");

  auto* local =
      command->add_flag("--in-process", *in_process, "Simulate the whole round without a server")->excludes(server);
  auto* manifest =
      command->add_option("--manifest", options->manifest, "File with the room and its task")->needs(local);
  auto* products = command->add_option("--products", options->products, "File with the products array alone")
                       ->needs(local)
                       ->excludes(manifest);
  command->add_option("--max-items", options->max_items, "Engaged items that one update encodes")
      ->needs(products)
      ->capture_default_str();
  auto* data =
      command
          ->add_option("--data", on_data->data,
                       "A file or folder of who engaged with what, as `sotto recommend evaluate` reads it: its "
                       "users contribute under split trust, and ranking is measured on what they hold back")
          ->needs(local)
          ->excludes(manifest)
          ->excludes(products);
  AddDataOptions(*command, data, *on_data);
  auto* sigma_option =
      command->add_option("--sigma-squared", *sigma, "Variance of the noise, a fraction; 18 if not given")
          ->needs(products);
  command->add_option("--delta", options->delta, "At which epsilon is stated")->needs(local)->capture_default_str();
  command->add_option("--repeat", options->repeat, "How many seeds, from --seed on")
      ->needs(local)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();

  command->add_option("--first", options->first, "The first of them, counted from 0: a crowd may contribute in parts")
      ->needs(server)
      ->capture_default_str();
  command->add_option("--viewers", options->viewers, "Who contribute")->capture_default_str();
  command->add_option("--measured", options->measured, "Other viewers, on whom ranking is measured")
      ->capture_default_str();
  command->add_option("--k", options->k, "Length of the list")->check(CLI::PositiveNumber)->capture_default_str();
  command->add_option("--seed", options->seed, "Of the crowd")->capture_default_str();

  command->callback([options, on_data, in_process, sigma, server, manifest, products, data, sigma_option] {
    if (!data->empty()) {
      on_data->seed = options->seed;
      on_data->delta = options->delta;
      RunOnData(*on_data);
      return;
    }
    if (!sigma_option->empty()) ReadSigma(*sigma, *options);
    if (!*in_process && server->empty()) throw CLI::RequiredError("--server or --in-process");
    if (*in_process && manifest->empty() && products->empty())
      throw CLI::RequiredError("--manifest, --products or --data");
    std::cout << ValueOrFail(*in_process ? RunSwarmInProcess(*options) : RunSwarmAgainstServer(*options)) << '\n';
  });
}

}  // namespace sotto::cli
