#include "sotto/recommend/neural/kernels.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "sotto/recommend/neural/draw.h"

namespace sotto::recommend::neural {
namespace {

// The definition: each output alone, term by term.
void AddByDefinition(const Matrix& a, const Matrix& b, Matrix& c) {
  for (Eigen::Index i = 0; i < c.rows(); ++i) {
    for (Eigen::Index j = 0; j < c.cols(); ++j) {
      volatile float sum = c(i, j);  // keeps the compiler from anything but one rounding after the other
      for (Eigen::Index k = 0; k < a.cols(); ++k) {
        volatile float product = a(i, k) * b(k, j);
        sum = sum + product;
      }
      c(i, j) = sum;
    }
  }
}

struct Sizes {
  Eigen::Index rows, terms, cols;
};

class ProductsOf : public testing::TestWithParam<Sizes> {};

TEST_P(ProductsOf, AreTheDefinitionToTheLastBit) {
  const auto [rows, terms, cols] = GetParam();
  Draw draw(7);
  const Matrix a = draw.Uniform(rows, terms, 2);
  const Matrix b = draw.Uniform(terms, cols, 2);
  const Matrix start = draw.Uniform(rows, cols, 2);
  Matrix expected = start;
  AddByDefinition(a, b, expected);

  Matrix c = start;
  AddProduct(In(a), In(b), Out(c));
  EXPECT_EQ(c, expected);

  const Matrix turned = a.transpose();
  c = start;
  AddTransposedProduct(In(turned), In(b), Out(c));
  EXPECT_EQ(c, expected);
}

// Fewer rows than a tile, exactly one, some more; columns that fill no vector; more terms than are kept in registers.
INSTANTIATE_TEST_SUITE_P(Sizes, ProductsOf,
                         testing::Values(Sizes{1, 1, 1}, Sizes{1, 64, 1500}, Sizes{2, 5, 9}, Sizes{3, 300, 17},
                                         Sizes{6, 7, 16}, Sizes{7, 600, 33}, Sizes{100, 3, 40}, Sizes{5, 0, 4},
                                         Sizes{0, 3, 4}));

TEST(Products, DoNotDependOnWhoComputesThem) {
  Draw draw(8);
  const Matrix a = draw.Uniform(200, 120, 1);
  const Matrix b = draw.Uniform(120, 90, 1);
  Matrix alone = Matrix::Zero(200, 90);
  AddProduct(In(a), In(b), Out(alone));
  Matrix shared = Matrix::Zero(200, 90);
  size_t tasks = 0;
  AddProduct(In(a), In(b), Out(shared), [&](size_t count, const std::function<void(size_t)>& task) {
    tasks = count;
    for (size_t i = count; i-- > 0;) task(i);
  });
  EXPECT_GT(tasks, 1U);
  EXPECT_EQ(shared, alone);
}

TEST(Products, WriteToTheBlockAlone) {
  const Matrix ones = Matrix::Ones(8, 8);
  Matrix c = Matrix::Zero(10, 30);
  AddProduct(In(ones), In(ones), Out(c).Rows(1, 8).Cols(2, 8));
  EXPECT_EQ(c.sum(), 8.0F * 64);
  EXPECT_EQ(c.block(1, 2, 8, 8), Matrix::Constant(8, 8, 8));
}

double Units(float got, double exact) {
  const auto near = static_cast<float>(exact);
  const float next = std::nextafter(near, std::numeric_limits<float>::infinity());
  return std::abs(static_cast<double>(got) - exact) / (static_cast<double>(next) - static_cast<double>(near));
}

TEST(Exp, IsWithinTwoUnitsInTheLastPlace) {
  Matrix x(1, 10'001);
  for (Eigen::Index i = 0; i < x.cols(); ++i) x(0, i) = -86.9F + static_cast<float>(i) * 0.01748F;
  Matrix y = x;
  Exp({y.data(), static_cast<size_t>(y.size())});
  for (Eigen::Index i = 0; i < x.cols(); ++i) {
    ASSERT_LE(Units(y(0, i), std::exp(static_cast<double>(x(0, i)))), 2.0) << x(0, i);
  }
}

TEST(Exp, IsCutWhereAFloatEnds) {
  std::vector<float> x = {-1e30F, -87.0F, 0.0F, 88.0F, 1e30F};
  Exp(x);
  EXPECT_EQ(x[0], x[1]);
  EXPECT_EQ(x[2], 1.0F);
  EXPECT_EQ(x[3], x[4]);
  EXPECT_TRUE(std::isfinite(x[4]));
}

TEST(SigmoidAndTanh, AreNearTheTrueOnes) {
  std::vector<float> x;
  for (int i = -20'000; i <= 20'000; ++i) x.push_back(static_cast<float>(i) * 0.001F);
  std::vector<float> s = x;
  std::vector<float> t = x;
  Sigmoid(s);
  Tanh(t);
  for (size_t i = 0; i < x.size(); ++i) {
    const double exact = x[i];
    ASSERT_NEAR(s[i], 1 / (1 + std::exp(-exact)), 1e-7) << x[i];
    ASSERT_NEAR(t[i], std::tanh(exact), 2e-7) << x[i];
  }
}

RC_GTEST_PROP(Pointwise, FunctionsDoNotDependOnTheirNeighbours, (std::vector<int16_t> given)) {
  std::vector<float> x;
  for (const int16_t one : given) x.push_back(static_cast<float>(one) / 400);
  std::vector<float> together = x;
  Sigmoid(together);
  for (size_t i = 0; i < x.size(); ++i) {
    std::vector<float> alone = {x[i]};
    Sigmoid(alone);
    RC_ASSERT(std::bit_cast<uint32_t>(alone[0]) == std::bit_cast<uint32_t>(together[i]));
  }
}

}  // namespace
}  // namespace sotto::recommend::neural
