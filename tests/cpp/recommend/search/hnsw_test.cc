#include "sotto/recommend/search/hnsw.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <vector>

#include "recommend/search/vectors.h"
#include "sotto/base/fnv1a.h"
#include "sotto/recommend/search/scan.h"

namespace sotto::recommend {
namespace {

constexpr size_t kDimensions = 8;
constexpr size_t kItems = 1500;

std::vector<Hit> Search(Index& index, std::span<const float> query, size_t k,
                        const std::vector<uint32_t>& excluded = {}) {
  std::vector<Hit> best(k);
  const auto found = index.Search(query, excluded, best);
  EXPECT_TRUE(found.ok());
  best.resize(found.ok() ? found.value() : 0);
  return best;
}

Bytes Sealed(Bytes file) {
  file.resize(file.size() - 8);
  ByteWriter out;
  out.Append(file);
  out.U64(Fnv1a64(file));
  return out.Release();
}

struct HnswTest : testing::Test {
  std::vector<float> vectors = Numbers(kItems * kDimensions, 1);
  HnswIndex index = HnswIndex::Build(vectors, kDimensions).value();
};

TEST_F(HnswTest, FindsNearlyAllWithTheScoresOfAScan) {
  ScanIndex scan = ScanIndex::Create(vectors, kDimensions, ScanNumbers::kFloat).value();
  size_t same = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto query = Numbers(kDimensions, 100 + seed);
    const auto right = Search(scan, query, 10);
    const auto found = Search(index, query, 10);
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end()));
    for (const Hit& hit : found) same += static_cast<size_t>(std::count(right.begin(), right.end(), hit));
  }
  EXPECT_GE(same, 490U);  // of 500
}

TEST_F(HnswTest, LeavesOutWhatIsExcluded) {
  const auto query = Numbers(kDimensions, 5);
  const auto all = Search(index, query, 4);
  const auto rest = Search(index, query, 2, {all[1].item, all[0].item});
  EXPECT_EQ(rest, (std::vector<Hit>{all[2], all[3]}));
}

TEST_F(HnswTest, BuildsTheSameGraphEveryTime) {
  EXPECT_EQ(HnswIndex::Build(vectors, kDimensions).value().Serialise(), index.Serialise());
}

TEST_F(HnswTest, LoadsWhatItWrote) {
  HnswIndex loaded = HnswIndex::Load(vectors, kDimensions, index.Serialise()).value();
  EXPECT_EQ(loaded.Serialise(), index.Serialise());
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto query = Numbers(kDimensions, 200 + seed);
    EXPECT_EQ(Search(loaded, query, 10), Search(index, query, 10));
  }
}

TEST(HnswIndex, LoadsWhatItWroteWithAnyConnectivity) {
  const auto vectors = Numbers(600 * 2, 4);
  for (const uint32_t connectivity : {2U, 3U, 64U}) {
    const Bytes graph = HnswIndex::Build(vectors, 2, {.connectivity = connectivity}).value().Serialise();
    const auto loaded = HnswIndex::Load(vectors, 2, graph);
    ASSERT_TRUE(loaded.ok()) << loaded.error().message;
    EXPECT_EQ(loaded.value().Serialise(), graph);
  }
}

TEST_F(HnswTest, RefusesTheGraphOfOtherVectors) {
  const Bytes graph = index.Serialise();
  auto others = vectors;
  others[3] += 0.5F;
  EXPECT_EQ(HnswIndex::Load(others, kDimensions, graph).error().code, ErrorCode::kMismatch);
  EXPECT_EQ(HnswIndex::Load(std::span(vectors).first(kDimensions), kDimensions, graph).error().code,
            ErrorCode::kMismatch);
  EXPECT_EQ(HnswIndex::Load(vectors, 2 * kDimensions, graph).error().code, ErrorCode::kMismatch);
}

TEST_F(HnswTest, RefusesAGraphThatEndsEarlyOrIsDamaged) {
  const Bytes graph = index.Serialise();
  for (size_t size = 0; size < graph.size(); size += 1 + size / 50) {
    EXPECT_FALSE(HnswIndex::Load(vectors, kDimensions, ByteSpan(graph).first(size)).ok()) << size;
  }
  for (size_t at = 0; at < graph.size(); at += 1 + at / 50) {
    Bytes damaged = graph;
    damaged[at] ^= 0x10;
    EXPECT_FALSE(HnswIndex::Load(vectors, kDimensions, damaged).ok()) << at;
  }
}

// The checksum keeps nobody from writing what he likes: then the links themselves are checked.
TEST(HnswIndex, SearchesNothingOutsideAHostileGraph) {
  constexpr size_t kFew = 40;
  const auto vectors = Numbers(kFew * kDimensions, 1);
  const Bytes graph = HnswIndex::Build(vectors, kDimensions, {.connectivity = 2}).value().Serialise();
  size_t loaded = 0;
  for (size_t at = 14; at < graph.size() - 8; ++at) {
    for (const uint8_t bits : {uint8_t{0x01}, uint8_t{0x80}, uint8_t{0xFF}}) {
      Bytes hostile = graph;
      hostile[at] ^= bits;
      auto read = HnswIndex::Load(vectors, kDimensions, Sealed(std::move(hostile)));
      if (!read.ok()) continue;
      ++loaded;
      for (const Hit& hit : Search(read.value(), Numbers(kDimensions, at), 5)) EXPECT_LT(hit.item, kFew);
    }
  }
  EXPECT_GT(loaded, 100U);
}

RC_GTEST_PROP(HnswIndex, ReadsNoBytesThatCrashIt, (const std::vector<uint8_t>& bytes)) {
  const auto vectors = Numbers(4 * kDimensions, 1);
  RC_ASSERT(!HnswIndex::Load(vectors, kDimensions, bytes).ok());
}

TEST(HnswIndex, ManyEqualItemsAndFewItemsAreNoTrouble) {
  for (const size_t items : {size_t{1}, size_t{2}, size_t{3}, size_t{100}}) {
    HnswIndex index = HnswIndex::Build(std::vector<float>(items * 2, 1), 2).value();
    const auto found = Search(index, std::vector<float>{1, 1}, 200);
    EXPECT_FALSE(found.empty());
    EXPECT_LE(found.size(), items);
    for (const Hit& hit : found) EXPECT_EQ(hit.score, 2);
  }
}

TEST(HnswIndex, RefusesOptionsOutOfRange) {
  const auto vectors = Numbers(8, 1);
  for (const HnswOptions& options : {HnswOptions{.connectivity = 1},
                                     {.connectivity = 65},
                                     {.build_effort = 0},
                                     {.build_effort = 4097},
                                     {.search_effort = 0}}) {
    EXPECT_EQ(HnswIndex::Build(vectors, 2, options).error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace sotto::recommend
