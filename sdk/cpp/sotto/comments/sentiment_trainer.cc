#include "sotto/comments/sentiment_trainer.h"

#include <algorithm>
#include <cmath>

#include "sotto/base/deterministic_math.h"
#include "sotto/comments/lbfgs.h"
#include "sotto/text/ngrams.h"

namespace sotto::comments {
namespace {

constexpr int kLargestEntry = 127;

// log(1 + e^x) without overflow.
double SoftPlus(double x) {
  return x > 0 ? x + Log(1 + Exp(-x)) : Log(1 + Exp(x));
}

// All comments as rows of table indices, one after another.
struct Rows {
  std::vector<uint32_t> entries;
  std::vector<size_t> begin{0};  // row i is entries[begin[i], begin[i + 1])
  std::vector<double> norm;      // 1 / sqrt(n + norm_prior)
  std::vector<bool> positive;

  size_t size() const { return norm.size(); }
  std::span<const uint32_t> Row(size_t i) const {
    return std::span(entries).subspan(begin[i], begin[i + 1] - begin[i]);
  }
};

struct FeatureShape {
  uint32_t min_n;
  uint32_t max_n;
  uint32_t entries;
  double norm_prior;
};

Rows MakeRows(std::span<const LabelledComment> comments, const FeatureShape& shape) {
  Rows rows;
  std::vector<uint32_t> hashes;
  for (const LabelledComment& comment : comments) {
    text::DistinctHashes(comment.symbols, shape.min_n, shape.max_n, hashes);
    if (hashes.empty()) continue;
    for (const uint32_t hash : hashes) rows.entries.push_back(hash & (shape.entries - 1));
    rows.begin.push_back(rows.entries.size());
    rows.norm.push_back(1 / std::sqrt(static_cast<double>(hashes.size()) + shape.norm_prior));
    rows.positive.push_back(comment.positive);
  }
  return rows;
}

// sign(q) sqrt(|q|), q = log of the ratio between an entry's share of the positive and of the negative counts.
std::vector<double> DampedLogRatios(const Rows& rows, size_t entries, double smoothing) {
  std::vector<double> positive(entries, smoothing);
  std::vector<double> negative(entries, smoothing);
  for (size_t i = 0; i < rows.size(); ++i) {
    std::vector<double>& counts = rows.positive[i] ? positive : negative;
    for (const uint32_t entry : rows.Row(i)) counts[entry] += 1;
  }
  double positive_total = 0;
  double negative_total = 0;
  for (size_t j = 0; j < entries; ++j) {
    positive_total += positive[j];
    negative_total += negative[j];
  }
  std::vector<double> ratios(entries);
  for (size_t j = 0; j < entries; ++j) {
    const double q = Log(positive[j] / positive_total) - Log(negative[j] / negative_total);
    ratios[j] = std::copysign(std::sqrt(std::fabs(q)), q);
  }
  return ratios;
}

// The regularised loss of the header and its gradient.
class Loss {
 public:
  Loss(const Rows& rows, const std::vector<double>& ratios, double cost)
      : rows_(rows), ratios_(ratios), cost_(cost), weights_(ratios.size()), slopes_(ratios.size()) {}

  double operator()(std::span<const double> u, std::span<double> gradient) {
    for (size_t j = 0; j < weights_.size(); ++j) weights_[j] = u[j] * ratios_[j];
    std::fill(slopes_.begin(), slopes_.end(), 0.0);
    double loss = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const std::span<const uint32_t> row = rows_.Row(i);
      double sum = 0;
      for (const uint32_t entry : row) sum += weights_[entry];
      const double y = rows_.positive[i] ? 1 : -1;
      const double z = sum * rows_.norm[i];
      loss += SoftPlus(-y * z);
      const double slope = -y * Sigmoid(-y * z) * rows_.norm[i];
      for (const uint32_t entry : row) slopes_[entry] += slope;
    }
    double squares = 0;
    for (size_t j = 0; j < weights_.size(); ++j) {
      squares += u[j] * u[j];
      gradient[j] = u[j] + cost_ * slopes_[j] * ratios_[j];
    }
    return squares / 2 + cost_ * loss;
  }

 private:
  const Rows& rows_;
  const std::vector<double>& ratios_;
  double cost_;
  std::vector<double> weights_;
  std::vector<double> slopes_;
};

Status CheckOptions(const TrainerOptions& options) {
  const bool sizes = options.table_bits >= 10 && options.table_bits <= 21 && options.min_n >= 1 &&
                     options.min_n <= options.max_n && options.max_n <= 4;
  const bool numbers = options.norm_prior >= 0 && options.norm_prior <= 1e6 && options.cost > 0 &&
                       options.cost <= 1e6 && options.smoothing > 0 && options.smoothing <= 1e6 &&
                       options.max_iterations > 0;
  if (sizes && numbers) return {};
  return Error{ErrorCode::kInvalidArgument, "a training option is outside its range.",
               "table bits 10..21, n-grams 1..4, cost and smoothing above 0, an iteration at least."};
}

}  // namespace

Result<SentimentParameters> FitTable(std::span<const LabelledComment> comments, const TrainerOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  const FeatureShape shape{options.min_n, options.max_n, 1u << options.table_bits, options.norm_prior};
  const Rows rows = MakeRows(comments, shape);
  const auto positives = std::count(rows.positive.begin(), rows.positive.end(), true);
  if (positives == 0 || static_cast<size_t>(positives) == rows.size()) {
    return Error{ErrorCode::kInvalidArgument, "training needs positive and negative comments.", ""};
  }
  const std::vector<double> ratios = DampedLogRatios(rows, shape.entries, options.smoothing);
  std::vector<double> weights(shape.entries, 0.0);
  MinimiseLbfgs(Loss(rows, ratios, options.cost), weights,
                {.max_iterations = options.max_iterations, .tolerance = 1e-3, .on_iteration = options.on_iteration});

  double largest = 0;
  for (size_t j = 0; j < weights.size(); ++j) {
    weights[j] *= ratios[j];
    largest = std::max(largest, std::fabs(weights[j]));
  }
  if (largest == 0) {
    return Error{ErrorCode::kInvalidArgument, "no n-gram tells positive from negative comments.",
                 "Check the labels: do the same comments have both?"};
  }
  SentimentParameters parameters;
  parameters.min_n = options.min_n;
  parameters.max_n = options.max_n;
  parameters.norm_prior = static_cast<float>(options.norm_prior);
  parameters.scale = static_cast<float>(largest / kLargestEntry);
  parameters.table.reserve(weights.size());
  for (const double weight : weights) {
    parameters.table.push_back(static_cast<int8_t>(std::round(weight * kLargestEntry / largest)));
  }
  return parameters;
}

}  // namespace sotto::comments
