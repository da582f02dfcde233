#include "sotto/comments/training/lbfgs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <vector>

#include "sotto/base/deterministic_math.h"

namespace sotto::comments {
namespace {

TEST(MinimiseLbfgs, FindsTheMinimumOfAnIllConditionedQuadratic) {
  // sum of c_i (x_i - i)^2 / 2 with c from 1 to 10,000
  std::vector<double> x(9, 0.0);
  const auto objective = [](std::span<const double> at, std::span<double> gradient) {
    double value = 0;
    double curvature = 1;
    for (size_t i = 0; i < at.size(); ++i, curvature *= 3.1622776601683795) {
      const double off = at[i] - static_cast<double>(i);
      value += curvature * off * off / 2;
      gradient[i] = curvature * off;
    }
    return value;
  };
  const LbfgsReport report = MinimiseLbfgs(objective, x, {.tolerance = 1e-9});
  EXPECT_TRUE(report.converged);
  EXPECT_NEAR(report.value, 0, 1e-12);
  for (size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(x[i], static_cast<double>(i), 1e-7) << i;
}

TEST(MinimiseLbfgs, FindsTheMinimumOfASmoothFunctionThatIsNotQuadratic) {
  // e^x - 3 x has its minimum where e^x = 3.
  std::vector<double> x = {-4.0};
  const auto objective = [](std::span<const double> at, std::span<double> gradient) {
    gradient[0] = Exp(at[0]) - 3;
    return Exp(at[0]) - 3 * at[0];
  };
  EXPECT_TRUE(MinimiseLbfgs(objective, x, {.tolerance = 1e-10}).converged);
  EXPECT_NEAR(x[0], std::log(3.0), 1e-9);
}

TEST(MinimiseLbfgs, StaysAtAMinimum) {
  std::vector<double> x = {0.0, 0.0};
  const auto objective = [](std::span<const double> at, std::span<double> gradient) {
    gradient[0] = at[0];
    gradient[1] = at[1];
    return (at[0] * at[0] + at[1] * at[1]) / 2;
  };
  const LbfgsReport report = MinimiseLbfgs(objective, x, {});
  EXPECT_TRUE(report.converged);
  EXPECT_EQ(report.iterations, 0u);
}

TEST(MinimiseLbfgs, StopsAtItsLimitAndTellsEachIteration) {
  std::vector<double> x = {-10.0};
  const auto objective = [](std::span<const double> at, std::span<double> gradient) {
    gradient[0] = Exp(at[0]) - 3;
    return Exp(at[0]) - 3 * at[0];
  };
  std::vector<uint32_t> told;
  const LbfgsReport report = MinimiseLbfgs(
      objective, x,
      {.max_iterations = 2, .tolerance = 1e-12, .on_iteration = [&](uint32_t number) { told.push_back(number); }});
  EXPECT_FALSE(report.converged);
  EXPECT_EQ(told, (std::vector<uint32_t>{1, 2}));
}

TEST(MinimiseLbfgs, GivesUpWithoutConvergenceWhereNoStepHelps) {
  // The gradient lies: no step along it lowers the value.
  std::vector<double> x = {1.0};
  const auto objective = [](std::span<const double> at, std::span<double> gradient) {
    gradient[0] = -1;
    return at[0];
  };
  EXPECT_FALSE(MinimiseLbfgs(objective, x, {}).converged);
  EXPECT_EQ(x[0], 1.0);
}

}  // namespace
}  // namespace sotto::comments
