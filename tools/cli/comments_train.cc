#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/comments/calibration.h"
#include "sotto/comments/corpus_split.h"
#include "sotto/comments/emoji_examples.h"
#include "sotto/comments/sentiment_trainer.h"
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
  double emoji_share = 0.005;
  std::string live = "models/live-train.tsv";
  uint32_t live_weight = 3;
  uint32_t neutral_weight = 1;
  double neutral_tail = 0.05;
  comments::TrainerOptions trainer;
};

// Live comments, each as often as it weighs. Neutral ones have both labels: the likeliest verdict on them is then 0.
struct LiveExamples {
  std::vector<LabelledComment> polar;
  std::vector<LabelledComment> neutral;
  std::vector<LabelledComment> neutral_development;     // these set the thresholds of a model that has not learnt them
  std::vector<std::vector<char32_t>> development_once;  // the same, each once
};

// A part of the small talk large enough for its twentieth to be some comments.
constexpr uint32_t kNeutralDevelopmentTenths = 4;

// Without the comments whose letters also stand in a held-back review.
LiveExamples ReadLiveExamples(const TrainCommand& command, const std::vector<Corpus>& corpora) {
  std::unordered_set<uint64_t> held_back;
  for (const Corpus& corpus : corpora) {
    for (const LabelledComment& review : corpus.tenths[comments::kTestTenth]) {
      held_back.insert(comments::HashOfLetters(review.symbols));
    }
  }
  LiveExamples examples;
  for (const comments::ThreeWayComment& comment : ValueOrFail(ReadLiveComments(command.live))) {
    if (held_back.contains(comments::HashOfLetters(comment.symbols))) continue;
    if (comment.label != comments::SentimentLabel::kNeutral) {
      const bool positive = comment.label == comments::SentimentLabel::kPositive;
      examples.polar.insert(examples.polar.end(), command.live_weight, {comment.symbols, positive});
      continue;
    }
    const bool development = comments::TenthOf(comment.symbols) < kNeutralDevelopmentTenths;
    if (development) examples.development_once.push_back(comment.symbols);
    auto& neutral = development ? examples.neutral_development : examples.neutral;
    for (const bool positive : {false, true}) {
      neutral.insert(neutral.end(), command.neutral_weight, {comment.symbols, positive});
    }
  }
  return examples;
}

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

void Append(std::vector<LabelledComment>& examples, const std::vector<LabelledComment>& more) {
  examples.insert(examples.end(), more.begin(), more.end());
}

SentimentParameters Fit(const TrainCommand& command, std::vector<LabelledComment> examples, const std::string& what) {
  ChaCha20Source random(command.seed);
  OkOrFail(comments::AddEmojiExamples(examples, command.emoji_share, random));
  Progress progress(what, command.trainer.max_iterations);
  comments::TrainerOptions options = command.trainer;
  options.on_iteration = [&progress](uint32_t) { progress.Advance(); };
  SentimentParameters parameters = ValueOrFail(comments::FitTable(examples, options));
  progress.Advance(options.max_iterations);  // it may have converged before
  parameters.version = command.version;
  return parameters;
}

void Train(const TrainCommand& command) {
  const std::vector<Corpus> corpora = ValueOrFail(ReadCorpora(command.data));
  const LiveExamples live = ReadLiveExamples(command, corpora);

  // First without the development part, which then sets temperature and thresholds and shows what the options are
  // worth.
  std::vector<LabelledComment> examples = Gather(
      corpora, [](uint32_t tenth) { return tenth != comments::kTestTenth && tenth != comments::kDevelopmentTenth; });
  Append(examples, live.polar);
  Append(examples, live.neutral);
  SentimentParameters trial = Fit(command, std::move(examples), "training on eight tenths");
  const auto development = Gather(corpora, [](uint32_t tenth) { return tenth == comments::kDevelopmentTenth; });
  trial.temperature = ValueOrFail(comments::FitTemperature(trial, development));
  OkOrFail(comments::FitThresholds(trial, live.development_once, command.neutral_tail));
  const auto model = ValueOrFail(comments::SentimentModel::Load(ValueOrFail(comments::WriteSentimentFile(trial))));
  std::cout << "development tenth, trained on the eight others:\n";
  PrintReviewQuality(model, corpora, comments::kDevelopmentTenth);
  if (command.out.empty()) return;

  // Then with it; temperature and thresholds of the trial stay.
  examples = Gather(corpora, [](uint32_t tenth) { return tenth != comments::kTestTenth; });
  Append(examples, live.polar);
  Append(examples, live.neutral);
  Append(examples, live.neutral_development);
  SentimentParameters shipped = Fit(command, std::move(examples), "training on nine tenths");
  shipped.temperature = trial.temperature;
  shipped.negative_at = trial.negative_at;
  shipped.positive_at = trial.positive_at;
  const Bytes file = ValueOrFail(comments::WriteSentimentFile(shipped));
  OkOrFail(WriteFile(command.out, file));
  std::cout << "wrote " << command.out << ": " << file.size() << " bytes, temperature " << shipped.temperature
            << ", negative at " << shipped.negative_at << ", positive at " << shipped.positive_at << '\n';
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
  train
      ->add_option("--live", command->live,
                   "Live comments of our own: praise and complaints to learn, small talk to set the thresholds")
      ->capture_default_str();
  train->add_option("--live-weight", command->live_weight, "How many reviews a live comment weighs")
      ->capture_default_str();
  train
      ->add_option("--neutral-weight", command->neutral_weight,
                   "How many praising and how many complaining reviews small talk weighs")
      ->capture_default_str();
  train
      ->add_option("--neutral-tail", command->neutral_tail,
                   "Share of the small talk that may be called negative, or positive")
      ->capture_default_str();
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
