#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/evaluation/split.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/recommend_blend.h"
#include "tools/cli/recommend_commands.h"
#include "tools/cli/recommend_data.h"
#include "tools/cli/recommend_lines.h"
#include "tools/cli/recommend_measure.h"
#include "tools/cli/recommend_models.h"
#include "tools/cli/recommend_new_items.h"
#include "tools/cli/recommend_report.h"

namespace sotto::cli {
namespace {

using recommend::Interactions;
using recommend::Split;
using recommend::TestCase;

struct EvaluateOptions {
  DataOptions data;
  std::string split = "leave-one-out";
  double share = 0.1;
  std::vector<std::string> models;
  bool all = false;
  bool no_blend = false;
  bool validation = false;
  bool new_items = false;
  std::vector<std::string> set;
  OptionsByModel options;
  uint32_t k = 10;
  uint64_t seed = 1;
  uint32_t threads = 0;
  bool json = false;
  std::string plot;
};

double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// "item-knn.k=50" and the like.
void ParseOptions(EvaluateOptions& options) {
  for (const std::string& text : options.set) {
    const size_t dot = text.find('.');
    const size_t equals = text.find('=');
    double value = 0;
    if (dot == std::string::npos || equals == std::string::npos || equals < dot ||
        !ReadNumber(std::string_view(text).substr(equals + 1), value)) {
      throw CLI::ValidationError("--set " + text, "is not of the form MODEL.KEY=NUMBER");
    }
    const std::string model = text.substr(0, dot);
    if (std::ranges::find(ModelKinds(), model, &ModelKind::name) == ModelKinds().end()) {
      throw CLI::ValidationError("--set " + text, "names no model");
    }
    options.options[model].Set(text.substr(dot + 1, equals - dot - 1), value);
  }
}

Result<Split> MakeSplit(const EvaluateOptions& options, const Interactions& all, RandomSource& random) {
  if (options.split == "leave-one-out") return recommend::LeaveLastOut(all);
  if (options.split == "random") return recommend::LeaveRandomOut(all, random);
  if (options.split == "fraction") return recommend::HoldOutFraction(all, options.share, random);
  return recommend::SplitByTime(all, 1 - options.share);
}

// One item of each user, from the training data alone: to choose by, so that the test stays untouched.
Result<Split> ValidationSplit(const Interactions& train, uint64_t seed) {
  if (train.timed()) return recommend::LeaveLastOut(train);
  ChaCha20Source random(seed + 1);
  return recommend::LeaveRandomOut(train, random);
}

constexpr const char* kNoTimes =
    "The data has no times: the order of a user's items means nothing, and models of sequences learn nothing from it.";

class Evaluation {
 public:
  Evaluation(const EvaluateOptions& options, const Dataset& data) : options_(options) {
    const auto users = data.users.size();
    const auto items = data.items.size();
    const Interactions all = ValueOrFail(Interactions::Create(users, items, data.events));
    if (data.test.empty()) {
      ChaCha20Source random(options.seed);
      split_ = ValueOrFail(MakeSplit(options, all, random));
      report_.split = options.split == "temporal" || options.split == "fraction"
                          ? options.split + " " + std::to_string(options.share).substr(0, 4)
                          : options.split;
    } else {
      split_ = ValueOrFail(recommend::GivenSplit(all, ValueOrFail(Interactions::Create(users, items, data.test))));
      report_.split = "given";
    }
    if (!all.timed()) report_.notes.emplace_back(kNoTimes);
    if (!data.negatives.empty()) negatives_ = &data.negatives;
    if (options.validation) {
      split_ = ValueOrFail(ValidationSplit(split_->train, options.seed));
      report_.split += ", one item of each user of its training part";
      negatives_ = nullptr;
    }
    if (split_->test.empty()) {
      throw CommandFailed(Error{ErrorCode::kInvalidArgument, "no user has an item that can be held back.", ""});
    }
    if (!data.products.empty()) {
      products_ = ProductsInOrder(data);
      content_ = ValueOrFail(recommend::ContentVectors(products_, {}));
    }
    report_.users = users;
    report_.items = items;
    report_.train_pairs = split_->train.size();
    for (const TestCase& one : split_->test) report_.test_pairs += one.items.size();
    report_.left_out = split_->left_out;
    report_.k = options.k;
    report_.seed = options.seed;
  }

  Report Run(const std::vector<std::string>& names) {
    std::vector<FittedModel> fitted;
    for (const std::string& name : names) {
      const auto begin = std::chrono::steady_clock::now();
      fitted.push_back(Fit(name, split_->train));
      ReportRow row{.model = name, .measures = {}, .fit_seconds = SecondsSince(begin), .bytes = 0, .weights = {}};
      ByteWriter bytes;
      fitted.back()->Write(bytes);
      row.bytes = bytes.bytes().size();
      row.measures = Ranked(name, ScorerOf(*fitted.back(), *split_));
      report_.rows.push_back(std::move(row));
    }
    const bool one_each = std::ranges::all_of(split_->test, [](const TestCase& one) { return one.items.size() == 1; });
    if (names.size() >= 2 && !options_.no_blend && one_each) Blend(names, fitted);
    return std::move(report_);
  }

 private:
  FittedModel Fit(const std::string& name, const Interactions& train) const {
    static const ModelOptions none;
    const auto found = options_.options.find(name);
    const ModelOptions& options = found == options_.options.end() ? none : found->second;
    std::cerr << "fitting " << name << '\n';
    FittedModel model = ValueOrFail(ModelKindOf(name).fit(
        {train, products_, content_ ? &*content_ : nullptr, options_.seed, options, ParallelOn(options_.threads)}));
    OkOrFail(options.CheckAllUsed(name));
    return model;
  }

  Measures Ranked(const std::string& name, const Scorer& scorer) const {
    return ValueOrFail(Measure(name, scorer, *split_,
                               {.k = options_.k,
                                .threads = options_.threads,
                                .seed = options_.seed,
                                .negatives = negatives_,
                                .content = content_ ? &*content_ : nullptr}));
  }

  void Blend(const std::vector<std::string>& names, const std::vector<FittedModel>& fitted) {
    const auto begin = std::chrono::steady_clock::now();
    std::vector<float> weights;
    {
      // The weights are chosen by models that did not see what they are chosen on.
      const Split inner = ValueOrFail(ValidationSplit(split_->train, options_.seed));
      std::vector<FittedModel> rehearsed;
      std::vector<const recommend::Model*> models;
      for (const std::string& name : names) {
        rehearsed.push_back(Fit(name, inner.train));
        models.push_back(rehearsed.back().get());
      }
      weights = ValueOrFail(ChooseWeights(models, inner, options_.k, options_.threads));
    }
    ReportRow row{.model = "blend", .measures = {}, .fit_seconds = SecondsSince(begin), .bytes = 0, .weights = {}};
    for (size_t i = 0; i < names.size(); ++i) {
      if (weights[i] > 0) row.weights.emplace_back(names[i], weights[i]);
    }
    const Scorer scorer = [&](const TestCase& one, std::span<float> scores) -> Status {
      const auto history = recommend::HistoryOf(split_->train, one.user);
      std::vector<float> part(scores.size());
      std::ranges::fill(scores, 0.0F);
      for (size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) continue;
        SOTTO_RETURN_IF_ERROR(fitted[i]->Score(history, part));
        Standardise(split_->train, one.user, part);
        for (size_t item = 0; item < scores.size(); ++item) scores[item] += weights[i] * part[item];
      }
      return {};
    };
    row.measures = Ranked("the blend", scorer);
    Compare(row.measures);
    report_.rows.push_back(std::move(row));
  }

  // The blend beside the single model of the highest NDCG, user by user.
  void Compare(const Measures& blend) {
    constexpr size_t kMeasures = recommend::kAccuracyNames.size();
    const auto best = std::ranges::max_element(
        report_.rows, {}, [](const ReportRow& row) { return row.measures.full_intervals[1].mean; });
    std::vector<double> differences;
    for (size_t i = 0; i < blend.full.size(); i += kMeasures) {
      for (const size_t measure : {0U, 1U}) {
        differences.push_back(blend.full[i + measure] - best->measures.full[i + measure]);
      }
    }
    ChaCha20Source random(options_.seed);
    report_.gain = ValueOrFail(recommend::BootstrapMeans(differences, 2, {}, random));
    report_.best_single = best->model;
  }

  const EvaluateOptions& options_;
  std::optional<Split> split_;
  const std::unordered_map<uint32_t, Negatives>* negatives_ = nullptr;
  std::vector<recommend::Product> products_;
  std::optional<recommend::Matrix> content_;
  Report report_;
};

std::vector<std::string> ChosenModels(const EvaluateOptions& options, const Dataset& data) {
  const bool timed = std::ranges::any_of(
      data.events, [&](const recommend::Interaction& one) { return one.time != data.events.front().time; });
  std::vector<std::string> names;
  for (const ModelKind& kind : ModelKinds()) {
    const bool named = std::ranges::find(options.models, kind.name) != options.models.end();
    if (named && kind.needs_products && data.products.empty()) {
      throw CommandFailed(Error{ErrorCode::kInvalidArgument,
                                std::string(kind.name) + " needs to know what the items are.", "Give --products."});
    }
    const bool possible = (!kind.needs_products || !data.products.empty()) && (!kind.needs_times || timed);
    if (named || ((options.all || options.models.empty()) && possible)) names.emplace_back(kind.name);
  }
  return names;
}

void RunEvaluate(EvaluateOptions options) {
  ParseOptions(options);
  if (options.threads == 0) options.threads = std::max(1U, std::thread::hardware_concurrency());
  if (options.new_items) {
    const NewItemOptions asked{options.data, options.share, options.k, options.seed, options.threads, options.json};
    std::cout << ValueOrFail(MeasureNewItems(asked));
    return;
  }
  const Dataset data = ValueOrFail(ReadDataset(options.data));
  const std::vector<std::string> names = ChosenModels(options, data);
  Evaluation evaluation(options, data);
  const Report report = evaluation.Run(names);
  std::cout << (options.json ? ReportJson(report) : ReportTable(report));
  if (!options.plot.empty()) {
    OkOrFail(WriteFile(options.plot, AsBytes(ReportPlot(report))));
    std::cerr << "wrote " << options.plot << '\n';
  }
}

}  // namespace

void AddRecommendEvaluate(CLI::App& group) {
  auto* command = group.add_subcommand(
      "evaluate", "Hold back a part of who engaged with what, and measure how high each model ranks it");
  const auto options = std::make_shared<EvaluateOptions>();
  auto* data = command->add_option(
      "--data", options->data.data,
      "A file to split (lines `user item [rating] [time]`, MovieLens' or Taobao's), or a folder of MovieLens");
  auto* split =
      command
          ->add_option("--split", options->split,
                       "What is held back: each user's last item; a random one; the newest --share of all; a random "
                       "--share of each user's")
          ->check(CLI::IsMember({"leave-one-out", "random", "temporal", "fraction"}))
          ->capture_default_str();
  command->add_option("--share", options->share, "Of interactions, or of items for --new-items")
      ->check(CLI::Range(0.001, 0.999))
      ->capture_default_str();
  auto* train = command->add_option("--train", options->data.train, "A file to train on, if it is split already");
  auto* test = command->add_option("--test", options->data.test, "A file that is held back")->needs(train);
  train->needs(test)->excludes(data)->excludes(split);
  command->add_option(
      "--negatives", options->data.negatives,
      "Lines `(user,item)` and its rivals, by tabs: measures among them as well. Such figures say little "
      "about a ranking of all items, and are no measure to choose a model by");
  auto* products =
      command->add_option("--products", options->data.products,
                          "What the items are: `id <tab> title [<tab> category [<tab> price [<tab> brand]]]`, "
                          "or a header with these names");
  command->add_option("--min-rating", options->data.min_rating, "Ratings below count as none");
  std::vector<std::string> names;
  std::string help = "Which model; may be repeated:";
  for (const ModelKind& kind : ModelKinds()) {
    names.emplace_back(kind.name);
    help += "\n" + std::string(kind.name) + ": " + std::string(kind.what);
  }
  command->add_option("--model", options->models, help)->check(CLI::IsMember(names))->take_all();
  command->add_flag("--all", options->all, "Every model that the data allows (the default)");
  command->add_flag("--no-blend", options->no_blend, "Do not look for the best blend of the models");
  command->add_option("--set", options->set, "MODEL.KEY=NUMBER, an option of a model; may be repeated")->take_all();
  command->add_flag("--validation", options->validation,
                    "Hold back one item of each user of the training part instead, to choose options by");
  command->add_flag(
      "--new-items", options->new_items,
      "Hold --share of the items back entirely and find them by content alone. With --products alone: how "
      "often a product's nearest ones are of its category, which is hidden from them");
  command->add_option("--k", options->k, "Length of the list")->check(CLI::PositiveNumber)->capture_default_str();
  command->add_option("--seed", options->seed, "Of everything that is drawn")->capture_default_str();
  command->add_option("--threads", options->threads, "To fit and to rank on; 0: all processors")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->add_option("--plot", options->plot, "Write a picture to this SVG file");
  command->callback([options, data, train, products] {
    const bool catalogue_alone = options->new_items && !products->empty();
    if (data->empty() && train->empty() && !catalogue_alone) {
      throw CLI::RequiredError("--data, or --train and --test,");
    }
    RunEvaluate(*options);
  });
}

}  // namespace sotto::cli
