#include <CLI/CLI.hpp>
#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/json.h"
#include "tools/cli/progress.h"
#include "tools/cli/recommend_data.h"
#include "tools/cli/recommend_export.h"
#include "tools/cli/recommend_models.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxDataBytes = size_t{4} << 30;
constexpr size_t kMaxProductBytes = size_t{256} << 20;

struct EvaluateOptions {
  std::string data;
  std::string train;
  std::string test;
  std::string products;
  std::string split = "leave-one-out";
  std::string model = "all";
  float l2 = 500;
  uint32_t k = 10;
  uint64_t seed = 1;
  bool json = false;
};

std::vector<Interaction> ReadInteractions(const std::string& path) {
  const Bytes file = ValueOrFail(ReadFile(path, kMaxDataBytes));
  return ValueOrFail(ParseInteractions({reinterpret_cast<const char*>(file.data()), file.size()}, path));
}

Split ReadSplit(const EvaluateOptions& options) {
  if (!options.data.empty()) {
    const std::vector<Interaction> interactions = ReadInteractions(options.data);
    if (options.split == "leave-one-out") return LeaveLastOut(interactions);
    ChaCha20Source random(options.seed);
    return ValueOrFail(LeaveRandomOut(interactions, random));
  }
  return GivenSplit(ReadInteractions(options.train), ReadInteractions(options.test));
}

// Lines `id <tab> title [<tab> category [<tab> price]]`, put into the order of `items`. An item without a line is known
// by its id alone.
std::vector<recommend::Product> ReadProducts(const std::string& path, const std::vector<std::string>& items) {
  std::vector<recommend::Product> products;
  std::unordered_map<std::string_view, size_t> place;
  for (const std::string& item : items) {
    place.emplace(item, products.size());
    products.push_back({item, "", "", 0});
  }
  const Bytes file = ValueOrFail(ReadFile(path, kMaxProductBytes));
  std::istringstream lines(std::string(file.begin(), file.end()));
  std::string line;
  for (size_t line_number = 1; std::getline(lines, line); ++line_number) {
    const auto malformed = [&](const std::string& what) {
      return CommandFailed(Error{ErrorCode::kMalformed, path + ":" + std::to_string(line_number) + ": " + what,
                                 "A line is: id <tab> title [<tab> category [<tab> price]]."});
    };
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    std::istringstream fields(line);
    recommend::Product product;
    std::string price;
    std::getline(fields, product.id, '\t');
    if (!std::getline(fields, product.title, '\t')) throw malformed("there is no title.");
    std::getline(fields, product.category, '\t');
    if (std::getline(fields, price, '\t')) {
      size_t read = 0;
      try {
        product.price = std::stoll(price, &read);
      } catch (const std::exception&) {
        throw malformed("the price is not a whole number.");
      }
      if (read != price.size()) throw malformed("the price is not a whole number.");
    }
    if (const auto found = place.find(product.id); found != place.end()) products[found->second] = product;
  }
  return products;
}

struct Candidate {
  std::string name;
  Scorer scorer;
};

std::vector<Candidate> Candidates(const EvaluateOptions& options, const Split& split) {
  const auto wanted = [&](const char* name) { return options.model == name || options.model == "all"; };
  std::vector<Candidate> candidates;
  if (wanted("popularity")) candidates.push_back({"popularity", PopularityScorer(split)});
  if (!options.products.empty() && wanted("content")) {
    const auto products = ReadProducts(options.products, split.items);
    candidates.push_back({"content", ValueOrFail(ContentScorer(products))});
  }
  if (wanted("ease")) candidates.push_back({"ease", ValueOrFail(EaseScorer(split, options.l2))});
  return candidates;
}

void PrintJson(const EvaluateOptions& options, const Split& split, size_t train_pairs,
               const std::vector<std::pair<std::string, Quality>>& rows) {
  std::cout << "{\"users\":" << split.users.size() << ",\"items\":" << split.items.size()
            << ",\"trainPairs\":" << train_pairs << ",\"testPairs\":" << split.test.size() << ",\"k\":" << options.k
            << ",\"models\":[";
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto& [name, quality] = rows[i];
    std::cout << (i == 0 ? "" : ",") << "{\"model\":" << JsonString(name);
    if (name == "ease") std::cout << ",\"l2\":" << JsonNumber(options.l2);
    std::cout << ",\"hitRate\":" << JsonNumber(quality.hit_rate) << ",\"ndcg\":" << JsonNumber(quality.ndcg)
              << ",\"mrr\":" << JsonNumber(quality.reciprocal_rank) << '}';
  }
  std::cout << "]}\n";
}

void PrintTable(const EvaluateOptions& options, const Split& split, size_t train_pairs,
                const std::vector<std::pair<std::string, Quality>>& rows) {
  std::cout << split.users.size() << " users, " << split.items.size() << " items, " << train_pairs
            << " training pairs, " << split.test.size() << " held back; full ranking\n"
            << std::left << std::setw(12) << "model" << std::right << std::setw(9) << "HR@" + std::to_string(options.k)
            << std::setw(9) << "NDCG@" + std::to_string(options.k) << std::setw(9) << "MRR" << '\n'
            << std::fixed << std::setprecision(4);
  for (const auto& [name, quality] : rows) {
    std::cout << std::left << std::setw(12) << name << std::right << std::setw(9) << quality.hit_rate << std::setw(9)
              << quality.ndcg << std::setw(9) << quality.reciprocal_rank << '\n';
  }
}

void RunEvaluate(const EvaluateOptions& options) {
  const Split split = ReadSplit(options);
  if (split.test.empty()) {
    throw CommandFailed(Error{ErrorCode::kInvalidArgument, "no user has two items, so none can be held back.", ""});
  }
  size_t train_pairs = 0;
  for (const auto& items : split.train) train_pairs += items.size();

  std::vector<std::pair<std::string, Quality>> rows;
  for (const Candidate& candidate : Candidates(options, split)) {
    Progress progress("ranking by " + candidate.name, split.test.size());
    rows.emplace_back(candidate.name, Evaluate(split, candidate.scorer, options.k, [&] { progress.Advance(); }));
  }
  (options.json ? PrintJson : PrintTable)(options, split, train_pairs, rows);
}

void AddEvaluate(CLI::App& group) {
  auto* command = group.add_subcommand(
      "evaluate", "Hold back a part of who engaged with what, and measure how high each model ranks it");
  const auto options = std::make_shared<EvaluateOptions>();
  auto* data = command->add_option("--data", options->data, "Lines `user item [rating] [time]` to split");
  auto* split = command->add_option("--split", options->split, "Each user's last item, or a random one, is held back")
                    ->check(CLI::IsMember({"leave-one-out", "random"}))
                    ->capture_default_str();
  auto* train = command->add_option("--train", options->train, "Lines to train on, if they are split already");
  auto* test = command->add_option("--test", options->test, "Lines that are held back")->needs(train);
  train->needs(test)->excludes(data)->excludes(split);
  auto* products = command->add_option("--products", options->products,
                                       "Lines `id <tab> title [<tab> category [<tab> price]]`, for the content model");
  command->add_option("--model", options->model, "Which model")
      ->check(CLI::IsMember({"popularity", "content", "ease", "all"}))
      ->capture_default_str();
  command->add_option("--l2", options->l2, "EASE's regularisation, in co-occurrences")->capture_default_str();
  command->add_option("--k", options->k, "Length of the list")->check(CLI::PositiveNumber)->capture_default_str();
  command->add_option("--seed", options->seed, "Of the random split")->capture_default_str();
  command->add_flag("--json", options->json, "Print JSON");
  command->callback([options, data, train, products] {
    if (data->empty() && train->empty()) throw CLI::RequiredError("--data, or --train and --test,");
    if (options->model == "content" && products->empty()) throw CLI::RequiredError("--products");
    RunEvaluate(*options);
  });
}

}  // namespace

void RegisterRecommend(CLI::App& app) {
  auto* group = app.add_subcommand("recommend", "Measure recommenders");
  group->require_subcommand(1);
  AddEvaluate(*group);
  AddRecommendExport(*group);
}

}  // namespace sotto::cli
