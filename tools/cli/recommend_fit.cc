#include <CLI/CLI.hpp>
#include <chrono>
#include <ctime>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/model_file.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"
#include "tools/cli/recommend_commands.h"
#include "tools/cli/recommend_data.h"
#include "tools/cli/recommend_measure.h"
#include "tools/cli/recommend_models.h"

namespace sotto::cli {
namespace {

struct FitOptions {
  DataOptions data;
  std::string model;
  std::vector<std::string> set;
  std::string out;
  std::string version = "1";
  std::string catalogue;
  uint64_t seed = 1;
  uint32_t threads = 0;
  bool loss = false;
  bool json = false;
};

// Since it was made: on the wall, and of the processors that this program had.
class Clock {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count(); }
  double processor_seconds() const {
    return static_cast<double>(std::clock() - processor_) / static_cast<double>(CLOCKS_PER_SEC);
  }

 private:
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  std::clock_t processor_ = std::clock();
};

struct Epoch {
  uint32_t epoch = 0;
  double seconds = 0;
  double processor_seconds = 0;
  std::optional<double> loss;
};

// KEY=NUMBER
ModelOptions ParseSettings(const std::vector<std::string>& settings) {
  ModelOptions options;
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    size_t read = 0;
    double value = 0;
    try {
      value = std::stod(setting.substr(std::min(equals, setting.size() - 1) + 1), &read);
    } catch (const std::exception&) {
      read = 0;
    }
    if (equals == std::string::npos || equals + 1 + read != setting.size() || read == 0) {
      throw CommandFailed(
          Error{ErrorCode::kInvalidArgument, "--set " + setting + " is not KEY=NUMBER.", "Say --set rank=64."});
    }
    options.Set(setting.substr(0, equals), value);
  }
  return options;
}

std::string TimesJson(double seconds, double processor_seconds) {
  return "\"seconds\":" + JsonNumber(seconds) + ",\"processorSeconds\":" + JsonNumber(processor_seconds);
}

std::string EpochJson(const Epoch& epoch) {
  return "{\"epoch\":" + std::to_string(epoch.epoch) + "," + TimesJson(epoch.seconds, epoch.processor_seconds) +
         (epoch.loss ? ",\"loss\":" + JsonNumber(*epoch.loss) : "") + "}";
}

void RunFit(const FitOptions& options) {
  const Dataset data = ValueOrFail(ReadDataset(options.data));
  const auto train = ValueOrFail(recommend::Interactions::Create(data.users.size(), data.items.size(), data.events));
  const ModelKind& kind = ModelKindOf(options.model);
  if (kind.needs_products && data.products.empty()) {
    throw CommandFailed(
        Error{ErrorCode::kInvalidArgument, options.model + " needs to know what the items are.", "Give --products."});
  }
  const std::vector<recommend::Product> products = ProductsInOrder(data);
  std::optional<recommend::Matrix> content;
  if (!data.products.empty()) content = ValueOrFail(recommend::ContentVectors(products, {}));

  const ModelOptions settings = ParseSettings(options.set);
  const uint32_t threads = options.threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : options.threads;
  std::vector<Epoch> epochs;
  const Clock clock;
  FitInput input{train, products, content ? &*content : nullptr, options.seed, settings, ParallelOn(threads)};
  input.compute_loss = options.loss;
  input.on_epoch = [&](uint32_t number, std::optional<double> loss) {
    epochs.push_back({number, clock.seconds(), clock.processor_seconds(), loss});
    std::cerr << "epoch " << number << ": " << epochs.back().seconds << " s";
    if (loss) std::cerr << ", loss " << *loss;
    std::cerr << '\n';
  };
  const FittedModel model = ValueOrFail(kind.fit(input));
  const double seconds = clock.seconds();
  const double processor_seconds = clock.processor_seconds();
  OkOrFail(settings.CheckAllUsed(options.model));

  const recommend::ModelInfo info{options.version, options.catalogue, data.items.all()};
  const Bytes file = ValueOrFail(recommend::WriteModelFile(*model, info));
  if (!options.out.empty()) OkOrFail(WriteFile(options.out, file));
  if (!options.json) {
    std::cout << options.model << " on " << train.size() << " pairs of " << train.users() << " users and "
              << train.items() << " items: " << seconds << " s, " << file.size() << " bytes\n";
    return;
  }
  std::cout << "{\"model\":" << JsonString(options.model) << ",\"users\":" << train.users()
            << ",\"items\":" << train.items() << ",\"pairs\":" << train.size() << ",\"threads\":" << threads << ","
            << TimesJson(seconds, processor_seconds) << ",\"bytes\":" << file.size() << ",\"epochs\":[";
  for (size_t i = 0; i < epochs.size(); ++i) std::cout << (i == 0 ? "" : ",") << EpochJson(epochs[i]);
  std::cout << "]}\n";
}

}  // namespace

void AddRecommendFit(CLI::App& group) {
  auto* command = group.add_subcommand("fit", "Fit a model to who engaged with what, and write its file");
  const auto options = std::make_shared<FitOptions>();
  command
      ->add_option("--data", options->data.data,
                   "A file (lines `user item [rating] [time]`, MovieLens' or Taobao's), or a folder of MovieLens")
      ->required();
  command->add_option("--products", options->data.products, "What the items are, as for evaluate");
  command->add_option("--min-rating", options->data.min_rating, "Ratings below count as none");
  std::vector<std::string> names;
  std::string help = "Which model:";
  for (const ModelKind& kind : ModelKinds()) {
    names.emplace_back(kind.name);
    help += "\n" + std::string(kind.name) + ": " + std::string(kind.what);
  }
  command->add_option("--model", options->model, help)->check(CLI::IsMember(names))->required();
  command->add_option("--set", options->set, "KEY=NUMBER, an option of the model; may be repeated")->take_all();
  command->add_option("--out", options->out, "The file to write; without it the model is fitted and forgotten");
  command->add_option("--name", options->version, "The model's version, 1 to 64 bytes")->capture_default_str();
  command->add_option("--catalogue", options->catalogue, "Version of the catalogue that it is for; none: any");
  command->add_option("--seed", options->seed, "Of everything that is drawn")->capture_default_str();
  command->add_option("--threads", options->threads, "0: all processors")->capture_default_str();
  command->add_flag("--loss", options->loss, "Compute the loss after each epoch, where the model has one");
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options] { RunFit(*options); });
}

}  // namespace sotto::cli
