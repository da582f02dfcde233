// The review corpora that the sentiment model is trained and measured on: files of `label TAB text` lines, UTF-8, label
// 0 (negative) or 1 (positive). They are not part of the repository; see models/sentiment.md.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/corpus_split.h"
#include "sotto/comments/sentiment_trainer.h"

namespace sotto::cli {

struct Corpus {
  std::string name;
  std::array<std::vector<comments::LabelledComment>, comments::kTenths> tenths;  // by comments::TenthOf
  size_t rows = 0;
  std::vector<size_t> skipped_lines;  // numbers from 1 of lines without a label or without UTF-8
};

// $SOTTO_DATA/nlp, or ../shared/data/nlp without that variable.
std::string DefaultCorpusFolder();

// Reads shop10, waimai and hotel (NAME.train.tsv) from `folder`, with progress, and says on standard error which lines
// were skipped. Errors: kNotFound or kUnavailable, naming the file; kMalformed if a file has no usable line.
Result<std::vector<Corpus>> ReadCorpora(const std::string& folder);

}  // namespace sotto::cli
