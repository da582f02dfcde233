#include "tools/cli/recommend_models.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sotto/recommend/ease.h"
#include "sotto/recommend/models/content_model.h"
#include "sotto/recommend/models/item_knn.h"
#include "sotto/recommend/models/popularity.h"
#include "sotto/recommend/models/user_knn.h"

namespace sotto::cli {
namespace {

using recommend::Matrix;

template <class M>
Result<FittedModel> Owned(Result<M> fitted) {
  if (!fitted.ok()) return fitted.error();
  return FittedModel(std::make_unique<M>(std::move(fitted).value()));
}

Result<FittedModel> FitPopularity(const FitInput& input) {
  return Owned(recommend::PopularityModel::Fit(input.train, {.half_life = input.options.Number("half-life", 0)}));
}

Result<FittedModel> FitContent(const FitInput& input) {
  return Owned(recommend::ContentModel::Fit(*input.content));
}

// The options that both neighbour models have.
template <class Options>
Result<Options> KnnOptions(const ModelOptions& given) {
  Options options;
  SOTTO_ASSIGN_OR_RETURN(options.k, given.Whole("k", options.k));
  const bool bm25 = given.Number("bm25", options.weighting == recommend::KnnWeighting::kBm25 ? 1 : 0) != 0;
  options.weighting = bm25 ? recommend::KnnWeighting::kBm25 : recommend::KnnWeighting::kCosine;
  options.bm25.k1 = static_cast<float>(given.Number("k1", options.bm25.k1));
  options.bm25.b = static_cast<float>(given.Number("b", options.bm25.b));
  options.shrink = static_cast<float>(given.Number("shrink", options.shrink));
  return options;
}

Result<FittedModel> FitItemKnn(const FitInput& input) {
  SOTTO_ASSIGN_OR_RETURN(auto options, KnnOptions<recommend::ItemKnnOptions>(input.options));
  if (input.options.Number("of-engaged", 0) != 0) options.neighbours = recommend::KnnNeighbours::kOfEngaged;
  return Owned(recommend::ItemKnnModel::Fit(input.train, options));
}

Result<FittedModel> FitUserKnn(const FitInput& input) {
  SOTTO_ASSIGN_OR_RETURN(const auto options, KnnOptions<recommend::UserKnnOptions>(input.options));
  return Owned(recommend::UserKnnModel::Fit(input.train, options));
}

class EaseScorer final : public recommend::Model {
 public:
  explicit EaseScorer(Matrix weights) : weights_(std::move(weights)) {}
  std::string_view kind() const override { return "ease"; }
  uint32_t items() const override { return static_cast<uint32_t>(weights_.rows()); }
  void Write(ByteWriter& out) const override {
    for (const float weight : weights_.reshaped<Eigen::RowMajor>()) out.F32(weight);
  }

 protected:
  void ScoreAll(std::span<const recommend::Engagement> history, std::span<float> scores) const override {
    Eigen::Map<Eigen::RowVectorXf> row(scores.data(), static_cast<Eigen::Index>(scores.size()));
    for (const recommend::Engagement& one : history) row += one.weight * weights_.row(one.item);
  }

 private:
  Matrix weights_;
};

Result<FittedModel> FitEaseScorer(const FitInput& input) {
  const uint32_t items = input.train.items();
  if (items > recommend::kMaxEaseItems) {
    return Error{ErrorCode::kResourceExhausted,
                 "EASE takes at most 8192 items, the data has " + std::to_string(items) + ".",
                 "Keep the most frequent ones, or leave this model out."};
  }
  Matrix gram = Matrix::Zero(items, items);
  for (uint32_t user = 0; user < input.train.users(); ++user) {
    const auto history = input.train.ItemsOf(user);
    for (const uint32_t one : history) {
      for (const uint32_t other : history) gram(one, other) += 1;
    }
  }
  const auto l2 = static_cast<float>(input.options.Number("l2", 500));
  SOTTO_ASSIGN_OR_RETURN(Matrix weights, recommend::FitEase(gram, {.l2 = l2}));
  return FittedModel(std::make_unique<EaseScorer>(std::move(weights)));
}

constexpr std::array kKinds = {
    ModelKind{"popularity", "what most users took [half-life]", false, FitPopularity},
    ModelKind{"content", "what resembles the history, by --products", true, FitContent},
    ModelKind{"item-knn", "item neighbours [k, bm25 0|1, k1, b, shrink, of-engaged 0|1]", false, FitItemKnn},
    ModelKind{"user-knn", "user neighbours [k, bm25 0|1, k1, b, shrink]", false, FitUserKnn},
    ModelKind{"ease", "closed-form item-item weights [l2]", false, FitEaseScorer},
};

}  // namespace

double ModelOptions::Number(const std::string& key, double otherwise) const {
  asked_.insert(key);
  const auto found = values_.find(key);
  return found == values_.end() ? otherwise : found->second;
}

Result<uint32_t> ModelOptions::Whole(const std::string& key, uint32_t otherwise) const {
  const double value = Number(key, otherwise);
  if (value >= 0 && value <= std::numeric_limits<uint32_t>::max() && value == std::floor(value)) {
    return static_cast<uint32_t>(value);
  }
  return Error{ErrorCode::kInvalidArgument, key + " is " + std::to_string(value) + ".",
               "It must be a whole number from 0 to 4294967295."};
}

Status ModelOptions::CheckAllUsed(std::string_view model) const {
  for (const auto& [key, value] : values_) {
    if (asked_.contains(key)) continue;
    std::string known;
    for (const std::string& one : asked_) known += (known.empty() ? "" : ", ") + one;
    return Error{ErrorCode::kInvalidArgument, std::string(model) + " has no option " + key + ".",
                 known.empty() ? "It has none." : "It has " + known + "."};
  }
  return {};
}

std::span<const ModelKind> ModelKinds() {
  return kKinds;
}

const ModelKind& ModelKindOf(std::string_view name) {
  return *std::ranges::find(kKinds, name, &ModelKind::name);
}

}  // namespace sotto::cli
