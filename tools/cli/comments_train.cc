#include <CLI/CLI.hpp>
#include <atomic>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "sotto/comments/comment_model.h"
#include "sotto/comments/training/calibrate.h"
#include "sotto/comments/training/table_trainer.h"
#include "tools/cli/commands.h"
#include "tools/cli/comments_attacks.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/comments_examples.h"
#include "tools/cli/comments_lexicon.h"
#include "tools/cli/comments_measure.h"
#include "tools/cli/files.h"
#include "tools/cli/progress.h"

namespace sotto::cli {
namespace {

using comments::CommentModel;
using comments::Head;
using comments::ModelParameters;

struct TrainCommand {
  ExampleOptions examples;
  LexiconPaths lexicon;
  std::string out;
  std::string version = "2";
  double fine_cost = 12;
  double wide_cost = 12;
  comments::TableOptions table;
};

// Jobs on all processors: they are independent, so the result does not depend on how many there are.
void RunOnAll(const std::string& what, std::vector<std::function<void()>> jobs) {
  Progress progress(what, jobs.size());
  std::atomic<size_t> next = 0;
  std::mutex mutex;
  const auto work = [&] {
    for (size_t i = next++; i < jobs.size(); i = next++) {
      jobs[i]();
      const std::scoped_lock lock(mutex);
      progress.Advance();
    }
  };
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < std::max(1U, std::thread::hardware_concurrency()); ++i) threads.emplace_back(work);
  work();
}

comments::TableOptions OptionsOf(const TrainCommand& command, const std::string& what) {
  comments::TableOptions options = command.table;
  for (size_t column = 0; column < comments::kColumns; ++column) {
    options.cost[column] = column < comments::kFineColumns ? command.fine_cost : command.wide_cost;
    // Without evidence a comment is neither praise nor complaint; all else has its own frequency.
    options.has_bias[column] = column != comments::kPolarity;
  }
  options.run = [what](std::vector<std::function<void()>> jobs) { RunOnAll(what, std::move(jobs)); };
  return options;
}

CommentModel ModelOf(const ModelParameters& parameters) {
  return ValueOrFail(CommentModel::Load(ValueOrFail(comments::WriteModelFile(parameters))));
}

std::array<double, comments::kColumns> LogitsOf(CommentModel& model, const std::string& text) {
  return model.Logits(ValueOrFail(text::Normalise(text, model.lexicon())));
}

// Every temperature of the trial model, from what it has not learnt; returns what is to be added to the biases.
std::array<float, comments::kColumns> Calibrate(const Sources& sources, ModelParameters& trial) {
  CommentModel model = ModelOf(trial);
  std::array<std::vector<comments::Scored>, comments::kColumns> columns;
  for (const ColumnText& text : sources.column_development) {
    columns[text.column].push_back({{LogitsOf(model, text.text)[text.column]}, text.holds ? 1U : 0U});
  }
  const auto fit = [](const std::vector<comments::Scored>& scored, const std::string& what) {
    const auto temperature = comments::FitTemperature(scored);
    if (temperature.ok()) return temperature.value();
    std::cerr << what << ": " << temperature.error().message << " Its temperature stays 1.\n";
    return 1.0F;
  };
  comments::Temperatures& t = trial.temperatures;
  t.polarity = fit(columns[comments::kPolarity], "polarity");
  t.offence = fit(columns[comments::kOffence], "offence");
  // These are rarer in the training texts, most of which say nothing of the kind, than where they are asked about.
  std::array<float, comments::kColumns> shifts{};
  const auto fit_with_shift = [&](size_t column, float& temperature, const std::string& what) {
    const auto fitted = comments::FitScaleAndShift(columns[column]);
    if (!fitted.ok()) {
      std::cerr << what << ": " << fitted.error().message << " Its temperature stays 1.\n";
      return;
    }
    temperature = fitted.value().temperature;
    shifts[column] = fitted.value().shift;
  };
  fit_with_shift(comments::kNeutrality, t.neutrality, "neutrality");
  fit_with_shift(comments::kHate, t.hate, "hate");
  fit_with_shift(comments::kSpam, t.spam, "spam");
  fit_with_shift(comments::kContact, t.contact, "contact");
  const auto fit_head = [&](Head head) {
    const comments::ColumnRange range = comments::SoftmaxColumns(head);
    std::vector<comments::Scored> scored;
    for (const HeadText& text : sources.development) {
      if (text.head != head) continue;
      const auto z = LogitsOf(model, text.text);
      const auto first = z.begin() + static_cast<std::ptrdiff_t>(range.first);
      scored.push_back({{first, first + static_cast<std::ptrdiff_t>(range.count)}, text.label});
    }
    return fit(scored, std::string(comments::HeadName(head)));
  };
  t.emotion = fit_head(Head::kEmotion);
  t.intent = fit_head(Head::kIntent);
  t.language = fit_head(Head::kLanguage);
  return shifts;
}

void Shift(const std::array<float, comments::kColumns>& shifts, ModelParameters& parameters) {
  for (size_t column = 0; column < comments::kColumns; ++column) parameters.columns[column].bias += shifts[column];
}

void Train(const TrainCommand& command) {
  const Sources sources = ValueOrFail(ReadSources(command.examples));
  const comments::AttackTables attacks =
      ValueOrFail(ReadAttackTables(command.examples.data, command.lexicon.own)).Half(false);
  ModelParameters trial;
  trial.version = command.version;
  trial.lexicon = ValueOrFail(BuildLexicon(command.lexicon, sources.counts));
  trial.abstention = {0.6F, 0.4F, 0.5F, 0.6F, 0.5F};
  const ExampleSet set = ValueOrFail(MakeExamples(sources, trial.lexicon, attacks, command.examples));
  std::cerr << set.texts.size() << " texts\n";

  // First without the development part, which then sets the temperatures and shows what the options are worth.
  const auto claims = ValueOrFail(comments::ClaimRows(set.texts, set.trial, OptionsOf(command, "choosing features")));
  OkOrFail(comments::FitTable(set.texts, set.trial, claims, OptionsOf(command, "training the trial"), trial));
  const auto shifts = Calibrate(sources, trial);
  Shift(shifts, trial);
  CommentModel model = ModelOf(trial);
  std::cout << "development part:\n";
  PrintTwoWay(MeasureReviews(model, command.examples.data, Part::kDevelopment));
  PrintTwoWay(MeasureOffence(model, command.examples.data, Part::kDevelopment));
  PrintHeads(MeasureHeads(model, command.examples.data, command.examples.own, Part::kDevelopment));
  if (command.out.empty()) return;

  // Then with it; rows and temperatures of the trial stay.
  ModelParameters shipped = trial;
  OkOrFail(comments::FitTable(set.texts, set.all, claims, OptionsOf(command, "training on all"), shipped));
  Shift(shifts, shipped);
  const Bytes file = ValueOrFail(comments::WriteModelFile(shipped));
  OkOrFail(WriteFile(command.out, file));
  std::cout << "wrote " << command.out << ": " << file.size() << " bytes\n";
}

}  // namespace

void AddCommentsTrain(CLI::App& group) {
  auto command = std::make_shared<TrainCommand>();
  CLI::App* train =
      group.add_subcommand("train", "Train the comment model on all corpora; the same input gives the same bytes");
  train->add_option("--data", command->examples.data, "Folder with NAME.train.tsv and support/")->capture_default_str();
  train->add_option("--out", command->out, "Model file to write; without it only the development part is measured");
  train->add_option("--model-version", command->version, "Version that the model carries")->capture_default_str();
  train->add_option("--seed", command->examples.seed, "Seed of everything drawn")->capture_default_str();
  train->add_option("--draws", command->examples.draws, "Comments drawn from each Chinese grammar")
      ->capture_default_str();
  train
      ->add_option("--disguised", command->examples.disguised_share,
                   "Share of the Chinese texts that get a disguised copy")
      ->capture_default_str();
  train->add_option("--own-weight", command->examples.own_weight, "What a comment written for this project weighs")
      ->capture_default_str();
  train->add_option("--fine-bits", command->table.fine_bits, "The fine block has 2^bits rows")->capture_default_str();
  train->add_option("--wide-bits", command->table.wide_bits, "The wide block has 2^bits rows")->capture_default_str();
  train->add_option("--norm-prior", command->table.norm_prior, "Added to n under the root")->capture_default_str();
  train->add_option("--fine-cost", command->fine_cost, "Weight of an example against the weights' size, fine columns")
      ->capture_default_str();
  train->add_option("--wide-cost", command->wide_cost, "The same, wide columns")->capture_default_str();
  train->callback([command] {
    command->lexicon.pinyin = command->examples.data + "/support/pinyin.txt";
    command->lexicon.components = command->examples.data + "/support/chaizi-jt.txt";
    Train(*command);
  });
}

}  // namespace sotto::cli
