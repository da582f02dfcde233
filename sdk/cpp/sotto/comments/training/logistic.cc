#include "sotto/comments/training/logistic.h"

#include <algorithm>
#include <cmath>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/training/lbfgs.h"

namespace sotto::comments {
namespace {

// log(1 + e^x) without overflow.
double SoftPlus(double x) {
  return x > 0 ? x + Log(1 + Exp(-x)) : Log(1 + Exp(x));
}

// sign(q) sqrt(|q|), q = log of the ratio between an id's share of the counts where the column holds and where not.
std::vector<double> DampedLogRatios(const Rows& rows, double smoothing) {
  std::vector<double> with(rows.dimension, smoothing);
  std::vector<double> without(rows.dimension, smoothing);
  for (size_t i = 0; i < rows.size(); ++i) {
    std::vector<double>& counts = rows.holds[i] != 0 ? with : without;
    for (const uint32_t id : rows.Row(i)) counts[id] += rows.weight[i];
  }
  double with_total = 0;
  double without_total = 0;
  for (size_t j = 0; j < rows.dimension; ++j) {
    with_total += with[j];
    without_total += without[j];
  }
  std::vector<double> ratios(rows.dimension);
  for (size_t j = 0; j < rows.dimension; ++j) {
    const double q = Log(with[j] / with_total) - Log(without[j] / without_total);
    ratios[j] = std::copysign(std::sqrt(std::fabs(q)), q);
  }
  return ratios;
}

// The regularised loss of the header and its gradient. The last dimension is the bias, where there is one.
class Loss {
 public:
  Loss(const Rows& rows, const std::vector<double>& ratios, const LogisticOptions& options)
      : rows_(rows), ratios_(ratios), options_(options), weights_(ratios.size()), slopes_(ratios.size()) {}

  double operator()(std::span<const double> u, std::span<double> gradient) {
    const size_t dimension = ratios_.size();
    const double bias = options_.has_bias ? u[dimension] : 0;
    for (size_t j = 0; j < dimension; ++j) weights_[j] = u[j] * ratios_[j];
    std::fill(slopes_.begin(), slopes_.end(), 0.0);
    double loss = 0;
    double bias_slope = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const std::span<const uint32_t> row = rows_.Row(i);
      double sum = 0;
      for (const uint32_t id : row) sum += weights_[id];
      const double norm = rows_.norm[i];
      const double y = rows_.holds[i] != 0 ? 1 : -1;
      const double margin = y * (bias + sum * norm);
      loss += rows_.weight[i] * SoftPlus(-margin);
      const double slope = -y * Sigmoid(-margin) * rows_.weight[i];
      bias_slope += slope;
      for (const uint32_t id : row) slopes_[id] += slope * norm;
    }
    double squares = 0;
    for (size_t j = 0; j < dimension; ++j) {
      squares += u[j] * u[j];
      gradient[j] = u[j] + options_.cost * slopes_[j] * ratios_[j];
    }
    if (options_.has_bias) {
      squares += bias * bias;
      gradient[dimension] = bias + options_.cost * bias_slope;
    }
    return squares / 2 + options_.cost * loss;
  }

 private:
  const Rows& rows_;
  const std::vector<double>& ratios_;
  const LogisticOptions& options_;
  std::vector<double> weights_;
  std::vector<double> slopes_;
};

Status CheckOptions(const LogisticOptions& options) {
  const bool fine = options.norm_prior >= 0 && options.norm_prior <= 1e6 && options.cost > 0 && options.cost <= 1e6 &&
                    options.smoothing > 0 && options.smoothing <= 1e6 && options.max_iterations > 0;
  if (fine) return {};
  return Error{ErrorCode::kInvalidArgument, "a training option is outside its range.",
               "Cost and smoothing above 0, an iteration at least."};
}

}  // namespace

Result<Fitted> FitLogistic(const Rows& rows, const LogisticOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  const auto holding = static_cast<size_t>(std::count(rows.holds.begin(), rows.holds.end(), uint8_t{1}));
  if (holding == 0 || holding == rows.size()) {
    return Error{ErrorCode::kInvalidArgument, "training needs examples of both kinds.", ""};
  }
  const std::vector<double> ratios = DampedLogRatios(rows, options.smoothing);
  std::vector<double> u(rows.dimension + (options.has_bias ? 1 : 0), 0.0);
  MinimiseLbfgs(Loss(rows, ratios, options), u, {.max_iterations = options.max_iterations, .tolerance = 1e-3});
  Fitted fitted;
  if (options.has_bias) {
    fitted.bias = u.back();
    u.pop_back();
  }
  for (size_t j = 0; j < ratios.size(); ++j) u[j] *= ratios[j];
  fitted.weights = std::move(u);
  return fitted;
}

}  // namespace sotto::comments
