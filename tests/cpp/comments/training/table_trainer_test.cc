#include "sotto/comments/training/table_trainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

#include "comments/small_model.h"
#include "sotto/base/random.h"
#include "sotto/text/utf8.h"

namespace sotto::comments {
namespace {

// A character for each column, which says that the column holds.
char32_t SignOf(size_t column) {
  return 0x5200 + static_cast<char32_t>(column);
}

// A text of eight characters between noise, each the sign of a column, and what it says.
struct Toy {
  std::string text;
  std::array<bool, kColumns> holds{};
};

std::vector<Toy> Toys(uint64_t seed, size_t count) {
  ChaCha20Source random(seed);
  std::vector<Toy> toys(count);
  for (Toy& toy : toys) {
    for (int i = 0; i < 8; ++i) {
      const auto column = static_cast<size_t>(random.Below(kColumns).value());
      toy.holds[column] = true;
      text::AppendUtf8(SignOf(column), toy.text);
      text::AppendUtf8(0x6000 + static_cast<char32_t>(random.Below(12).value()), toy.text);
    }
  }
  return toys;
}

struct Corpus {
  Texts texts;
  ColumnExamples examples;
};

Corpus CorpusOf(const std::vector<Toy>& toys) {
  Corpus corpus;
  for (const Toy& toy : toys) {
    const uint32_t text = corpus.texts.Add(FeaturesOf(toy.text));
    for (size_t column = 0; column < kColumns; ++column) {
      corpus.examples[column].push_back({text, toy.holds[column], 1});
    }
  }
  return corpus;
}

TableOptions SmallOptions(uint32_t bits) {
  TableOptions options;
  options.fine_bits = options.wide_bits = bits;
  options.norm_prior = 10;
  options.cost.fill(10);
  options.first_iterations = 8;
  options.max_iterations = 12;
  return options;
}

Result<ModelParameters> Train(const Corpus& corpus, const TableOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(const Claims claims, ClaimRows(corpus.texts, corpus.examples, options));
  ModelParameters parameters = EmptyParameters();
  SOTTO_RETURN_IF_ERROR(FitTable(corpus.texts, corpus.examples, claims, options, parameters));
  return parameters;
}

TEST(TableTrainer, LearnsATinyCorpus) {
  TableOptions options = SmallOptions(11);
  options.has_bias.fill(true);
  const ModelParameters parameters = Train(CorpusOf(Toys(1, 100)), options).value();
  EXPECT_EQ(parameters.norm_prior, 10);
  EXPECT_EQ(parameters.fine_bits, 11u);
  EXPECT_EQ(parameters.wide_bits, 11u);
  CommentModel model = ModelOf(parameters);
  std::array<int, kColumns> right{};
  const auto fresh = Toys(2, 50);
  for (const Toy& toy : fresh) {
    const auto z = model.Logits(Normalised(toy.text));
    for (size_t column = 0; column < kColumns; ++column) right[column] += (z[column] > 0) == toy.holds[column] ? 1 : 0;
  }
  for (size_t column = 0; column < kColumns; ++column) EXPECT_GE(right[column], 45) << column;
}

TEST(TableTrainer, GivesTheSameBytesInWhateverOrderTheJobsRun) {
  const Corpus corpus = CorpusOf(Toys(3, 60));
  TableOptions options = SmallOptions(8);
  options.first_iterations = options.max_iterations = 5;
  const Bytes once = WriteModelFile(Train(corpus, options).value()).value();
  EXPECT_EQ(WriteModelFile(Train(corpus, options).value()).value(), once);
  options.run = [](std::vector<std::function<void()>> jobs) {
    EXPECT_EQ(jobs.size(), kColumns);
    for (size_t i = jobs.size(); i-- > 0;) jobs[i]();
  };
  EXPECT_EQ(WriteModelFile(Train(corpus, options).value()).value(), once);
  options.run = [](std::vector<std::function<void()>> jobs) {
    std::vector<std::thread> threads;
    for (auto& job : jobs) threads.emplace_back(job);
    for (std::thread& thread : threads) thread.join();
  };
  EXPECT_EQ(WriteModelFile(Train(corpus, options).value()).value(), once);
}

// Two features that want the same row: one stands where the columns hold, the other anywhere.
constexpr uint32_t kRow = 5;
constexpr uint32_t kTelling = 0xC7000000 | kRow;
constexpr uint32_t kIdle = 0x11000000 | kRow;
constexpr uint32_t kRare = 0x22000006;  // stands in one text

Corpus TwoFeatures(uint32_t telling, uint32_t idle) {
  Corpus corpus;
  for (int i = 0; i < 16; ++i) {
    std::vector<uint32_t> hashes;
    const bool holds = i % 2 == 0;
    if (i % 4 < 2) hashes.push_back(idle);
    if (holds) hashes.push_back(telling);
    if (i == 0) hashes.push_back(kRare);
    const uint32_t text = corpus.texts.Add(hashes);
    for (auto& examples : corpus.examples) examples.push_back({text, holds, 1});
  }
  return corpus;
}

TEST(ClaimRows, GivesARowToTheMoreTellingFeature) {
  const TableOptions options = SmallOptions(4);
  for (const auto& [telling, idle] : {std::pair(kTelling, kIdle), std::pair(kIdle, kTelling)}) {
    const Corpus corpus = TwoFeatures(telling, idle);
    const Claims claims = ClaimRows(corpus.texts, corpus.examples, options).value();
    ASSERT_EQ(claims.fine.size(), 16u);
    ASSERT_EQ(claims.wide.size(), 16u);
    for (uint32_t row = 0; row < 16; ++row) {
      EXPECT_EQ(claims.fine[row], row == kRow ? static_cast<int>(telling >> 24) : -1) << row;
      EXPECT_EQ(claims.wide[row], row == kRow ? static_cast<int>(telling >> 24) : -1) << row;
    }
  }
}

TEST(ClaimRows, LetsAColumnClaimWhatTheOthersOfItsBlockDoNotNeed) {
  // To contact it is the second feature that tells; the other columns have two examples, which share no feature.
  Corpus corpus = TwoFeatures(kTelling, kIdle);
  for (auto& examples : corpus.examples) examples = {{2, true, 1}, {1, false, 1}};
  corpus.examples[kContact].clear();
  for (uint32_t i = 0; i < 16; ++i) corpus.examples[kContact].push_back({i, i % 4 < 2, 1});
  const Claims claims = ClaimRows(corpus.texts, corpus.examples, SmallOptions(4)).value();
  EXPECT_EQ(claims.wide[kRow], static_cast<int>(kIdle >> 24));
}

TEST(ClaimRows, GivesARareFeatureARowOnlyIfThatIsWanted) {
  const Corpus corpus = TwoFeatures(kTelling, kIdle);
  TableOptions options = SmallOptions(4);
  options.min_examples = 1;
  EXPECT_EQ(ClaimRows(corpus.texts, corpus.examples, options).value().fine[6], 0x22);
}

TEST(FitTable, GivesWeightsToTheFeaturesThatHaveARowAlone) {
  const Corpus corpus = TwoFeatures(kTelling, kIdle);
  const ModelParameters parameters = Train(corpus, SmallOptions(4)).value();
  const Table table(4, 4, parameters.fine, parameters.wide);
  for (size_t column = 0; column < kColumns; ++column) {
    EXPECT_EQ(table.Weight(kTelling, column), 127);  // the largest of its column uses the whole range
    EXPECT_EQ(table.Weight(kIdle, column), 0);
    EXPECT_EQ(table.Weight(kRare, column), 0);
    EXPECT_GT(parameters.columns[column].scale, 0);
    EXPECT_EQ(parameters.columns[column].bias, 0);
  }
}

TEST(FitTable, RoundsWhatTheLogisticRegressionGives) {
  // Two features in two rows, of different weight.
  Corpus corpus;
  Rows rows;
  rows.dimension = 2;
  const uint32_t second = 0x33000009;
  for (int i = 0; i < 12; ++i) {
    const bool holds = i % 3 == 0;
    std::vector<uint32_t> hashes;
    if (holds || i == 1) hashes.push_back(kTelling);
    if (!holds || i % 2 == 0) hashes.push_back(second);
    const uint32_t text = corpus.texts.Add(hashes);
    for (auto& examples : corpus.examples) examples.push_back({text, holds, 1});
  }
  TableOptions options = SmallOptions(4);
  options.norm_prior = 2;
  options.max_iterations = 100;
  const ModelParameters parameters = Train(corpus, options).value();
  // The same by hand: two ids, and a smoothed count for each of the sixteen rows.
  rows.dimension = 16;
  for (const Example& example : corpus.examples[0]) {
    const auto hashes = corpus.texts.HashesOf(example.text);
    for (const uint32_t hash : hashes) rows.ids.push_back(RowOf(hash, 4));
    rows.begin.push_back(rows.ids.size());
    rows.norm.push_back(static_cast<float>(1 / std::sqrt(static_cast<double>(hashes.size()) + 2)));
    rows.weight.push_back(1);
    rows.holds.push_back(example.holds ? 1 : 0);
  }
  LogisticOptions logistic;
  logistic.cost = 10;
  const Fitted fitted = FitLogistic(rows, logistic).value();
  const Table table(4, 4, parameters.fine, parameters.wide);
  for (const size_t column : {kPolarity, kContact}) {
    const double scale = double{parameters.columns[column].scale};
    for (const uint32_t hash : {kTelling, second}) {
      EXPECT_NEAR(scale * table.Weight(hash, column), fitted.weights[RowOf(hash, 4)], 0.51 * scale) << hash;
    }
  }
}

TEST(FitTable, HasABiasWhereItIsWanted) {
  Corpus corpus = TwoFeatures(kTelling, kIdle);
  for (auto& examples : corpus.examples) examples.push_back({1, false, 20});
  TableOptions options = SmallOptions(4);
  options.has_bias[kHate] = true;
  const ModelParameters parameters = Train(corpus, options).value();
  for (size_t column = 0; column < kColumns; ++column) {
    EXPECT_EQ(parameters.columns[column].bias != 0, column == kHate) << column;
  }
}

TEST(TableTrainer, RefusesColumnsWithoutExamplesOfBothKinds) {
  const TableOptions options = SmallOptions(4);
  Corpus corpus = TwoFeatures(kTelling, kIdle);
  const Claims claims = ClaimRows(corpus.texts, corpus.examples, options).value();
  corpus.examples[kSpam] = {{0, true, 1}};
  EXPECT_EQ(ClaimRows(corpus.texts, corpus.examples, options).error().code, ErrorCode::kInvalidArgument);
  ModelParameters parameters;
  EXPECT_EQ(FitTable(corpus.texts, corpus.examples, claims, options, parameters).error().code,
            ErrorCode::kInvalidArgument);
}

TEST(TableTrainer, RefusesOptionsOutsideTheirRangesAndClaimsOfAnotherTable) {
  const Corpus corpus = TwoFeatures(kTelling, kIdle);
  const TableOptions good = SmallOptions(4);
  const Claims claims = ClaimRows(corpus.texts, corpus.examples, good).value();
  const std::vector<void (*)(TableOptions&)> changes = {
      [](TableOptions& o) { o.fine_bits = 3; },
      [](TableOptions& o) { o.wide_bits = 3; },
      [](TableOptions& o) { o.fine_bits = 19; },
      [](TableOptions& o) { o.wide_bits = 64; },
      [](TableOptions& o) { o.norm_prior = -1; },
      [](TableOptions& o) { o.cost[kHate] = 0; },
      [](TableOptions& o) { o.first_iterations = o.max_iterations = 0; }};
  ModelParameters parameters;
  for (size_t i = 0; i < changes.size(); ++i) {
    TableOptions options = good;
    changes[i](options);
    const auto claimed = ClaimRows(corpus.texts, corpus.examples, options);
    ASSERT_FALSE(claimed.ok()) << i;
    EXPECT_EQ(claimed.error().code, ErrorCode::kInvalidArgument) << i;
    EXPECT_EQ(FitTable(corpus.texts, corpus.examples, claims, options, parameters).error().code,
              ErrorCode::kInvalidArgument)
        << i;
  }
  EXPECT_EQ(FitTable(corpus.texts, corpus.examples, claims, SmallOptions(5), parameters).error().code,
            ErrorCode::kInvalidArgument);
}

TEST(Texts, KeepTheHashesOfEachTextApart) {
  Texts texts;
  EXPECT_EQ(texts.size(), 0u);
  EXPECT_EQ(texts.Add(std::vector<uint32_t>{1, 2}), 0u);
  EXPECT_EQ(texts.Add({}), 1u);
  EXPECT_EQ(texts.Add(std::vector<uint32_t>{3}), 2u);
  EXPECT_EQ(texts.size(), 3u);
  EXPECT_EQ(texts.HashesOf(0).size(), 2u);
  EXPECT_TRUE(texts.HashesOf(1).empty());
  EXPECT_EQ(texts.HashesOf(2)[0], 3u);
}

}  // namespace
}  // namespace sotto::comments
