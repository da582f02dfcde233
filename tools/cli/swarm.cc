#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <memory>
#include <string_view>

#include "tools/cli/commands.h"
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

}  // namespace

void RegisterSwarm(CLI::App& app) {
  auto* command = app.add_subcommand(
      "swarm",
      "Let simulated viewers contribute to a round, and measure what ranking gains. The viewers are synthetic");
  const auto options = std::make_shared<SwarmOptions>();
  const auto in_process = std::make_shared<bool>(false);
  const auto sigma = std::make_shared<std::string>();

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
  auto* sigma_option =
      command->add_option("--sigma-squared", *sigma, "Variance of the noise, a fraction; 18 if not given")
          ->needs(products);
  command->add_option("--delta", options->delta, "At which epsilon is stated")->needs(products)->capture_default_str();
  command->add_option("--repeat", options->repeat, "How many seeds, from --seed on")
      ->needs(local)
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();

  command->add_option("--viewers", options->viewers, "Who contribute")->capture_default_str();
  command->add_option("--measured", options->measured, "Other viewers, on whom ranking is measured")
      ->capture_default_str();
  command->add_option("--k", options->k, "Length of the list")->check(CLI::PositiveNumber)->capture_default_str();
  command->add_option("--seed", options->seed, "Of the crowd")->capture_default_str();

  command->callback([options, in_process, sigma, server, manifest, products, sigma_option] {
    if (!sigma_option->empty()) ReadSigma(*sigma, *options);
    if (!*in_process && server->empty()) throw CLI::RequiredError("--server or --in-process");
    if (*in_process && manifest->empty() && products->empty()) throw CLI::RequiredError("--manifest or --products");
    std::cout << ValueOrFail(*in_process ? RunSwarmInProcess(*options) : RunSwarmAgainstServer(*options)) << '\n';
  });
}

}  // namespace sotto::cli
