#include "sotto/recommend/ranking/quantised_rows.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "sotto/base/random.h"

namespace sotto::recommend {
namespace {

Matrix UnitRows(size_t rows, size_t columns, uint64_t seed) {
  ChaCha20Source random(seed);
  Matrix made(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns));
  for (Eigen::Index i = 0; i < made.size(); ++i) {
    made.data()[i] = static_cast<float>(random.Below(2001).value()) / 1000 - 1;
  }
  for (Eigen::Index row = 0; row < made.rows(); ++row) made.row(row).normalize();
  return made;
}

TEST(QuantisedRows, GiveTheDotProductsOfAnExampleWorkedByHand) {
  Matrix rows(2, 3);
  rows << 1, 0.5F, 0, -1, 1, 0.25F;
  const QuantisedRows quantised = QuantisedRows::Create(rows).value();
  // In bytes: 127 64 0, and -127 127 32; 63.5 is rounded to even.
  EXPECT_FLOAT_EQ(quantised.Dot(0, quantised.QueryOf(1)), (-127 * 127 + 64 * 127) / (127.0F * 127.0F));
  EXPECT_FLOAT_EQ(quantised.Dot(0, quantised.QueryOf(0)), (127 * 127 + 64 * 64) / (127.0F * 127.0F));
  const std::vector<double> direction = {0, 2, 0};
  EXPECT_FLOAT_EQ(quantised.Dot(0, quantised.Quantise(direction)), 2 * 64 / 127.0F);
}

RC_GTEST_PROP(QuantisedRows, AreNearTheFloatsForEveryNumberOfColumns, (uint64_t seed)) {
  const size_t columns = 1 + seed % 530;
  const Matrix rows = UnitRows(3, columns, seed);
  const QuantisedRows quantised = QuantisedRows::Create(rows).value();
  std::vector<float> all(3);
  quantised.DotAll(quantised.QueryOf(0), all);
  const std::vector<double> direction(rows.data(), rows.data() + columns);
  for (size_t row = 0; row < 3; ++row) {
    const float exact = rows.row(0).dot(rows.row(static_cast<Eigen::Index>(row)));
    RC_ASSERT(std::fabs(all[row] - exact) < 0.012F);
    RC_ASSERT(all[row] == quantised.Dot(row, quantised.QueryOf(0)));
    RC_ASSERT(std::fabs(quantised.Dot(row, quantised.Quantise(direction)) - exact) < 0.01F);
  }
}

TEST(QuantisedRows, DoNotOverflowAtTheirLargest) {
  const Matrix rows = Matrix::Constant(1, static_cast<Eigen::Index>(QuantisedRows::kMaxColumns), 1);
  const QuantisedRows quantised = QuantisedRows::Create(rows).value();
  const std::vector<double> direction(QuantisedRows::kMaxColumns, 1);
  EXPECT_FLOAT_EQ(quantised.Dot(0, quantised.Quantise(direction)), 8192);
}

TEST(QuantisedRows, KeepZerosAsZeros) {
  const QuantisedRows quantised = QuantisedRows::Create(Matrix::Zero(2, 5)).value();
  EXPECT_EQ(quantised.Dot(0, quantised.QueryOf(1)), 0);
  EXPECT_EQ(quantised.Dot(0, quantised.Quantise(std::vector<double>(5, 0))), 0);
  std::vector<double> sum(5, 1);
  quantised.AddTo(0, 3, sum);
  EXPECT_EQ(sum, std::vector<double>(5, 1));
}

TEST(QuantisedRows, RefuseWhatIsNotFiniteOrTooWide) {
  Matrix bad = Matrix::Zero(2, 2);
  bad(1, 0) = std::nanf("");
  const auto refused = QuantisedRows::Create(bad);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(refused.error().message.find("product 1"), std::string::npos);
  EXPECT_EQ(QuantisedRows::Create(Matrix::Zero(1, 8193)).error().code, ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace sotto::recommend
