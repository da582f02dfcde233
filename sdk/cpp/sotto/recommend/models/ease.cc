#include "sotto/recommend/models/ease.h"

#include <string>
#include <utility>
#include <vector>

#include "sotto/recommend/models/finite.h"

namespace sotto::recommend {
namespace {

Status CheckCount(uint64_t items) {
  if (items <= kMaxEaseItems) return {};
  return Error{ErrorCode::kResourceExhausted, "EASE takes at most 8192 items, there are " + std::to_string(items) + ".",
               "Keep the most frequent ones, or use ease-sparse."};
}

std::span<const float> RowOf(const Matrix& matrix, uint32_t row) {
  const auto columns = static_cast<size_t>(matrix.cols());
  return {matrix.data() + row * columns, columns};
}

}  // namespace

Result<EaseModel> EaseModel::Fit(const Interactions& interactions, const EaseOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckCount(interactions.items()));
  const auto items = static_cast<Eigen::Index>(interactions.items());
  Matrix gram = Matrix::Zero(items, items);
  for (uint32_t user = 0; user < interactions.users(); ++user) {
    const auto history = interactions.ItemsOf(user);
    for (const uint32_t one : history) {
      for (const uint32_t other : history) gram(static_cast<Eigen::Index>(one), static_cast<Eigen::Index>(other)) += 1;
    }
  }
  SOTTO_ASSIGN_OR_RETURN(Matrix weights, FitEase(gram, options));
  return Create(std::move(weights));
}

Result<EaseModel> EaseModel::Create(Matrix weights) {
  if (weights.rows() == 0 || weights.rows() != weights.cols()) {
    return Error{ErrorCode::kInvalidArgument,
                 "the weights are " + std::to_string(weights.rows()) + " x " + std::to_string(weights.cols()) + ".",
                 "Give at least one item, and one row and one column for each."};
  }
  SOTTO_RETURN_IF_ERROR(CheckCount(static_cast<uint64_t>(weights.rows())));
  if (!weights.allFinite()) return Error{ErrorCode::kInvalidArgument, "a weight is NaN or infinite.", ""};
  EaseModel model;
  model.weights_ = std::move(weights);
  return model;
}

Result<EaseModel> EaseModel::Read(ByteReader& in, uint32_t items) {
  SOTTO_RETURN_IF_ERROR(CheckCount(items));
  if (items == 0) return Error{ErrorCode::kMalformed, "the EASE model has no items.", ""};
  SOTTO_ASSIGN_OR_RETURN(const ByteSpan raw, in.Take(sizeof(float) * items * items));
  EaseModel model;
  model.weights_.resize(static_cast<Eigen::Index>(items), static_cast<Eigen::Index>(items));
  ByteReader weights(raw);
  for (float& weight : model.weights_.reshaped<Eigen::RowMajor>()) {
    SOTTO_ASSIGN_OR_RETURN(weight, weights.F32());
  }
  if (!model.weights_.allFinite()) {
    return Error{ErrorCode::kMalformed, "a weight of the EASE model is NaN or infinite.", ""};
  }
  return model;
}

void EaseModel::Write(ByteWriter& out) const {
  for (const float weight : weights_.reshaped<Eigen::RowMajor>()) out.F32(weight);
}

void EaseModel::ScoreAll(std::span<const Engagement> history, std::span<float> scores) const {
  std::vector<double> sums(scores.size(), 0);
  for (const Engagement& engagement : history) {
    const auto row = RowOf(weights_, engagement.item);
    const double weight = engagement.weight;
    for (size_t i = 0; i < sums.size(); ++i) sums[i] += weight * static_cast<double>(row[i]);
  }
  for (size_t i = 0; i < sums.size(); ++i) scores[i] = ToFiniteFloat(sums[i]);
}

std::optional<size_t> EaseModel::Because(std::span<const Engagement> history, uint32_t item) const {
  std::optional<size_t> most;
  double largest = 0;
  for (size_t i = 0; i < history.size(); ++i) {
    const double term =
        static_cast<double>(history[i].weight) *
        static_cast<double>(weights_(static_cast<Eigen::Index>(history[i].item), static_cast<Eigen::Index>(item)));
    if (term <= largest) continue;
    largest = term;
    most = i;
  }
  return most;
}

}  // namespace sotto::recommend
