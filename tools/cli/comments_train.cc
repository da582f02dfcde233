#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/comments/calibration.h"
#include "sotto/comments/corpus_split.h"
#include "sotto/comments/emoji_examples.h"
#include "sotto/comments/sentiment_trainer.h"
#include "sotto/text/normalise.h"
#include "tools/cli/commands.h"
#include "tools/cli/comments_commands.h"
#include "tools/cli/comments_corpus.h"
#include "tools/cli/files.h"
#include "tools/cli/progress.h"

namespace sotto::cli {
namespace {

using comments::LabelledComment;
using comments::SentimentParameters;

struct TrainCommand {
  std::string data = DefaultCorpusFolder();
  std::string out;
  std::string version = "1";
  uint64_t seed = 1;
  double emoji_share = 0.02;
  float neutral_band = 0.6F;
  std::string neutral = "models/neutral.txt";
  uint32_t neutral_weight = 1;
  comments::TrainerOptions trainer;
};

// The tenths that `wanted` chooses, of all corpora.
template <class Wanted>
std::vector<LabelledComment> Gather(const std::vector<Corpus>& corpora, const Wanted& wanted) {
  std::vector<LabelledComment> gathered;
  for (const Corpus& corpus : corpora) {
    for (uint32_t tenth = 0; tenth < comments::kTenths; ++tenth) {
      if (!wanted(tenth)) continue;
      gathered.insert(gathered.end(), corpus.tenths[tenth].begin(), corpus.tenths[tenth].end());
    }
  }
  return gathered;
}

// Neutral comments are told once as positive and once as negative, so that the model learns to be undecided about them.
std::vector<LabelledComment> ReadNeutral(const TrainCommand& command) {
  std::vector<LabelledComment> examples;
  const Bytes bytes = ValueOrFail(ReadFile(command.neutral, 1 << 24));
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  for (std::string line; std::getline(lines, line);) {
    const auto text = ValueOrFail(text::Normalise(line));
    for (uint32_t i = 0; i < command.neutral_weight; ++i) {
      examples.push_back({text.symbols, true});
      examples.push_back({text.symbols, false});
    }
  }
  return examples;
}

SentimentParameters Fit(const TrainCommand& command, std::vector<LabelledComment> examples, const std::string& what) {
  ChaCha20Source random(command.seed);
  OkOrFail(comments::AddEmojiExamples(examples, command.emoji_share, random));
  const std::vector<LabelledComment> neutral = ReadNeutral(command);
  examples.insert(examples.end(), neutral.begin(), neutral.end());
  Progress progress(what, command.trainer.max_iterations);
  comments::TrainerOptions options = command.trainer;
  options.on_iteration = [&progress](uint32_t) { progress.Advance(); };
  SentimentParameters parameters = ValueOrFail(comments::FitTable(examples, options));
  parameters.version = command.version;
  parameters.neutral_band = command.neutral_band;
  return parameters;
}

void Train(const TrainCommand& command) {
  const std::vector<Corpus> corpora = ValueOrFail(ReadCorpora(command.data));

  // First without the development tenth, which then sets the temperature and shows what the options are worth.
  SentimentParameters trial =
      Fit(command,
          Gather(corpora,
                 [](uint32_t tenth) { return tenth != comments::kTestTenth && tenth != comments::kDevelopmentTenth; }),
          "training on eight tenths");
  const auto development = Gather(corpora, [](uint32_t tenth) { return tenth == comments::kDevelopmentTenth; });
  trial.temperature = ValueOrFail(comments::FitTemperature(trial, development));
  const auto trial_model = ValueOrFail(comments::SentimentModel::Load(ValueOrFail(WriteSentimentFile(trial))));
  std::vector<NamedQuality> rows;
  for (const Corpus& corpus : corpora) {
    rows.push_back(
        {corpus.name, ValueOrFail(comments::MeasureQuality(trial_model, corpus.tenths[comments::kDevelopmentTenth]))});
  }
  std::cout << "development tenth, trained on the eight others:\n";
  PrintQuality(rows);
  if (command.out.empty()) return;

  // Then with it; the temperature of the trial stays.
  SentimentParameters final_parameters =
      Fit(command, Gather(corpora, [](uint32_t tenth) { return tenth != comments::kTestTenth; }),
          "training on nine tenths");
  final_parameters.temperature = trial.temperature;
  const Bytes file = ValueOrFail(comments::WriteSentimentFile(final_parameters));
  OkOrFail(WriteFile(command.out, file));
  std::cout << "wrote " << command.out << ", " << file.size() << " bytes, temperature " << trial.temperature << '\n';
}

}  // namespace

void AddCommentsTrain(CLI::App& group) {
  auto command = std::make_shared<TrainCommand>();
  CLI::App* train = group.add_subcommand(
      "train", "Train the sentiment model on shop10, waimai and hotel; the same input gives the same bytes");
  train->add_option("--data", command->data, "Folder with shop10.train.tsv, waimai.train.tsv, hotel.train.tsv")
      ->capture_default_str();
  train->add_option("--out", command->out, "Model file to write; without it only the development tenth is measured");
  train->add_option("--model-version", command->version, "Version that the model carries")->capture_default_str();
  train->add_option("--seed", command->seed, "Seed of the emoji examples")->capture_default_str();
  train->add_option("--emoji-share", command->emoji_share, "Share of comments that get emoji of their polarity")
      ->capture_default_str();
  train->add_option("--neutral-band", command->neutral_band, "Scores nearer to 0 are neutral")->capture_default_str();
  train->add_option("--neutral", command->neutral, "Neutral comments")->capture_default_str();
  train->add_option("--neutral-weight", command->neutral_weight, "How often each is told")->capture_default_str();
  train->add_option("--table-bits", command->trainer.table_bits, "The table has 2^bits bytes")->capture_default_str();
  train->add_option("--min-n", command->trainer.min_n, "Shortest n-gram")->capture_default_str();
  train->add_option("--max-n", command->trainer.max_n, "Longest n-gram")->capture_default_str();
  train->add_option("--norm-prior", command->trainer.norm_prior, "Added to n under the root")->capture_default_str();
  train->add_option("--cost", command->trainer.cost, "Weight of a comment against the weights' size")
      ->capture_default_str();
  train->add_option("--smoothing", command->trainer.smoothing, "Added to each count")->capture_default_str();
  train->callback([command] { Train(*command); });
}

}  // namespace sotto::cli
