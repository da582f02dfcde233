// Everything the comment model learns from, as examples of its columns (sotto/comments/heads.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/heads.h"
#include "sotto/comments/training/attacks.h"
#include "sotto/comments/training/table_trainer.h"
#include "sotto/text/lexicon.h"
#include "tools/cli/comments_corpus.h"
#include "tools/cli/comments_lexicon.h"

namespace sotto::cli {

struct ExampleOptions {
  std::string data = DefaultCorpusFolder();
  OwnFiles own;
  uint64_t seed = 1;
  uint32_t draws = 4000;         // from each Chinese grammar; a half of it from each English one
  double disguised_share = 0.9;  // of the Chinese texts get a disguised copy
  float own_weight = 8;          // how many corpus texts a comment written for this project weighs; half for intents,
                                 // which have the grammars too
};

// A text, its label and the head: for calibration.
struct HeadText {
  std::string text;
  comments::Head head;
  uint8_t label;
};

// Two-way facts for calibration: polarity, offence, hate, spam, contact.
struct ColumnText {
  std::string text;
  size_t column;
  bool holds;
};

struct SourceText {
  std::string text;
  bool development = false;
  struct Fact {
    size_t column;
    bool holds;
    float weight;
  };
  std::vector<Fact> facts;
};

struct Sources {
  std::vector<SourceText> texts;
  std::vector<HeadText> development;           // held back from the trial
  std::vector<ColumnText> column_development;  // the same
  CharacterCounts counts;
};

// Reads all corpora and draws from the grammars, without the held-back tenth, the gold sets, and whatever has their
// letters. With progress. Errors: those of the files.
Result<Sources> ReadSources(const ExampleOptions& options);

struct ExampleSet {
  comments::Texts texts;
  comments::ColumnExamples trial;  // without development
  comments::ColumnExamples all;
};

// The features of the sources and of their disguised copies. Errors: those of `attacks` and of the random source.
Result<ExampleSet> MakeExamples(const Sources& sources, const text::Lexicon& lexicon,
                                const comments::AttackTables& attacks, const ExampleOptions& options);

}  // namespace sotto::cli
