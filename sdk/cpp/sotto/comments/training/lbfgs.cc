#include "sotto/comments/training/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace sotto::comments {
namespace {

using Vector = std::vector<double>;

double Dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void AddScaled(Vector& to, double factor, const Vector& what) {
  for (size_t i = 0; i < to.size(); ++i) to[i] += factor * what[i];
}

// One remembered step: s = change of x, y = change of the gradient, with s.y > 0.
struct Correction {
  Vector s;
  Vector y;
  double inverse_curvature;  // 1 / s.y
};

// -H gradient, where H is the inverse Hessian that the corrections stand for.
Vector Direction(const Vector& gradient, const std::deque<Correction>& corrections) {
  Vector direction = gradient;
  std::vector<double> alpha(corrections.size());
  for (size_t i = corrections.size(); i-- > 0;) {
    const Correction& c = corrections[i];
    alpha[i] = c.inverse_curvature * Dot(c.s, direction);
    AddScaled(direction, -alpha[i], c.y);
  }
  if (!corrections.empty()) {
    const Correction& last = corrections.back();
    const double scale = 1 / (last.inverse_curvature * Dot(last.y, last.y));
    for (double& value : direction) value *= scale;
  }
  for (size_t i = 0; i < corrections.size(); ++i) {
    const Correction& c = corrections[i];
    const double beta = c.inverse_curvature * Dot(c.y, direction);
    AddScaled(direction, alpha[i] - beta, c.s);
  }
  for (double& value : direction) value = -value;
  return direction;
}

}  // namespace

LbfgsReport MinimiseLbfgs(const Objective& objective, std::vector<double>& x, const LbfgsOptions& options) {
  constexpr double kSufficientDecrease = 1e-4;
  constexpr int kMaxHalvings = 40;

  LbfgsReport report;
  Vector gradient(x.size());
  report.value = objective(x, gradient);
  std::deque<Correction> corrections;
  Vector next_x(x.size());
  Vector next_gradient(x.size());

  while (report.iterations < options.max_iterations) {
    const double gradient_norm = std::sqrt(Dot(gradient, gradient));
    if (gradient_norm <= options.tolerance * std::max(1.0, std::sqrt(Dot(x, x)))) {
      report.converged = true;
      break;
    }
    const Vector direction = Direction(gradient, corrections);
    const double slope = Dot(gradient, direction);
    double step = corrections.empty() ? 1 / gradient_norm : 1;
    double next_value = 0;
    bool lower = false;
    for (int halving = 0; halving < kMaxHalvings && !lower; ++halving) {
      next_x = x;
      AddScaled(next_x, step, direction);
      next_value = objective(next_x, next_gradient);
      lower = next_value <= report.value + kSufficientDecrease * step * slope;
      step /= 2;
    }
    if (!lower) break;

    Correction correction{next_x, next_gradient, 0};
    AddScaled(correction.s, -1, x);
    AddScaled(correction.y, -1, gradient);
    const double curvature = Dot(correction.s, correction.y);
    if (curvature > 0) {
      correction.inverse_curvature = 1 / curvature;
      corrections.push_back(std::move(correction));
      if (corrections.size() > options.history) corrections.pop_front();
    }
    x.swap(next_x);
    gradient.swap(next_gradient);
    report.value = next_value;
    options.on_iteration(++report.iterations);
  }
  return report;
}

}  // namespace sotto::comments
