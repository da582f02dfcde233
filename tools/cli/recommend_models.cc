#include "tools/cli/recommend_models.h"

#include <algorithm>
#include <memory>
#include <string>

#include "sotto/recommend/metrics.h"
#include "sotto/recommend/models/ease_fit.h"

namespace sotto::cli {
namespace {

using recommend::Matrix;

Eigen::Map<Eigen::RowVectorXf> AsRow(std::span<float> scores) {
  return {scores.data(), static_cast<Eigen::Index>(scores.size())};
}

}  // namespace

Scorer PopularityScorer(const Split& split) {
  std::vector<float> counts(split.items.size(), 0);
  for (const auto& items : split.train) {
    for (const uint32_t item : items) ++counts[item];
  }
  return [counts](std::span<const uint32_t>, std::span<float> scores) { std::ranges::copy(counts, scores.begin()); };
}

Result<Scorer> ContentScorer(std::span<const recommend::Product> products) {
  SOTTO_ASSIGN_OR_RETURN(Matrix fitted, recommend::ContentVectors(products, {}));
  const auto vectors = std::make_shared<const Matrix>(std::move(fitted));
  return Scorer([vectors](std::span<const uint32_t> history, std::span<float> scores) {
    Eigen::RowVectorXf direction = Eigen::RowVectorXf::Zero(vectors->cols());
    for (const uint32_t item : history) direction += vectors->row(item);
    AsRow(scores) = direction * vectors->transpose();
  });
}

Result<Scorer> EaseScorer(const Split& split, float l2) {
  const size_t items = split.items.size();
  if (items > recommend::kMaxEaseItems) {
    return Error{ErrorCode::kResourceExhausted,
                 "EASE takes at most 8192 items, the data has " + std::to_string(items) + ".",
                 "Keep the most frequent ones."};
  }
  Matrix gram = Matrix::Zero(static_cast<Eigen::Index>(items), static_cast<Eigen::Index>(items));
  for (const auto& history : split.train) {
    for (const uint32_t one : history) {
      for (const uint32_t other : history) gram(one, other) += 1;
    }
  }
  SOTTO_ASSIGN_OR_RETURN(Matrix fitted, recommend::FitEase(gram, {.l2 = l2}));
  const auto weights = std::make_shared<const Matrix>(std::move(fitted));
  return Scorer([weights](std::span<const uint32_t> history, std::span<float> scores) {
    auto row = AsRow(scores);
    row.setZero();
    for (const uint32_t item : history) row += weights->row(item);
  });
}

Quality Evaluate(const Split& split, const Scorer& scorer, uint32_t k, const std::function<void()>& progress) {
  Quality quality;
  std::vector<float> scores(split.items.size());
  const auto exclude = std::make_unique<bool[]>(split.items.size());
  for (const auto& [user, item] : split.test) {
    const auto& history = split.train[user];
    scorer(history, scores);
    for (const uint32_t engaged : history) exclude[engaged] = true;
    const uint32_t rank = recommend::RankOf(item, scores, {exclude.get(), split.items.size()});
    for (const uint32_t engaged : history) exclude[engaged] = false;
    quality.hit_rate += recommend::HitRateAt(rank, k);
    quality.ndcg += recommend::NdcgAt(rank, k);
    quality.reciprocal_rank += recommend::ReciprocalRank(rank);
    progress();
  }
  const auto pairs = static_cast<double>(std::max<size_t>(1, split.test.size()));
  return {quality.hit_rate / pairs, quality.ndcg / pairs, quality.reciprocal_rank / pairs};
}

}  // namespace sotto::cli
