// What the sentiment model is trained and measured on; models/sentiment.md says where it comes from.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/comments/corpus_split.h"
#include "sotto/comments/quality.h"
#include "sotto/comments/sentiment_trainer.h"

namespace sotto::cli {

inline constexpr size_t kMaxCorpusBytes = size_t{1} << 30;

// Calls `use` with each line of `text` without its end and its number from 1.
template <class Use>
void ForEachLine(std::string_view text, const Use& use) {
  size_t number = 0;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    use(line, ++number);
    begin = end + 1;
  }
}

inline std::string_view AsText(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Reviews: lines of `0|1 TAB text` (negative, positive). Not part of the repository.
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

// Live comments: lines of `-1|0|1 TAB text` (negative, neutral, positive), written by hand for this project.
// Errors: kNotFound, kUnavailable; kMalformed, naming the line.
Result<std::vector<comments::ThreeWayComment>> ReadLiveComments(const std::string& path);

}  // namespace sotto::cli
