// Exact top-k search by a scan of all items, 16 at a time, in vectors of 128 bits.
//
// The numbers of 16 items stand side by side, column after column, so that every lane belongs to one item and adds its
// products in the order of the columns. No lane ever meets another one: the width of the vectors changes no bit, and a
// build without vectors computes the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/search/best.h"
#include "sotto/recommend/search/index.h"

namespace sotto::recommend {

enum class ScanNumbers : uint8_t {
  // score = the sum over the columns, in their order, of query * item, each operation rounded to 32 bits.
  kFloat,
  // Items in 8 bits with a scale each: number = round(127 * x / the row's largest magnitude). The query is rounded in
  // the same way, to 16 bits (from 512 dimensions on to fewer, so that sums fit 32 bits). The sum of integers is exact;
  // score = (the sum as a float * the row's scale) * the query's scale.
  kInt8,
};

class ScanIndex final : public Index {
 public:
  // Errors as MakeIndex.
  static Result<ScanIndex> Create(std::span<const float> vectors, size_t dimensions, ScanNumbers numbers);

  // Items that are in 8 bits already.
  //   values  items x dimensions, row by row
  //   scales  what an item's numbers are to be multiplied with: one for each item, or a single one for all. From 0 to
  //           kMaxSearchNumber
  // Errors: kInvalidArgument for dimensions that are not from 1 to kMaxSearchDimensions, values that are not whole
  // rows, another number of scales, or a scale out of range; kResourceExhausted above kMaxItems rows.
  static Result<ScanIndex> CreateInt8(std::span<const int8_t> values, size_t dimensions, std::span<const float> scales);

  std::string_view kind() const override { return numbers_ == ScanNumbers::kFloat ? "scan-f32" : "scan-i8"; }

 private:
  ScanIndex(size_t items, size_t dimensions, ScanNumbers numbers);

  size_t Find(std::span<const float> query, std::span<const uint32_t> excluded, std::span<Hit> best) override;
  void FindFloat(std::span<const float> query, std::span<const uint32_t> excluded);
  void FindInt8(std::span<const float> query, std::span<const uint32_t> excluded);
  void Offer(size_t block, const float* scores, std::span<const uint32_t> excluded);

  void SetInt8(size_t item, size_t column, int8_t value);

  ScanNumbers numbers_;
  std::vector<float> floats_;   // [block][column][item of the block]
  std::vector<int8_t> bytes_;   // [block][pair of columns][item of the block][column of the pair]
  std::vector<float> scales_;   // of the items, up to a whole block; empty for kFloat
  std::vector<int32_t> pairs_;  // the query, two numbers of 16 bits in each
  Best best_;
};

}  // namespace sotto::recommend
