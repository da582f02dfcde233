// What a question is about, as a small weighted set, and how alike two of them are.
//
// A question is reduced first: particles, politeness, pronouns and forms of address go (symbols.h), numbers become one
// sign. What is left gives its features: each symbol or word with its content as weight (a word counts twice, a number
// half), and each neighbouring pair with half the lesser weight of the two. Of more than 24 features those with the
// smallest hashes are kept, which makes the set a MinHash (bottom-k) sketch: A. Broder, "On the resemblance and
// containment of documents", SEQUENCES 1997. Shorter questions, nearly all of them, are compared exactly.
//
//   containment  what is common, as a share of the lighter of the two
//   resemblance  what is common, as a share of all
// Two questions are the same if containment >= 3/4 and resemblance >= 0.45: "多少钱" is "多少钱一件" (1, 0.54), but not
// "运费多少钱" (1, 0.40: about something else) nor "多少斤" (0.36, 0.22). What the list of symbols does not know are
// synonyms: "什么价格" is another question than "多少钱". Of 40 pairs that were written when all this was fixed, it
// joins 15 of 20 that mean the same and 1 of 20 that do not ("几个一盒", "几斤一盒"): it rather leaves apart than puts
// together.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sotto::comments::analysis {

inline constexpr size_t kMaxQuestionFeatures = 24;
inline constexpr size_t kMaxQuestionSymbols = 64;  // the rest is not read
inline constexpr double kSameContainment = 0.75;
inline constexpr double kSameResemblance = 0.45;

struct QuestionSignature {
  struct Feature {
    uint32_t hash;
    float weight;  // a multiple of 1/8, so that sums are exact
  };
  std::array<Feature, kMaxQuestionFeatures> features{};  // ascending by hash, each hash once
  uint32_t size = 0;
  float weight = 0;      // of all
  uint64_t wording = 0;  // the same for questions that differ in nothing but what was reduced
};

struct QuestionLikeness {
  double containment = 0;
  double resemblance = 0;

  bool Same() const { return containment >= kSameContainment && resemblance >= kSameResemblance; }
};

// A comment about nothing ("？", "在吗") has no features.
QuestionSignature SignatureOf(std::span<const char32_t> symbols);

QuestionLikeness Compare(const QuestionSignature& a, const QuestionSignature& b);

}  // namespace sotto::comments::analysis
