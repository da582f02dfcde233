// What a stream talks about, found without a dictionary.
//
// In scripts without spaces every string of 2 to 6 symbols is a candidate. A string is taken for a word or a fixed
// phrase when its parts hold together and its neighbours vary:
//   cohesion  the least normalised pointwise mutual information over all cuts into two parts,
//             ln(p(w) / (p(a) p(b))) / -ln p(w), from -1 to 1; 1 where the parts never occur apart.
//             G. Bouma, "Normalized (Pointwise) Mutual Information in Collocation Extraction", GSCL 2009.
//   freedom   the lesser of the entropies, in nats, of the symbols before and after it; a border of a run of symbols
//   and
//             a neighbour too rare to be counted are each a neighbour of their own.
//             Z. Jin, K. Tanaka-Ishii, "Unsupervised Segmentation of Chinese Text by Use of Branching Entropy",
//             COLING/ACL 2006.
// Both together are how Matrix67 (Gu Sen) found new words in a social network: "互联网时代的社会语言学：基于SNS的
// 文本数据挖掘", 2012. Ours differs in the normalised cohesion, which does not fail where every comment says the same,
// and in the decay. In scripts with spaces whole words are counted; they have cohesion 1 and no freedom.
//
// A count is a number of comments (one that says a thing twice counts once), exponentially decayed (decay.h).
//
// Strings of up to 7 symbols lie in one table of bounded size (count_table.h). A string of three or more is counted
// from when both its parts that are one symbol shorter have reached `admit_at`: what has a rare part is rare (R.
// Agrawal, R. Srikant, VLDB 1994, the Apriori property). So its count is short by at most some `admit_at` comments.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/comments/analysis/count_table.h"
#include "sotto/comments/analysis/decay.h"

namespace sotto::comments::analysis {

inline constexpr size_t kMaxKeywordSymbols = 6;
inline constexpr size_t kMaxWordBytes = 24;            // longer words are not counted
inline constexpr size_t kMaxSymbolsForKeywords = 128;  // of a comment; the rest is not read

struct KeywordOptions {
  double half_life_s = 120;  // 1 to 86,400
  // Slots for strings (40 bytes each) and for words (48 bytes): powers of two, 4,096 to 2^20. Three quarters are used.
  uint32_t string_slots = 32'768;
  uint32_t word_slots = 4'096;
  double admit_at = 2;        // decayed comments; 0 counts everything from the first
  double min_count = 3;       // decayed comments that a keyword needs; >= 1
  double min_cohesion = 0.3;  // -1 to 1
  double min_freedom = 0.6;   // nats, >= 0
};

enum class Trend : int8_t { kFalling = -1, kSteady = 0, kRising = 1 };

struct Keyword {
  std::string text;         // UTF-8
  uint32_t symbols = 0;     // its length
  bool whole_word = false;  // of a script with spaces
  double score = 0;         // count * cohesion * the mean content of its symbols: the order of the list
  double count = 0;         // decayed comments that contain it
  double cohesion = 0;
  double freedom = 0;  // nats
  // Recent comments (a quarter of the half-life) compared with what the longer window lets expect at a steady rate: the
  // ratio, and the difference in standard deviations of a Poisson process. Rising or falling beyond 3 of them.
  double ratio = 1;
  double deviations = 0;
  Trend trend = Trend::kSteady;
};

class Keywords {
 public:
  // Errors: kInvalidArgument for options outside their ranges.
  static Result<Keywords> Create(const KeywordOptions& options);

  // One comment. `time_s` must be finite; going back counts as the same time. 7 table accesses a symbol at most.
  void Observe(double time_s, std::span<const char32_t> symbols);

  // The best `limit` at `now_s`, the best first. A string is left out if a longer one stands for it: contains it and
  // has at least 6/10 of its count. Reads the whole table: milliseconds, not microseconds.
  std::vector<Keyword> Top(size_t limit, double now_s) const;

  // The keyword whose recent comments exceed by most what was to be expected; its text is empty if none is rising.
  Keyword Carrier(double now_s) const;

 private:
  // Up to 7 symbols of 18 bits each: the string itself, no hash of it.
  struct String {
    uint64_t high = 0;
    uint64_t low = 0;
    auto operator<=>(const String&) const = default;
    uint64_t Hash() const;
    String Then(char32_t symbol) const;
  };
  struct Word {
    std::array<uint64_t, kMaxWordBytes / 8> bytes{};  // UTF-8, little-endian
    auto operator<=>(const Word&) const = default;
    uint64_t Hash() const;
    std::string Text() const;
  };

  explicit Keywords(const KeywordOptions& options);
  void ObserveRun(std::span<const char32_t> run);
  void ObserveWord(std::span<const char32_t> symbols);
  std::vector<Keyword> Candidates(double now_s) const;
  void AddStrings(double now_s, std::vector<Keyword>& out) const;
  void AddWords(double now_s, std::vector<Keyword>& out) const;
  void Compare(double slow, double fast, double now_s, Keyword& keyword) const;

  KeywordOptions options_;
  Decay slow_;
  Decay fast_;
  double start_s_ = 0;
  uint32_t comment_ = 0;
  double symbols_ = 0;  // decayed sum of the counts of single symbols
  CountTable<String> strings_;
  CountTable<Word> words_;
};

}  // namespace sotto::comments::analysis
