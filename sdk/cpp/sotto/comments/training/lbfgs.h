// Limited-memory BFGS for smooth convex functions. J. Nocedal, S. Wright, "Numerical Optimization", 2nd edition,
// algorithm 7.5 with the two-loop recursion 7.4 and a backtracking line search (Armijo). A step without positive
// curvature is taken but not remembered. One thread, fixed order of summation: the same input gives the same bits on
// every platform.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace sotto::comments {

// Returns f(x) and writes its gradient, which has the size of x.
using Objective = std::function<double(std::span<const double> x, std::span<double> gradient)>;

struct LbfgsOptions {
  uint32_t history = 10;
  uint32_t max_iterations = 200;
  double tolerance = 1e-4;  // stops when |gradient| <= tolerance * max(1, |x|)
  // Called after each iteration with its number, from 1.
  std::function<void(uint32_t)> on_iteration = [](uint32_t) {};
};

struct LbfgsReport {
  uint32_t iterations = 0;
  double value = 0;
  bool converged = false;
};

// Minimises `objective` from the start value in `x`, in place. Stops early when no step lowers the value any more
// (the limit of double precision), and then reports converged = false.
LbfgsReport MinimiseLbfgs(const Objective& objective, std::vector<double>& x, const LbfgsOptions& options);

}  // namespace sotto::comments
