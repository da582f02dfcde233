#include "sotto/recommend/ranker.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "sotto/recommend/content_titles.h"
#include "sotto/recommend/dot.h"
#include "sotto/recommend/models/ease.h"

namespace sotto::recommend {
namespace {

constexpr size_t kMaxProducts = 100'000;

Status CheckOptions(const RankOptions& options) {
  const auto refuse = [](const char* name, const char* range) {
    return Error{ErrorCode::kInvalidArgument, std::string(name) + " is out of range.",
                 std::string("It must be ") + range + "."};
  };
  if (options.k == 0) return refuse("k", "1 or more");
  if (!(options.ease_weight >= 0 && options.ease_weight <= 1)) return refuse("ease_weight", "from 0 to 1");
  if (!(options.half_life > 0 && std::isfinite(options.half_life))) return refuse("half_life", "finite and above 0");
  return {};
}

std::span<const float> RowOf(const Matrix& matrix, size_t row) {
  const auto columns = static_cast<size_t>(matrix.cols());
  return {matrix.data() + row * columns, columns};
}

// Divides by the largest magnitude among the candidates and returns it; 1 if there is none to divide by.
float Normalise(std::span<const uint32_t> candidates, std::vector<float>& scores) {
  float largest = 0;
  for (const uint32_t product : candidates) largest = std::max(largest, std::fabs(scores[product]));
  if (largest == 0) return 1;
  for (const uint32_t product : candidates) scores[product] /= largest;
  return largest;
}

// The best `k`, by falling score and then by catalogue order.
void KeepBest(std::vector<Recommendation>& recommendations, size_t k) {
  const auto better = [](const Recommendation& a, const Recommendation& b) {
    return a.score != b.score ? a.score > b.score : a.product < b.product;
  };
  const auto kept = static_cast<ptrdiff_t>(std::min(k, recommendations.size()));
  std::partial_sort(recommendations.begin(), recommendations.begin() + kept, recommendations.end(), better);
  recommendations.resize(static_cast<size_t>(kept));
}

}  // namespace

Result<Ranker> Ranker::Create(std::vector<Product> catalogue, const ContentOptions& content) {
  if (catalogue.empty()) return Error{ErrorCode::kInvalidArgument, "the catalogue is empty.", "Give it products."};
  if (catalogue.size() > kMaxProducts) {
    return Error{ErrorCode::kResourceExhausted,
                 "the catalogue has " + std::to_string(catalogue.size()) + " products, more than 100000.", ""};
  }
  Ranker ranker;
  SOTTO_ASSIGN_OR_RETURN(ranker.content_, ContentVectors(catalogue, content));
  ranker.model_index_.assign(catalogue.size(), kUnknown);
  ranker.catalogue_ = std::move(catalogue);
  return ranker;
}

Status Ranker::UseModel(const NamedModel& model) {
  const std::string& version = model.info.version;
  if (model.model->kind() != EaseModel::kKind) {
    return Error{ErrorCode::kMismatch,
                 "model " + version + " is of the kind \"" + std::string(model.model->kind()) + "\", not \"ease\".",
                 ""};
  }
  std::unordered_map<std::string_view, Eigen::Index> row_of;
  for (const std::string& item : model.info.items) row_of.emplace(item, static_cast<Eigen::Index>(row_of.size()));

  std::vector<int32_t> index(catalogue_.size(), kUnknown);
  std::vector<Eigen::Index> rows;
  for (size_t product = 0; product < catalogue_.size(); ++product) {
    const auto found = row_of.find(catalogue_[product].id);
    if (found == row_of.end()) continue;
    index[product] = static_cast<int32_t>(rows.size());
    rows.push_back(found->second);
  }
  if (rows.empty()) {
    return Error{ErrorCode::kMismatch, "model " + version + " knows no product of this catalogue.",
                 "It belongs to another room."};
  }
  weights_ = static_cast<const EaseModel&>(*model.model).weights()(rows, rows);
  model_index_ = std::move(index);
  model_version_ = version;
  return {};
}

Result<std::vector<Recommendation>> Ranker::Rank(std::span<const Engagement> history,
                                                 const RankOptions& options) const {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  SOTTO_RETURN_IF_ERROR(CheckHistory(history));

  std::vector<bool> left_out(catalogue_.size(), false);
  if (!options.include_engaged) {
    for (const Engagement& engagement : history) left_out[engagement.item] = true;
  }
  std::vector<uint32_t> candidates;
  for (uint32_t product = 0; product < catalogue_.size(); ++product) {
    if (!left_out[product]) candidates.push_back(product);
  }
  if (history.empty()) return RankWithoutHistory(candidates, options.k);

  const std::vector<Interest> interests = Interests(history, options.half_life);
  const Scores scores = ScoreAll(interests, candidates);
  std::vector<Recommendation> recommendations;
  recommendations.reserve(candidates.size());
  for (const uint32_t product : candidates) {
    Recommendation recommendation;
    recommendation.product = product;
    recommendation.score =
        (1 - options.ease_weight) * scores.content[product] + options.ease_weight * scores.together[product];
    recommendations.push_back(recommendation);
  }
  KeepBest(recommendations, options.k);
  for (Recommendation& recommendation : recommendations) {
    Explain(interests, scores, options.ease_weight, recommendation);
  }
  return recommendations;
}

Status Ranker::CheckHistory(std::span<const Engagement> history) const {
  for (size_t i = 0; i < history.size(); ++i) {
    const std::string where = "history[" + std::to_string(i) + "]";
    if (history[i].item >= catalogue_.size()) {
      return Error{ErrorCode::kInvalidArgument,
                   where + ".item is " + std::to_string(history[i].item) + ", the catalogue has " +
                       std::to_string(catalogue_.size()) + " products.",
                   ""};
    }
    if (!(history[i].weight > 0 && std::isfinite(history[i].weight))) {
      return Error{ErrorCode::kInvalidArgument, where + ".weight is not finite and positive.", ""};
    }
  }
  return {};
}

std::vector<Ranker::Interest> Ranker::Interests(std::span<const Engagement> history, float half_life) const {
  std::vector<Interest> interests;
  std::unordered_map<uint32_t, size_t> place;
  double total = 0;
  for (size_t i = 0; i < history.size(); ++i) {
    const auto newer = static_cast<double>(history.size() - 1 - i);
    const double weight = history[i].weight * (half_life / (half_life + newer));
    const auto [found, is_new] = place.emplace(history[i].item, interests.size());
    if (is_new) interests.push_back({history[i].item, 0});
    interests[found->second].weight += weight;
    total += weight;
  }
  for (Interest& interest : interests) interest.weight /= total;
  return interests;
}

Ranker::Scores Ranker::ScoreAll(std::span<const Interest> interests, std::span<const uint32_t> candidates) const {
  // The mean of the cosines is the cosine with the mean: one pass over the catalogue, however long the history.
  std::vector<double> mean(static_cast<size_t>(content_.cols()), 0);
  std::vector<double> together(static_cast<size_t>(weights_.cols()), 0);
  for (const Interest& interest : interests) {
    const auto content = RowOf(content_, interest.product);
    for (size_t column = 0; column < mean.size(); ++column) mean[column] += interest.weight * content[column];
    if (model_index_[interest.product] == kUnknown) continue;
    const auto weights = RowOf(weights_, static_cast<size_t>(model_index_[interest.product]));
    for (size_t column = 0; column < together.size(); ++column) together[column] += interest.weight * weights[column];
  }
  const std::vector<float> direction(mean.begin(), mean.end());

  Scores scores;
  scores.content.assign(catalogue_.size(), 0);
  scores.together.assign(catalogue_.size(), 0);
  for (const uint32_t product : candidates) {
    scores.content[product] = Dot(RowOf(content_, product), direction);
    if (model_index_[product] != kUnknown) {
      scores.together[product] = static_cast<float>(together[static_cast<size_t>(model_index_[product])]);
    }
  }
  for (const Interest& interest : interests) {  // no product speaks for itself
    scores.content[interest.product] -=
        static_cast<float>(interest.weight) * ContentSimilarity(interest.product, interest.product);
    scores.together[interest.product] -=
        static_cast<float>(interest.weight) * TogetherWeight(interest.product, interest.product);
  }
  scores.content_scale = Normalise(candidates, scores.content);
  scores.together_scale = Normalise(candidates, scores.together);
  return scores;
}

float Ranker::ContentSimilarity(uint32_t one, uint32_t other) const {
  return Dot(RowOf(content_, one), RowOf(content_, other));
}

float Ranker::TogetherWeight(uint32_t from, uint32_t to) const {
  if (model_index_[from] == kUnknown || model_index_[to] == kUnknown) return 0;
  return weights_(model_index_[from], model_index_[to]);
}

std::vector<Recommendation> Ranker::RankWithoutHistory(std::span<const uint32_t> candidates, size_t k) const {
  std::vector<Recommendation> recommendations;
  for (const uint32_t product : candidates) {
    double strength = 0;
    if (const int32_t column = model_index_[product]; column != kUnknown) {
      for (Eigen::Index row = 0; row < weights_.rows(); ++row) strength += weights_(row, column);
    }
    Recommendation recommendation;
    recommendation.product = product;
    recommendation.score = static_cast<float>(strength);
    recommendations.push_back(recommendation);
  }
  KeepBest(recommendations, k);
  return recommendations;
}

void Ranker::Explain(std::span<const Interest> interests, const Scores& scores, float ease_weight,
                     Recommendation& recommendation) const {
  const uint32_t product = recommendation.product;
  const double content_factor = (1 - ease_weight) / scores.content_scale;
  const double together_factor = ease_weight / scores.together_scale;
  double largest = 0;
  for (const Interest& interest : interests) {
    if (interest.product == product) continue;
    const double similar = interest.weight * content_factor * ContentSimilarity(interest.product, product);
    const double together = interest.weight * together_factor * TogetherWeight(interest.product, product);
    if (std::max(similar, together) <= largest) continue;
    largest = std::max(similar, together);
    recommendation.because = interest.product;
    recommendation.reason = similar >= together ? ReasonKind::kSimilar : ReasonKind::kTogether;
  }
  const float content_part = std::fabs((1 - ease_weight) * scores.content[product]);
  const float together_part = std::fabs(ease_weight * scores.together[product]);
  const float parts = content_part + together_part;
  recommendation.content_share = parts > 0 ? content_part / parts : 0;
}

}  // namespace sotto::recommend
