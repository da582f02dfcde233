#include "sotto/recommend/search/scan.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "recommend/search/vectors.h"

namespace sotto::recommend {
namespace {

std::vector<Hit> Search(Index& index, std::span<const float> query, size_t k,
                        const std::vector<uint32_t>& excluded = {}) {
  std::vector<Hit> best(k);
  const auto found = index.Search(query, excluded, best);
  EXPECT_TRUE(found.ok());
  best.resize(found.ok() ? found.value() : 0);
  return best;
}

// Every item by its definition, one after the other.
std::vector<Hit> ByHand(const std::vector<float>& vectors, const std::vector<float>& query, size_t k) {
  std::vector<Hit> hits;
  for (size_t item = 0; item < vectors.size() / query.size(); ++item) {
    float score = 0;
    for (size_t i = 0; i < query.size(); ++i) score += query[i] * vectors[item * query.size() + i];
    hits.push_back({static_cast<uint32_t>(item), score});
  }
  std::sort(hits.begin(), hits.end());
  hits.resize(std::min(k, hits.size()));
  return hits;
}

TEST(ScanIndex, FindsTheBestOfThreeItemsWorkedByHand) {
  // (1, 2) . (3, 4) = 11, (0, 1) . (3, 4) = 4, (5, -1) . (3, 4) = 11: a tie, which the lower item wins.
  const std::vector<float> vectors = {1, 2, 0, 1, 5, -1};
  const std::vector<float> query = {3, 4};
  ScanIndex index = ScanIndex::Create(vectors, 2, ScanNumbers::kFloat).value();
  EXPECT_EQ(Search(index, query, 3), (std::vector<Hit>{{0, 11}, {2, 11}, {1, 4}}));
  EXPECT_EQ(Search(index, query, 1), (std::vector<Hit>{{0, 11}}));
}

TEST(ScanIndex, AddsUpBytesWorkedByHand) {
  // Scale 0.5; the query is 100 and -50 of 32,767 steps of 100: 32,767 and -16,383 (halves are rounded up).
  const std::vector<int8_t> values = {127, -128, -1, 2};
  ScanIndex index = ScanIndex::CreateInt8(values, 2, std::vector<float>{0.5F}).value();
  const auto best = Search(index, std::vector<float>{100, -50}, 2);
  const float step = 100.0F / 32767.0F;
  const auto score = [&](int32_t sum) { return static_cast<float>(sum) * 0.5F * step; };
  EXPECT_EQ(best, (std::vector<Hit>{{0, score(127 * 32767 + 128 * 16383)}, {1, score(-32767 - 2 * 16383)}}));
}

RC_GTEST_PROP(ScanIndex, AnswersWhatTheDefinitionSaysToTheLastBit, ()) {
  const auto dimensions = *rc::gen::inRange<size_t>(1, 40);
  const auto items = *rc::gen::inRange<size_t>(0, 400);
  const auto k = *rc::gen::inRange<size_t>(0, 60);
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  auto vectors = Numbers(items * dimensions, seed);
  // Few different numbers make ties.
  if (*rc::gen::arbitrary<bool>()) {
    for (float& number : vectors) number = std::round(number);
  }
  const auto query = Numbers(dimensions, ~seed);
  ScanIndex index = ScanIndex::Create(vectors, dimensions, ScanNumbers::kFloat).value();
  RC_ASSERT(Search(index, query, k) == ByHand(vectors, query, k));
}

RC_GTEST_PROP(ScanIndex, SumsBytesExactlyInAnyDimension, ()) {
  const auto dimensions = *rc::gen::inRange<size_t>(1, 700);
  const auto items = *rc::gen::inRange<size_t>(1, 40);
  const auto seed = *rc::gen::arbitrary<uint64_t>();
  std::vector<int8_t> values;
  for (const float number : Numbers(items * dimensions, seed)) {
    values.push_back(static_cast<int8_t>(std::floor(number * 127)));
  }
  // Whole numbers, the largest of which is the number of steps, are not rounded.
  const size_t padded = (dimensions + 1) / 2 * 2;
  const auto steps = static_cast<float>(std::min<size_t>(32767, 0x7FFFFFFF / (128 * padded)));
  auto query = Numbers(dimensions, ~seed);
  for (float& number : query) number = std::round(number * steps);
  query[0] = steps;
  std::vector<Hit> expected;
  for (uint32_t item = 0; item < items; ++item) {
    int64_t sum = 0;
    for (size_t i = 0; i < dimensions; ++i) sum += static_cast<int64_t>(query[i]) * values[item * dimensions + i];
    RC_ASSERT(std::abs(sum) <= std::numeric_limits<int32_t>::max());
    expected.push_back({item, static_cast<float>(sum)});
  }
  std::sort(expected.begin(), expected.end());
  ScanIndex index = ScanIndex::CreateInt8(values, dimensions, std::vector<float>{1}).value();
  RC_ASSERT(Search(index, query, items) == expected);
}

RC_GTEST_PROP(ScanIndex, DoesNotDependOnTheOrderOfItems, ()) {
  const auto items = *rc::gen::inRange<size_t>(1, 200);
  const auto numbers = *rc::gen::element(ScanNumbers::kFloat, ScanNumbers::kInt8);
  const auto vectors = Numbers(items * 8, 7);
  const auto query = Numbers(8, 8);
  std::vector<uint32_t> order(items);
  std::iota(order.begin(), order.end(), 0);
  for (size_t i = items; i > 1; --i) std::swap(order[i - 1], order[*rc::gen::inRange<size_t>(0, i)]);
  std::vector<float> moved;
  for (const uint32_t item : order) {
    moved.insert(moved.end(), vectors.begin() + 8 * item, vectors.begin() + 8 * item + 8);
  }
  ScanIndex one = ScanIndex::Create(vectors, 8, numbers).value();
  ScanIndex other = ScanIndex::Create(moved, 8, numbers).value();
  auto back = Search(other, query, items);
  for (Hit& hit : back) hit.item = order[hit.item];
  std::sort(back.begin(), back.end());
  RC_ASSERT(back == Search(one, query, items));
}

TEST(ScanIndex, LeavesOutWhatIsExcluded) {
  const std::vector<float> vectors = {5, 4, 3, 2, 1};
  ScanIndex index = ScanIndex::Create(vectors, 1, ScanNumbers::kFloat).value();
  EXPECT_EQ(Search(index, std::vector<float>{1}, 9, {3, 0, 77, 0}), (std::vector<Hit>{{1, 4}, {2, 3}, {4, 1}}));
}

TEST(ScanIndex, BytesAreNearTheFloats) {
  const auto vectors = Numbers(500 * 32, 3);
  ScanIndex exact = ScanIndex::Create(vectors, 32, ScanNumbers::kFloat).value();
  ScanIndex rounded = ScanIndex::Create(vectors, 32, ScanNumbers::kInt8).value();
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto query = Numbers(32, 100 + seed);
    auto near = Search(rounded, query, 500);
    auto right = Search(exact, query, 500);
    const auto by_item = [](const Hit& a, const Hit& b) { return a.item < b.item; };
    std::sort(near.begin(), near.end(), by_item);
    std::sort(right.begin(), right.end(), by_item);
    // Each of 32 numbers is off by half a step of 1/127, times at most 1 in the query.
    for (size_t i = 0; i < near.size(); ++i) EXPECT_NEAR(near[i].score, right[i].score, 32 * 0.5 / 127 + 0.01);
  }
}

TEST(ScanIndex, OfZerosAllAreEqual) {
  for (const auto numbers : {ScanNumbers::kFloat, ScanNumbers::kInt8}) {
    ScanIndex index = ScanIndex::Create(std::vector<float>(60, 0), 3, numbers).value();
    EXPECT_EQ(Search(index, std::vector<float>{1, 2, 3}, 2), (std::vector<Hit>{{0, 0}, {1, 0}}));
    EXPECT_EQ(Search(index, std::vector<float>{0, 0, 0}, 2), (std::vector<Hit>{{0, 0}, {1, 0}}));
  }
}

TEST(ScanIndex, StaysFiniteWithTheLargestNumbers) {
  const std::vector<float> vectors(4096, kMaxSearchNumber);
  for (const auto numbers : {ScanNumbers::kFloat, ScanNumbers::kInt8}) {
    ScanIndex index = ScanIndex::Create(vectors, 4096, numbers).value();
    EXPECT_TRUE(std::isfinite(Search(index, vectors, 1)[0].score));
  }
}

TEST(MakeIndex, ScansFewItemsAndLinksMany) {
  const auto vectors = Numbers(60, 1);
  EXPECT_EQ(MakeIndex(vectors, 2).value()->kind(), "scan-i8");
  EXPECT_EQ(MakeIndex(vectors, 2, {.most_scanned = 30}).value()->kind(), "scan-i8");
  EXPECT_EQ(MakeIndex(vectors, 2, {.most_scanned = 29}).value()->kind(), "hnsw");
  EXPECT_EQ(MakeIndex(vectors, 2, {.kind = IndexKind::kScanFloat}).value()->kind(), "scan-f32");
}

TEST(MakeIndex, RefusesWhatIsNoMatrix) {
  const std::vector<float> vectors(6, 1);
  EXPECT_EQ(MakeIndex(vectors, 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MakeIndex(vectors, 4).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(MakeIndex(vectors, 4097).error().code, ErrorCode::kInvalidArgument);
  for (const float wrong : {std::nanf(""), std::numeric_limits<float>::infinity(), 2e15F}) {
    auto bad = vectors;
    bad[5] = wrong;
    const auto index = MakeIndex(bad, 2);
    ASSERT_FALSE(index.ok());
    EXPECT_NE(index.error().message.find("row 2, column 1"), std::string::npos) << index.error().message;
  }
}

TEST(Index, RefusesAQueryThatDoesNotFit) {
  const auto index = MakeIndex(Numbers(60, 1), 2).value();
  std::vector<Hit> best(1);
  for (const auto& query : {std::vector<float>{1}, {1, 2, 3}, {1, std::nanf("")}, {1, -2e15F}}) {
    EXPECT_EQ(index->Search(query, {}, best).error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(Index, OfNothingFindsNothing) {
  for (const auto kind : {IndexKind::kScanFloat, IndexKind::kScanInt8, IndexKind::kHnsw}) {
    const auto index = MakeIndex({}, 2, {.kind = kind}).value();
    std::vector<Hit> best(3);
    EXPECT_EQ(index->Search(std::vector<float>{1, 2}, {}, best).value(), 0U);
  }
}

TEST(ScanIndex, RefusesBytesWithoutTheirScales) {
  const std::vector<int8_t> values(6, 1);
  EXPECT_FALSE(ScanIndex::CreateInt8(values, 2, std::vector<float>{1, 1}).ok());
  EXPECT_FALSE(ScanIndex::CreateInt8(values, 2, std::vector<float>{-1}).ok());
  EXPECT_FALSE(ScanIndex::CreateInt8(values, 2, std::vector<float>{std::nanf("")}).ok());
  EXPECT_FALSE(ScanIndex::CreateInt8(values, 4, std::vector<float>{1}).ok());
  EXPECT_TRUE(ScanIndex::CreateInt8(values, 2, std::vector<float>{1, 0, 2}).ok());
}

}  // namespace
}  // namespace sotto::recommend
