// What the comment model is trained and measured on; docs/models/comments.md says where it comes from.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/result.h"
#include "sotto/comments/corpus_split.h"
#include "sotto/comments/heads.h"

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

// A line `label TAB text`.
struct LabelledText {
  std::string label;
  std::string text;
  uint64_t letters = 0;  // comments::HashOfLetters
  uint32_t tenth = 0;    // comments::TenthOf
};

// $SOTTO_DATA/nlp, or ../shared/data/nlp without that variable.
std::string DefaultCorpusFolder();

// The lines of a file in their order, without those that begin with ##, are not UTF-8 or hold no symbol: how many of
// the latter is said on standard error. Errors: kNotFound or kUnavailable, naming the file; kMalformed if no line is
// usable.
Result<std::vector<LabelledText>> ReadLabelled(const std::string& path);

// The number of a head's label by its name. Errors: kMalformed, naming `path` and the label.
Result<uint8_t> LabelOf(comments::Head head, std::string_view name, const std::string& path);

// The files of the project itself, seen from the root of the repository.
struct OwnFiles {
  std::string live_train = "models/live-train.tsv";
  std::string live_test = "models/live-test.tsv";
  std::string toxicity_train = "models/toxicity/train.tsv";
  std::string toxicity_gold = "models/toxicity/gold.tsv";
  std::string emotion_train = "models/emotion/train.tsv";
  std::string emotion_gold = "models/emotion/gold.tsv";
  std::string language_train = "models/language/train.tsv";
  std::string language_gold = "models/language/gold.tsv";
  std::string intent_train = "models/intent/train.tsv";
  std::string intent_gold = "models/intent/gold.tsv";
  std::string intent_grammar = "models/intent/grammar";
  std::string sentiment_grammar = "models/sentiment/grammar";
};

// The intents' gold set has two halves, decided by a comment's letters: one to tune with, one that is only measured.
bool IsUntouchedHalf(uint64_t letters);

}  // namespace sotto::cli
