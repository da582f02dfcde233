#include "sotto/text/ngrams.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sotto::text {
namespace {

std::vector<Ngram> Hashed(const std::vector<char32_t>& symbols, uint32_t min_n, uint32_t max_n) {
  std::vector<Ngram> ngrams = {{1, 2, 3}};  // must be cleared
  HashNgrams(symbols, min_n, max_n, ngrams);
  return ngrams;
}

std::vector<std::pair<uint32_t, uint32_t>> Spans(const std::vector<Ngram>& ngrams) {
  std::vector<std::pair<uint32_t, uint32_t>> spans;
  for (const Ngram& ngram : ngrams) spans.emplace_back(ngram.first, ngram.count);
  return spans;
}

TEST(HashNgrams, FindsNothingInNothing) {
  EXPECT_TRUE(Hashed({}, 1, 4).empty());
}

TEST(HashNgrams, GoesByStartThenByLengthAndClipsTheBoundaryMarks) {
  // ^ab$: (^) ^a ^ab | a ab ab$ | b b$ | ($)
  const std::vector<std::pair<uint32_t, uint32_t>> expected = {{0, 1}, {0, 2}, {0, 1}, {0, 2}, {0, 2}, {1, 1}, {1, 1}};
  EXPECT_EQ(Spans(Hashed({U'a', U'b'}, 1, 3)), expected);
}

TEST(HashNgrams, LeavesOutWhatIsShorterThanMinN) {
  const std::vector<std::pair<uint32_t, uint32_t>> expected = {{0, 1}, {0, 2}, {1, 1}};
  EXPECT_EQ(Spans(Hashed({U'a', U'b'}, 2, 2)), expected);
}

TEST(HashNgrams, TellsTheStartAndTheEndFromTheMiddle) {
  const auto ngrams = Hashed({U'a', U'a', U'a'}, 1, 2);
  // ^a, a aa, a aa, a a$
  ASSERT_EQ(ngrams.size(), 7u);
  EXPECT_EQ(ngrams[1].hash, ngrams[3].hash);
  EXPECT_EQ(ngrams[2].hash, ngrams[4].hash);
  EXPECT_NE(ngrams[0].hash, ngrams[2].hash);
  EXPECT_NE(ngrams[6].hash, ngrams[2].hash);
  EXPECT_NE(ngrams[0].hash, ngrams[6].hash);
}

TEST(HashNgrams, KeepsNgramsOfDifferentLengthApart) {
  const auto one = Hashed({U'a'}, 1, 1);
  const auto two = Hashed({U'\0', U'a'}, 2, 2);
  for (const Ngram& a : one) {
    for (const Ngram& b : two) EXPECT_NE(a.hash, b.hash);
  }
}

// These numbers are in every trained table: another hash would make all models wrong.
TEST(HashNgrams, GivesTheHashesThatModelsWereTrainedWith) {
  const auto ngrams = Hashed({U'好', U'吃'}, 1, 2);
  ASSERT_EQ(ngrams.size(), 5u);
  const std::vector<uint32_t> expected = {0x31c030ccu, 0x6941d6c0u, 0x69f14128u, 0xae4edee1u, 0x2b914d19u};
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(ngrams[i].hash, expected[i]) << i;
}

TEST(HashNgrams, SpreadsOverTheLowBits) {
  // All ideographs of the basic block, alone: 20,992 hashes into 2^18 places fill 20,173 of them on average if random.
  std::set<uint32_t> places;
  size_t ideographs = 0;
  for (char32_t c = 0x4E00; c < 0xA000; ++c, ++ideographs) places.insert(Hashed({c}, 1, 1).front().hash & 0x3FFFF);
  EXPECT_EQ(ideographs, 20'992u);
  EXPECT_GT(places.size(), 20'050u);
}

RC_GTEST_PROP(HashNgrams, CoversEverySymbolAndNothingElse, (const std::vector<uint16_t>& raw)) {
  const std::vector<char32_t> symbols(raw.begin(), raw.end());
  const auto max_n = *rc::gen::inRange<uint32_t>(1, kMaxNgram + 1);
  const auto min_n = *rc::gen::inRange<uint32_t>(1, max_n + 1);
  const auto ngrams = Hashed(symbols, min_n, max_n);
  RC_ASSERT(ngrams.size() <= (symbols.size() + 2) * (max_n - min_n + 1));
  for (const Ngram& ngram : ngrams) {
    RC_ASSERT(ngram.count >= 1u);
    RC_ASSERT(ngram.count <= max_n);
    RC_ASSERT(ngram.first + ngram.count <= symbols.size());
  }
  RC_ASSERT(ngrams.empty() == (symbols.empty() || symbols.size() + 2 < min_n));
}

}  // namespace
}  // namespace sotto::text
