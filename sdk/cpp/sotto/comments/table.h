// The int8 table that all heads share. A feature (features.h) finds at most one row in each of two blocks: the fine
// block has the columns of polarity and offence and many rows; the wide block has all other columns and fewer.
//
// A row belongs to one feature: the trainer gives it to the most telling of those that fall on it, and the row keeps
// eight bits of that feature's hash. Any other feature finds nothing there, instead of another one's weights: with a
// few rows this loses far less than letting all features add up (Weinberger et al., ICML 2009, is the plain form; the
// fingerprints are those of cuckoo filters, Fan et al., CoNEXT 2014).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sotto/comments/heads.h"

namespace sotto::comments {

inline constexpr uint32_t kMinTableBits = 4;
inline constexpr uint32_t kMaxTableBits = 18;
inline constexpr size_t kFineStride = 1 + kFineColumns;  // bytes of a row: the fingerprint, then a weight a column
inline constexpr size_t kWideStride = 1 + kWideColumns;
static_assert(kWideStride <= 32);

constexpr uint8_t FingerprintOf(uint32_t hash) {
  return static_cast<uint8_t>(hash >> 24);
}
constexpr uint32_t RowOf(uint32_t hash, uint32_t bits) {
  return hash & ((1u << bits) - 1);
}

using ColumnSums = std::array<int32_t, kColumns>;

class Table {
 public:
  // Rows as they stand in the file: 2^fine_bits * kFineStride and 2^wide_bits * kWideStride bytes.
  // Preconditions: the sizes fit, kMinTableBits <= bits <= kMaxTableBits.
  Table(uint32_t fine_bits, uint32_t wide_bits, std::span<const uint8_t> fine, std::span<const uint8_t> wide);

  // For each column the sum of the weights of all features that have a row. Exact for fewer than 2^24 features.
  ColumnSums Sum(std::span<const uint32_t> hashes) const;

  // The weight of one feature in one column; 0 if it has no row.
  int32_t Weight(uint32_t hash, size_t column) const;

 private:
  static constexpr size_t kPaddedStride = 32;  // a wide row in memory: two vectors of 16 bytes, the fingerprint first

  uint32_t fine_bits_;
  uint32_t wide_bits_;
  std::vector<uint8_t> fine_;
  std::vector<uint8_t> wide_;
};

}  // namespace sotto::comments
