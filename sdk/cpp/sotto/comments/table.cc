#include "sotto/comments/table.h"

#include <hwy/highway.h>

#include <algorithm>
#include <cstring>

namespace sotto::comments {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kLanes = 32;           // columns of the wide block, padded
constexpr size_t kRowsUntilFull = 256;  // 256 * 128 = 2^15: what an int16 sum can take

// Sums of up to kRowsUntilFull wide rows in 16 bits, poured into 32 bits when they may be full.
class WideSums {
 public:
  void Add(const uint8_t* row) {
    // At most eight at a time, one where the compiler's target has no vectors: the sums are the same.
    const hn::CappedTag<int16_t, 8> words;
    const hn::Rebind<int8_t, decltype(words)> bytes;
    for (size_t i = 0; i < kLanes; i += hn::Lanes(words)) {
      const auto weights = hn::PromoteTo(words, hn::LoadU(bytes, reinterpret_cast<const int8_t*>(row) + i));
      hn::Store(hn::Add(hn::Load(words, narrow_ + i), weights), words, narrow_ + i);
    }
    if (++rows_ == kRowsUntilFull) Pour();
  }

  const int32_t* Finish() {
    Pour();
    return wide_;
  }

 private:
  void Pour() {
    for (size_t i = 0; i < kLanes; ++i) {
      wide_[i] += narrow_[i];
      narrow_[i] = 0;
    }
    rows_ = 0;
  }

  alignas(16) int16_t narrow_[kLanes] = {};
  int32_t wide_[kLanes] = {};
  size_t rows_ = 0;
};

}  // namespace

Table::Table(uint32_t fine_bits, uint32_t wide_bits, std::span<const uint8_t> fine, std::span<const uint8_t> wide)
    : fine_bits_(fine_bits), wide_bits_(wide_bits), fine_(fine.begin(), fine.end()) {
  wide_.assign((size_t{1} << wide_bits) * kPaddedStride, 0);
  for (size_t row = 0; row < size_t{1} << wide_bits; ++row) {
    std::copy_n(wide.data() + row * kWideStride, kWideStride, wide_.data() + row * kPaddedStride);
  }
}

ColumnSums Table::Sum(std::span<const uint32_t> hashes) const {
  ColumnSums sums{};
  WideSums wide;
  for (const uint32_t hash : hashes) {
    const uint8_t fingerprint = FingerprintOf(hash);
    const uint8_t* fine = fine_.data() + size_t{RowOf(hash, fine_bits_)} * kFineStride;
    if (fine[0] == fingerprint) {
      for (size_t i = 0; i < kFineColumns; ++i) sums[i] += static_cast<int8_t>(fine[1 + i]);
    }
    const uint8_t* row = wide_.data() + size_t{RowOf(hash, wide_bits_)} * kPaddedStride;
    if (row[0] == fingerprint) wide.Add(row);
  }
  std::copy_n(wide.Finish() + 1, kWideColumns, sums.begin() + kFineColumns);
  return sums;
}

int32_t Table::Weight(uint32_t hash, size_t column) const {
  const bool is_fine = column < kFineColumns;
  const uint8_t* row = is_fine ? fine_.data() + size_t{RowOf(hash, fine_bits_)} * kFineStride
                               : wide_.data() + size_t{RowOf(hash, wide_bits_)} * kPaddedStride;
  if (row[0] != FingerprintOf(hash)) return 0;
  return static_cast<int8_t>(row[1 + (is_fine ? column : column - kFineColumns)]);
}

}  // namespace sotto::comments
