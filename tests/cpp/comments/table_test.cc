#include "sotto/comments/table.h"

#include <gtest/gtest.h>

#include <vector>

#include "sotto/base/bytes.h"
#include "sotto/base/random.h"

namespace sotto::comments {
namespace {

constexpr uint32_t kFineBits = 6;
constexpr uint32_t kWideBits = 5;

struct Rows {
  Bytes fine = Bytes(kFineStride << kFineBits);
  Bytes wide = Bytes(kWideStride << kWideBits);

  Table Build() const { return {kFineBits, kWideBits, fine, wide}; }
};

Rows RandomRows(uint64_t seed) {
  Rows rows;
  ChaCha20Source random(seed);
  EXPECT_TRUE(random.Fill(rows.fine).ok());
  EXPECT_TRUE(random.Fill(rows.wide).ok());
  return rows;
}

// The weight that the file's bytes give, read as documented.
int32_t WeightOf(const Rows& rows, uint32_t hash, size_t column) {
  const bool fine = column < kFineColumns;
  const size_t stride = fine ? 1 + kFineColumns : 1 + kWideColumns;
  const size_t row = hash % (fine ? 1u << kFineBits : 1u << kWideBits);
  const Bytes& block = fine ? rows.fine : rows.wide;
  if (block[row * stride] != hash >> 24) return 0;
  const size_t place = fine ? column : column - kFineColumns;
  return static_cast<int8_t>(block[row * stride + 1 + place]);
}

ColumnSums PlainSum(const Rows& rows, std::span<const uint32_t> hashes) {
  ColumnSums sums{};
  for (const uint32_t hash : hashes) {
    for (size_t column = 0; column < kColumns; ++column) sums[column] += WeightOf(rows, hash, column);
  }
  return sums;
}

// A hash that finds the given row of both blocks, with random bits between row and fingerprint.
uint32_t HashFor(const Rows& rows, ChaCha20Source& random, bool fine) {
  const auto noise = static_cast<uint32_t>(random.U64().value());
  const uint32_t middle = noise & 0x00FFFFFF;
  const uint8_t fingerprint = fine ? rows.fine[(middle % (1u << kFineBits)) * kFineStride]
                                   : rows.wide[(middle % (1u << kWideBits)) * kWideStride];
  return middle | uint32_t{fingerprint} << 24;
}

TEST(Table, SumsAsAPlainLoopDoes) {
  const Rows rows = RandomRows(1);
  const Table table = rows.Build();
  ChaCha20Source random(2);
  for (const size_t size : {0u, 1u, 2u, 31u, 255u, 256u, 257u, 511u, 512u, 513u, 5'000u}) {
    std::vector<uint32_t> hashes;
    for (size_t i = 0; i < size; ++i) {
      hashes.push_back(i % 3 == 2 ? static_cast<uint32_t>(random.U64().value()) : HashFor(rows, random, i % 3 == 0));
    }
    EXPECT_EQ(table.Sum(hashes), PlainSum(rows, hashes)) << size;
  }
}

// Every row matches, and every weight is at one end of its range: what would overflow 16 bits if it could.
TEST(Table, SumsManyRowsOfTheLargestWeights) {
  for (const uint8_t weight : {uint8_t{0x80}, uint8_t{0x7F}}) {
    Rows rows;
    rows.fine.assign(rows.fine.size(), weight);
    rows.wide.assign(rows.wide.size(), weight);
    const Table table = rows.Build();
    for (const size_t size : {255u, 256u, 257u, 258u, 512u, 1'025u, 100'000u}) {
      std::vector<uint32_t> hashes;
      for (uint32_t i = 0; i < size; ++i) hashes.push_back(uint32_t{weight} << 24 | i);
      const ColumnSums sums = table.Sum(hashes);
      for (const int32_t sum : sums) EXPECT_EQ(sum, static_cast<int32_t>(size) * static_cast<int8_t>(weight)) << size;
    }
  }
}

TEST(Table, GivesTheWeightOfOneFeatureInEveryColumn) {
  const Rows rows = RandomRows(3);
  const Table table = rows.Build();
  ChaCha20Source random(4);
  size_t found = 0;
  for (int i = 0; i < 200; ++i) {
    const uint32_t hash = HashFor(rows, random, i % 2 == 0);
    for (size_t column = 0; column < kColumns; ++column) {
      ASSERT_EQ(table.Weight(hash, column), WeightOf(rows, hash, column)) << hash << ' ' << column;
      found += table.Weight(hash, column) != 0 ? 1 : 0;
    }
  }
  EXPECT_GT(found, 1'000u);
}

TEST(Table, GivesNothingToAFeatureWithAnotherFingerprint) {
  const Rows rows = RandomRows(5);
  const Table table = rows.Build();
  // In the first row of both blocks, any fingerprint but theirs.
  std::vector<uint32_t> misses;
  for (uint32_t fingerprint = 0; fingerprint < 256; ++fingerprint) {
    if (fingerprint != rows.fine[0] && fingerprint != rows.wide[0]) misses.push_back(fingerprint << 24);
  }
  EXPECT_EQ(table.Sum(misses), ColumnSums{});
  EXPECT_EQ(table.Weight(misses[0], kPolarity), 0);
  EXPECT_EQ(table.Weight(misses[0], kContact), 0);
}

TEST(Table, DoesNotTakeTheFingerprintForAWeight) {
  Rows rows;
  rows.fine[0] = rows.wide[0] = 77;
  EXPECT_EQ(rows.Build().Sum(std::vector<uint32_t>(300, 77u << 24)), ColumnSums{});
}

TEST(RowAndFingerprint, ShareNoBitOfTheHash) {
  for (uint32_t bits = kMinTableBits; bits <= kMaxTableBits; ++bits) {
    EXPECT_EQ(RowOf(0xFFFFFFFF, bits), (1u << bits) - 1);
    EXPECT_EQ(RowOf(0xFF000000, bits), 0u);
  }
  EXPECT_EQ(FingerprintOf(0x12345678), 0x12);
}

}  // namespace
}  // namespace sotto::comments
