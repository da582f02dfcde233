#include "sotto/recommend/search/scan.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "sotto/recommend/interactions.h"

namespace sotto::recommend {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kBlock = 16;  // items
constexpr float kLargestByte = 127;

size_t Blocks(size_t items) {
  return (items + kBlock - 1) / kBlock;
}

size_t Pairs(size_t dimensions) {
  return (dimensions + 1) / 2;
}

// At most four lanes, one where the compiler's target has no vectors.
using Floats = hn::CappedTag<float, 4>;
using Sums = hn::Rebind<int32_t, Floats>;
constexpr size_t kLanes = hn::MaxLanes(Floats());
constexpr size_t kVectors = kBlock / kLanes;

// Writes the 16 scores of a block; whether one of them is above `threshold`.
bool Write(const hn::Vec<Floats>* sums, float threshold, float* scores) {
  const Floats floats;
  const auto least = hn::Set(floats, threshold);
  auto most = sums[0];
  for (size_t i = 0; i < kVectors; ++i) {
    most = hn::Max(most, sums[i]);
    hn::StoreU(sums[i], floats, scores + i * kLanes);
  }
  return !hn::AllFalse(floats, hn::Gt(most, least));
}

// sum + query * item, in two steps: one of its own would round otherwise.
bool ScoreFloats(const float* block, std::span<const float> query, float threshold, float* scores) {
  const Floats floats;
  hn::Vec<Floats> sums[kVectors];
  for (auto& sum : sums) sum = hn::Zero(floats);
  for (const float number : query) {
    const auto factor = hn::Set(floats, number);
    for (size_t i = 0; i < kVectors; ++i) {
      sums[i] = hn::Add(sums[i], hn::Mul(factor, hn::LoadU(floats, block + i * kLanes)));
    }
    block += kBlock;
  }
  return Write(sums, threshold, scores);
}

// For each item of a block the exact sum over all pairs of columns.
#if HWY_TARGET == HWY_SCALAR
void SumBytes(const int8_t* block, std::span<const int32_t> pairs, hn::Vec<Sums>* sums) {
  int32_t totals[kBlock] = {};
  for (const int32_t pair : pairs) {
    const int32_t first = static_cast<int16_t>(pair);
    const int32_t second = pair >> 16;
    for (size_t i = 0; i < kBlock; ++i) totals[i] += first * block[2 * i] + second * block[2 * i + 1];
    block += 2 * kBlock;
  }
  for (size_t i = 0; i < kVectors; ++i) sums[i] = hn::Set(Sums(), totals[i]);
}
#else
void SumBytes(const int8_t* block, std::span<const int32_t> pairs, hn::Vec<Sums>* sums) {
  const Sums wide;
  const hn::Repartition<int16_t, Sums> words;
  const hn::Rebind<int8_t, decltype(words)> bytes;
  hn::Vec<Sums> others[kVectors];  // some targets keep a part of each pair here
  for (size_t i = 0; i < kVectors; ++i) sums[i] = others[i] = hn::Zero(wide);
  for (const int32_t pair : pairs) {
    const auto factors = hn::BitCast(words, hn::Set(wide, pair));
    for (size_t i = 0; i < kVectors; ++i) {
      const auto numbers = hn::PromoteTo(words, hn::LoadU(bytes, block + 2 * i * kLanes));
      sums[i] = hn::ReorderWidenMulAccumulate(wide, numbers, factors, sums[i], others[i]);
    }
    block += 2 * kBlock;
  }
  for (size_t i = 0; i < kVectors; ++i) sums[i] = hn::RearrangeToOddPlusEven(sums[i], others[i]);
}
#endif

bool ScoreBytes(const int8_t* block, const float* scales, std::span<const int32_t> pairs, float query_scale,
                float threshold, float* scores) {
  const Floats floats;
  hn::Vec<Sums> sums[kVectors];
  SumBytes(block, pairs, sums);
  hn::Vec<Floats> products[kVectors];
  const auto factor = hn::Set(floats, query_scale);
  for (size_t i = 0; i < kVectors; ++i) {
    const auto scale = hn::LoadU(floats, scales + i * kLanes);
    products[i] = hn::Mul(hn::Mul(hn::ConvertTo(floats, sums[i]), scale), factor);
  }
  return Write(products, threshold, scores);
}

float LargestMagnitude(std::span<const float> numbers) {
  float largest = 0;
  for (const float number : numbers) largest = std::max(largest, std::fabs(number));
  return largest;
}

// x / largest, rounded to a whole number of `steps`. Precondition: |x| <= largest, largest > 0.
float Rounded(float x, float largest, float steps) {
  return std::floor(x / largest * steps + 0.5F);
}

// How fine a query may be so that no sum leaves 32 bits: 128 * steps * columns < 2^31.
float QuerySteps(size_t pairs) {
  return static_cast<float>(std::min<size_t>(32767, 0x7FFFFFFF / (128 * 2 * pairs)));
}

Status CheckShape(size_t numbers, size_t dimensions, size_t scales) {
  if (dimensions == 0 || dimensions > kMaxSearchDimensions || numbers % dimensions != 0) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(numbers) + " numbers in rows of " + std::to_string(dimensions) + ".",
                 "They must be whole rows of 1 to 4096."};
  }
  const size_t items = numbers / dimensions;
  if (items > kMaxItems) {
    return Error{ErrorCode::kResourceExhausted, "vectors of " + std::to_string(items) + " items, more than 4000000.",
                 ""};
  }
  if (scales != 1 && scales != items) {
    return Error{ErrorCode::kInvalidArgument,
                 std::to_string(scales) + " scales for " + std::to_string(items) + " items.",
                 "Send one, or one for each item."};
  }
  return {};
}

}  // namespace

ScanIndex::ScanIndex(size_t items, size_t dimensions, ScanNumbers numbers)
    : Index(items, dimensions), numbers_(numbers) {
  const size_t padded = Blocks(items) * kBlock;
  if (numbers == ScanNumbers::kFloat) {
    floats_.resize(padded * dimensions);
  } else {
    bytes_.resize(padded * 2 * Pairs(dimensions));
    scales_.resize(padded);
    pairs_.resize(Pairs(dimensions));
  }
}

void ScanIndex::SetInt8(size_t item, size_t column, int8_t value) {
  const size_t place = (item / kBlock * Pairs(dimensions()) + column / 2) * kBlock + item % kBlock;
  bytes_[2 * place + column % 2] = value;
}

Result<ScanIndex> ScanIndex::Create(std::span<const float> vectors, size_t dimensions, ScanNumbers numbers) {
  SOTTO_RETURN_IF_ERROR(CheckVectors(vectors, dimensions));
  const size_t items = vectors.size() / dimensions;
  ScanIndex index(items, dimensions, numbers);
  for (size_t item = 0; item < items; ++item) {
    const auto row = vectors.subspan(item * dimensions, dimensions);
    if (numbers == ScanNumbers::kFloat) {
      float* place = index.floats_.data() + item / kBlock * kBlock * dimensions + item % kBlock;
      for (size_t column = 0; column < dimensions; ++column) place[column * kBlock] = row[column];
      continue;
    }
    const float largest = LargestMagnitude(row);
    if (largest == 0) continue;
    index.scales_[item] = largest / kLargestByte;
    for (size_t column = 0; column < dimensions; ++column) {
      index.SetInt8(item, column, static_cast<int8_t>(Rounded(row[column], largest, kLargestByte)));
    }
  }
  return index;
}

Result<ScanIndex> ScanIndex::CreateInt8(std::span<const int8_t> values, size_t dimensions,
                                        std::span<const float> scales) {
  SOTTO_RETURN_IF_ERROR(CheckShape(values.size(), dimensions, scales.size()));
  for (size_t i = 0; i < scales.size(); ++i) {
    if (!(scales[i] >= 0 && scales[i] <= kMaxSearchNumber)) {
      return Error{ErrorCode::kInvalidArgument,
                   "scales[" + std::to_string(i) + "] is " + std::to_string(scales[i]) + ".",
                   "It must be from 0 to 1e15."};
    }
  }
  const size_t items = values.size() / dimensions;
  ScanIndex index(items, dimensions, ScanNumbers::kInt8);
  for (size_t item = 0; item < items; ++item) {
    index.scales_[item] = scales.size() == 1 ? scales[0] : scales[item];
    for (size_t column = 0; column < dimensions; ++column) {
      index.SetInt8(item, column, values[item * dimensions + column]);
    }
  }
  return index;
}

size_t ScanIndex::Find(std::span<const float> query, std::span<const uint32_t> excluded, std::span<Hit> best) {
  best_.Start(std::min(best.size(), items()));
  if (numbers_ == ScanNumbers::kFloat) {
    FindFloat(query, excluded);
  } else {
    FindInt8(query, excluded);
  }
  return best_.Finish(best);
}

void ScanIndex::FindFloat(std::span<const float> query, std::span<const uint32_t> excluded) {
  float scores[kBlock];
  for (size_t block = 0; block < Blocks(items()); ++block) {
    const float* numbers = floats_.data() + block * kBlock * dimensions();
    if (ScoreFloats(numbers, query, best_.threshold(), scores)) Offer(block, scores, excluded);
  }
}

void ScanIndex::FindInt8(std::span<const float> query, std::span<const uint32_t> excluded) {
  const float steps = QuerySteps(pairs_.size());
  const float largest = LargestMagnitude(query);
  const auto word = [&](size_t column) {
    if (largest == 0 || column >= query.size()) return uint32_t{0};
    return static_cast<uint32_t>(static_cast<int32_t>(Rounded(query[column], largest, steps))) & 0xFFFF;
  };
  for (size_t i = 0; i < pairs_.size(); ++i) {
    pairs_[i] = static_cast<int32_t>(word(2 * i) | word(2 * i + 1) << 16);
  }
  float scores[kBlock];
  for (size_t block = 0; block < Blocks(items()); ++block) {
    const int8_t* numbers = bytes_.data() + block * kBlock * 2 * pairs_.size();
    if (ScoreBytes(numbers, scales_.data() + block * kBlock, pairs_, largest / steps, best_.threshold(), scores)) {
      Offer(block, scores, excluded);
    }
  }
}

void ScanIndex::Offer(size_t block, const float* scores, std::span<const uint32_t> excluded) {
  const size_t first = block * kBlock;
  for (size_t i = 0; i < std::min(kBlock, items() - first); ++i) {
    if (!(scores[i] > best_.threshold())) continue;
    const auto item = static_cast<uint32_t>(first + i);
    if (!std::ranges::binary_search(excluded, item)) best_.Add(item, scores[i]);
  }
}

}  // namespace sotto::recommend
