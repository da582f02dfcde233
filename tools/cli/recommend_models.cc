#include "tools/cli/recommend_models.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "sotto/recommend/models/bpr.h"
#include "sotto/recommend/models/content_model.h"
#include "sotto/recommend/models/ease.h"
#include "sotto/recommend/models/ease_sparse.h"
#include "sotto/recommend/models/ials.h"
#include "sotto/recommend/models/item_knn.h"
#include "sotto/recommend/models/popularity.h"
#include "sotto/recommend/models/sequence.h"
#include "sotto/recommend/models/two_tower.h"
#include "sotto/recommend/models/user_knn.h"

namespace sotto::cli {
namespace {

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

// The value of `key`, if it was given.
void Read(const ModelOptions& given, const char* key, float& value) {
  value = static_cast<float>(given.Number(key, static_cast<double>(value)));
}
Status Read(const ModelOptions& given, const char* key, uint32_t& value) {
  SOTTO_ASSIGN_OR_RETURN(value, given.Whole(key, value));
  return {};
}

// The options that both neighbour models have.
template <class Options>
Result<Options> KnnOptions(const ModelOptions& given) {
  Options options;
  SOTTO_RETURN_IF_ERROR(Read(given, "k", options.k));
  const bool bm25 = given.Number("bm25", options.weighting == recommend::KnnWeighting::kBm25 ? 1 : 0) != 0;
  options.weighting = bm25 ? recommend::KnnWeighting::kBm25 : recommend::KnnWeighting::kCosine;
  Read(given, "k1", options.bm25.k1);
  Read(given, "b", options.bm25.b);
  Read(given, "shrink", options.shrink);
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

Result<FittedModel> FitEaseModel(const FitInput& input) {
  const recommend::EaseOptions defaults;
  return Owned(recommend::EaseModel::Fit(
      input.train, {.l2 = static_cast<float>(input.options.Number("l2", static_cast<double>(defaults.l2)))}));
}

Result<FittedModel> FitEaseSparseModel(const FitInput& input) {
  recommend::EaseSparseOptions options;
  Read(input.options, "l2", options.l2);
  SOTTO_RETURN_IF_ERROR(Read(input.options, "neighbours", options.neighbours));
  options.parallel = input.parallel;
  return Owned(recommend::EaseSparseModel::Fit(input.train, options));
}

// The options of the loss by which a viewer is folded in.
recommend::FoldInOptions LossOptions(const ModelOptions& given, recommend::FoldInOptions loss) {
  Read(given, "unobserved", loss.unobserved_weight);
  Read(given, "reg", loss.regularisation);
  Read(given, "exponent", loss.regularisation_exponent);
  return loss;
}

Result<FittedModel> FitIals(const FitInput& input) {
  recommend::IalsOptions options;
  SOTTO_RETURN_IF_ERROR(Read(input.options, "rank", options.rank));
  SOTTO_RETURN_IF_ERROR(Read(input.options, "epochs", options.epochs));
  SOTTO_RETURN_IF_ERROR(Read(input.options, "block", options.block));
  options.loss = LossOptions(input.options, options.loss);
  options.weighted = input.options.Number("weighted", 0) != 0;
  options.seed = input.seed;
  options.parallel = input.parallel;
  options.compute_loss = input.compute_loss;
  if (input.on_epoch) {
    options.on_epoch = [&input](const recommend::IalsEpoch& epoch) { input.on_epoch(epoch.epoch, epoch.loss); };
  }
  return Owned(recommend::IalsModel::Fit(input.train, options));
}

Result<FittedModel> FitBpr(const FitInput& input) {
  recommend::BprOptions options;
  SOTTO_RETURN_IF_ERROR(Read(input.options, "rank", options.rank));
  SOTTO_RETURN_IF_ERROR(Read(input.options, "epochs", options.epochs));
  Read(input.options, "rate", options.rate);
  Read(input.options, "decay", options.regularisation);
  options.loss = LossOptions(input.options, options.loss);
  options.seed = input.seed;
  if (input.on_epoch) {
    options.on_epoch = [&input](uint32_t epoch) { input.on_epoch(epoch, std::nullopt); };
  }
  return Owned(recommend::BprModel::Fit(input.train, options));
}

Result<FittedModel> FitTwoTower(const FitInput& input) {
  recommend::TwoTowerOptions options;
  const ModelOptions& given = input.options;
  SOTTO_RETURN_IF_ERROR(Read(given, "dimensions", options.dimensions));
  SOTTO_RETURN_IF_ERROR(Read(given, "hidden", options.hidden));
  SOTTO_RETURN_IF_ERROR(Read(given, "item-hidden", options.item_hidden));
  SOTTO_RETURN_IF_ERROR(Read(given, "epochs", options.max_epochs));
  SOTTO_RETURN_IF_ERROR(Read(given, "patience", options.patience));
  SOTTO_RETURN_IF_ERROR(Read(given, "batch", options.batch_users));
  Read(given, "rate", options.learning_rate);
  Read(given, "l2", options.l2);
  Read(given, "dropout", options.history_dropout);
  const bool with_content = given.Number("content", 0) != 0;
  options.seed = input.seed;
  options.parallel = input.parallel;
  return Owned(recommend::TwoTowerModel::Fit(input.train, options, with_content ? input.content : nullptr));
}

Result<FittedModel> FitSequence(const FitInput& input) {
  recommend::SequenceOptions options;
  const ModelOptions& given = input.options;
  SOTTO_RETURN_IF_ERROR(Read(given, "dimensions", options.dimensions));
  SOTTO_RETURN_IF_ERROR(Read(given, "hidden", options.hidden));
  SOTTO_RETURN_IF_ERROR(Read(given, "length", options.length));
  SOTTO_RETURN_IF_ERROR(Read(given, "epochs", options.max_epochs));
  SOTTO_RETURN_IF_ERROR(Read(given, "patience", options.patience));
  SOTTO_RETURN_IF_ERROR(Read(given, "negatives", options.negatives));
  Read(given, "rate", options.learning_rate);
  Read(given, "dropout", options.dropout);
  options.seed = input.seed;
  options.parallel = input.parallel;
  return Owned(recommend::SequenceModel::Fit(input.train, options));
}

constexpr std::array kKinds = {
    ModelKind{"popularity", "what most users took [half-life]", false, false, FitPopularity},
    ModelKind{"content", "what resembles the history, by --products", true, false, FitContent},
    ModelKind{"item-knn", "item neighbours [k, bm25 0|1, k1, b, shrink, of-engaged 0|1]", false, false, FitItemKnn},
    ModelKind{"user-knn", "user neighbours [k, bm25 0|1, k1, b, shrink]", false, false, FitUserKnn},
    ModelKind{"ease", "closed-form item-item weights [l2]", false, false, FitEaseModel},
    ModelKind{"ease-sparse", "the same for large catalogues [l2, neighbours]", false, false, FitEaseSparseModel},
    ModelKind{"ials",
              "factors by alternating least squares [rank, epochs, unobserved, reg, exponent, block, weighted 0|1]",
              false, false, FitIals},
    ModelKind{"bpr", "factors by pairs of items [rank, epochs, rate, decay; unobserved, reg, exponent of scoring]",
              false, false, FitBpr},
    ModelKind{"two-tower",
              "network of two towers [dimensions, hidden, item-hidden, rate, l2, epochs, patience, dropout, batch, "
              "content 0|1]",
              false, false, FitTwoTower},
    ModelKind{"sequence",
              "GRU over the last events [dimensions, hidden, length, rate, epochs, patience, dropout, negatives]",
              false, true, FitSequence},
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
