#include "sotto/recommend/factors/rows_solver.h"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <cmath>
#include <vector>

#include "sotto/base/random.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend::factors {
namespace {

using MatrixD = Eigen::MatrixXd;
using VectorD = Eigen::VectorXd;

// Rows with random columns, and everything that their problem points to.
struct Example {
  size_t rank;
  size_t stride;
  std::vector<float> other;
  std::vector<float> gram;
  std::vector<size_t> begin{0};
  std::vector<uint32_t> column;
  std::vector<float> root_weight;
  std::vector<float> lambda;

  size_t rows() const { return begin.size() - 1; }

  RowsProblem Problem(size_t block) const {
    RowsProblem problem;
    problem.rank = rank;
    problem.block = block;
    problem.other = other.data();
    problem.gram = gram.data();
    problem.begin = begin.data();
    problem.column = column.data();
    problem.root_weight = root_weight.empty() ? nullptr : root_weight.data();
    problem.lambda = lambda.data();
    return problem;
  }

  VectorD Other(size_t column_index) const {
    VectorD row(static_cast<Eigen::Index>(rank));
    for (size_t i = 0; i < rank; ++i) row(static_cast<Eigen::Index>(i)) = other[column_index * stride + i];
    return row;
  }

  // By the definition, in double precision.
  VectorD Solution(size_t row) const {
    const auto size = static_cast<Eigen::Index>(rank);
    MatrixD matrix = MatrixD::Identity(size, size) * lambda[row];
    VectorD right = VectorD::Zero(size);
    for (Eigen::Index i = 0; i < size; ++i) {
      for (Eigen::Index j = 0; j < size; ++j) {
        matrix(i, j) += gram[static_cast<size_t>(i) * stride + static_cast<size_t>(j)];
      }
    }
    for (size_t k = begin[row]; k < begin[row + 1]; ++k) {
      const double root = root_weight.empty() ? 1 : root_weight[k];
      matrix += root * root * Other(column[k]) * Other(column[k]).transpose();
      right += root * root * Other(column[k]);
    }
    return matrix.llt().solve(right);
  }
};

float Uniform(RandomSource& random) {
  return static_cast<float>(random.Below(2001).value()) / 1000 - 1;
}

Example AnExample(size_t rank, bool weighted, uint64_t seed) {
  constexpr size_t kRows = 9;
  constexpr size_t kColumns = 300;
  ChaCha20Source random(seed);
  Example example{rank, Padded(rank), {}, {}, {0}, {}, {}, {}};
  example.other.assign(kColumns * example.stride, 0);
  for (size_t column = 0; column < kColumns; ++column) {
    for (size_t i = 0; i < rank; ++i) example.other[column * example.stride + i] = Uniform(random);
  }
  example.gram.assign(example.stride * example.stride, 0);
  AddGram(example.other.data(), kColumns, example.stride, example.gram.data());
  for (size_t i = 0; i < example.stride; ++i) {
    for (size_t j = 0; j < i; ++j) example.gram[i * example.stride + j] = example.gram[j * example.stride + i];
  }
  for (float& value : example.gram) value *= 0.25F;
  for (size_t row = 0; row < kRows; ++row) {
    // None at all, one, and so many that they are gathered in several parts.
    const size_t count = row == 0 ? 0 : row == 1 ? 1 : 20 * row;
    for (size_t k = 0; k < count; ++k) {
      example.column.push_back(static_cast<uint32_t>((row * 7 + k) % kColumns));
      if (weighted) example.root_weight.push_back(Uniform(random) + 2);
    }
    example.begin.push_back(example.column.size());
    example.lambda.push_back(0.5F + static_cast<float>(row));
  }
  return example;
}

void ExpectSolved(const Example& example, const std::vector<float>& factors, double tolerance) {
  for (size_t row = 0; row < example.rows(); ++row) {
    const VectorD expected = example.Solution(row);
    for (size_t i = 0; i < example.stride; ++i) {
      const double value = i < example.rank ? expected(static_cast<Eigen::Index>(i)) : 0;
      ASSERT_NEAR(factors[row * example.stride + i], value, tolerance) << "row " << row << ", dimension " << i;
    }
  }
}

TEST(SolveRows, SolvesTheNormalEquationsOfEachRowFromAnyStart) {
  for (const size_t rank : {1U, 2U, 15U, 16U, 17U, 40U, 64U, 100U}) {
    for (const bool weighted : {false, true}) {
      const Example example = AnExample(rank, weighted, rank);
      std::vector<float> factors(example.rows() * example.stride, 0);
      for (size_t row = 0; row < example.rows(); ++row) factors[row * example.stride] = 3;
      SolveRows(example.Problem(rank), 0, example.rows(), factors.data());
      SCOPED_TRACE(rank);
      ExpectSolved(example, factors, 2e-5);
    }
  }
}

TEST(SolveRows, ComesToTheSameByBlocksOfDimensions) {
  const Example example = AnExample(72, true, 1);
  std::vector<float> factors(example.rows() * example.stride, 0);
  for (int sweep = 0; sweep < 200; ++sweep) SolveRows(example.Problem(32), 0, example.rows(), factors.data());
  ExpectSolved(example, factors, 1e-4);
}

TEST(SolveRows, LowersTheLossWithEachSweepOverBlocks) {
  const Example example = AnExample(64, true, 2);
  const RowsProblem problem = example.Problem(16);
  const auto loss = [&](const std::vector<float>& factors) {
    double sum = SquaredErrors(problem, 0, example.rows(), factors.data());
    for (size_t row = 0; row < example.rows(); ++row) {
      const Eigen::Map<const Eigen::VectorXf> w(factors.data() + row * example.stride, 64);
      const Eigen::Map<const Matrix> gram(example.gram.data(), 64, 64);
      sum += w.dot(gram * w) + example.lambda[row] * w.squaredNorm();
    }
    return sum;
  };
  std::vector<float> factors(example.rows() * example.stride, 0);
  double before = loss(factors);
  for (int sweep = 0; sweep < 5; ++sweep) {
    SolveRows(problem, 0, example.rows(), factors.data());
    const double after = loss(factors);
    EXPECT_LT(after, before + 1e-3);
    before = after;
  }
}

TEST(SolveRows, TouchesOnlyTheRowsThatItWasGiven) {
  const Example example = AnExample(20, false, 3);
  std::vector<float> factors(example.rows() * example.stride, 7);
  SolveRows(example.Problem(20), 3, 5, factors.data());
  for (size_t row = 0; row < example.rows(); ++row) {
    const bool solved = row == 3 || row == 4;
    EXPECT_EQ(factors[row * example.stride] == 7, !solved) << row;
  }
}

TEST(SquaredErrors, SumsTheWeightedErrorsOfTheRows) {
  const Example example = AnExample(5, true, 4);
  std::vector<float> factors(example.rows() * example.stride, 0);
  factors[2 * example.stride + 1] = 0.5F;
  double expected = 0;
  for (size_t row = 1; row < 3; ++row) {
    for (size_t k = example.begin[row]; k < example.begin[row + 1]; ++k) {
      const double error = 1 - (row == 2 ? 0.5 : 0) * example.Other(example.column[k])(1);
      expected += example.root_weight[k] * example.root_weight[k] * error * error;
    }
  }
  EXPECT_NEAR(SquaredErrors(example.Problem(5), 1, 3, factors.data()), expected, 1e-4);
}

}  // namespace
}  // namespace sotto::recommend::factors
