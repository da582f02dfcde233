#include "sotto/federation/split_models.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "sotto/federation/denoise_content.h"
#include "sotto/federation/shrunk_counts.h"
#include "sotto/federation/upper_triangle.h"
#include "sotto/recommend/models/ease.h"
#include "sotto/recommend/models/taste.h"

namespace sotto::federation {
namespace {

using recommend::Matrix;

constexpr double kSamplingVariance = 0.25;
constexpr size_t kMaxVersionBytes = 64;

Error Invalid(std::string message, std::string hint = "") {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

// The task's items, if it is of the kind and its release has `sums_of` (items) sums.
template <class Kind, class Count>
Result<const std::vector<std::string>*> ItemsOf(const ReleasedTask& released, const Count& sums_of) {
  SOTTO_RETURN_IF_ERROR(ValidateTask(released.task));
  const auto* what = std::get_if<Kind>(&released.task.what);
  if (what == nullptr) {
    return Invalid("task " + released.task.id + " is a " + std::string(KindName(released.task)) + " task.",
                   "Give the release of the other kind.");
  }
  if (released.release.sums.size() != sums_of(what->items.size())) {
    return Error{ErrorCode::kMismatch,
                 "the release of task " + released.task.id + " has " + std::to_string(released.release.sums.size()) +
                     " sums, the task " + std::to_string(sums_of(what->items.size())) + ".",
                 ""};
  }
  return &what->items;
}

Result<const std::vector<std::string>*> PopularityItems(const ReleasedTask& released) {
  return ItemsOf<SplitPopularity>(released, [](size_t items) { return items; });
}

Result<const std::vector<std::string>*> AffinityItems(const ReleasedTask& released) {
  return ItemsOf<SplitAffinity>(released, [](size_t items) { return items * (items + 1) / 2; });
}

std::unordered_map<std::string, uint32_t> PlacesOf(std::span<const std::string> items) {
  std::unordered_map<std::string, uint32_t> places;
  for (uint32_t i = 0; i < items.size(); ++i) places.emplace(items[i], i);
  return places;
}

Status CheckMemberships(const Matrix& memberships, size_t items) {
  if (memberships.rows() != static_cast<Eigen::Index>(items)) {
    return Invalid("memberships have " + std::to_string(memberships.rows()) + " rows.",
                   "Give one for each of the " + std::to_string(items) + " items.");
  }
  // As "not within", so that NaN is refused.
  if (!std::ranges::all_of(memberships.reshaped(), [](float one) { return one >= 0 && one <= 1; })) {
    return Invalid("a membership is not from 0 to 1.");
  }
  return {};
}

Status CheckVersion(const std::string& version) {
  if (!version.empty() && version.size() <= kMaxVersionBytes) return {};
  return Invalid("the model's version has " + std::to_string(version.size()) + " bytes.", "It must have 1 to 64.");
}

struct HeadWeights {
  Matrix ease;
  Matrix beyond_popularity;
};

Result<HeadWeights> FitHead(const PooledGram& pooled, const Matrix& memberships) {
  const DenoisedGram denoised = DenoiseWithContent(pooled.gram, pooled.noise_variance, Likeness(memberships));
  const recommend::EaseOptions options{.l2 = static_cast<float>(EaseL2(pooled))};
  HeadWeights weights;
  SOTTO_ASSIGN_OR_RETURN(weights.ease, recommend::FitEase(denoised.gram, options));
  SOTTO_ASSIGN_OR_RETURN(const Matrix popular, recommend::FitEase(denoised.rank_one, options));
  weights.beyond_popularity = weights.ease - popular;
  return weights;
}

}  // namespace

Result<std::vector<uint32_t>> TopItems(const ReleasedTask& popularity, size_t m) {
  SOTTO_ASSIGN_OR_RETURN(const auto* items, PopularityItems(popularity));
  if (m == 0 || m > items->size()) {
    return Invalid("the top " + std::to_string(m) + " of " + std::to_string(items->size()) + " items are asked for.");
  }
  std::vector<uint32_t> order(items->size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](uint32_t i) { return popularity.release.sums[i]; });
  order.resize(m);
  return order;
}

Result<std::vector<std::vector<std::string>>> AffinityBlocks(std::span<const std::string> items, size_t blocks) {
  if (blocks == 0 || items.size() / 2 < blocks) {
    return Invalid(std::to_string(items.size()) + " items cannot be cut into " + std::to_string(blocks) + " blocks.",
                   "A block has two items at least.");
  }
  if (blocks <= 2) return std::vector<std::vector<std::string>>{{items.begin(), items.end()}};
  std::vector<std::vector<std::string>> tasks;
  for (size_t one = 0; one < blocks; ++one) {
    for (size_t other = one + 1; other < blocks; ++other) {
      auto& task = tasks.emplace_back();
      for (size_t i = 0; i < items.size(); ++i) {
        if (i % blocks == one || i % blocks == other) task.push_back(items[i]);
      }
    }
  }
  return tasks;
}

Result<PooledGram> PoolAffinity(std::span<const ReleasedTask> affinity) {
  if (affinity.empty()) return Invalid("there is no affinity task.");
  PooledGram pooled;
  std::unordered_map<std::string, Eigen::Index> place;
  pooled.count = affinity.front().release.count;
  for (const ReleasedTask& released : affinity) {
    SOTTO_ASSIGN_OR_RETURN(const auto* items, AffinityItems(released));
    pooled.count = std::min(pooled.count, released.release.count);
    for (const std::string& item : *items) {
      if (place.emplace(item, static_cast<Eigen::Index>(pooled.items.size())).second) pooled.items.push_back(item);
    }
  }
  const auto size = static_cast<Eigen::Index>(pooled.items.size());
  Matrix tasks = Matrix::Zero(size, size);
  Eigen::MatrixXd variance = Eigen::MatrixXd::Zero(size, size);
  pooled.gram = Matrix::Zero(size, size);
  for (const ReleasedTask& released : affinity) {
    SOTTO_ASSIGN_OR_RETURN(const auto* items, AffinityItems(released));
    const Matrix gram = SymmetricOf(released.release.sums, items->size());
    for (size_t i = 0; i < items->size(); ++i) {
      const Eigen::Index row = place[(*items)[i]];
      for (size_t j = 0; j < items->size(); ++j) {
        const Eigen::Index column = place[(*items)[j]];
        pooled.gram(row, column) += gram(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
        tasks(row, column) += 1;
        variance(row, column) += released.release.noise_variance;
      }
    }
  }
  Eigen::Index row = 0;
  Eigen::Index column = 0;
  if (tasks.minCoeff(&row, &column) == 0) {
    return Invalid("no task has the items " + pooled.items[static_cast<size_t>(row)] + " and " +
                   pooled.items[static_cast<size_t>(column)] + " together.");
  }
  pooled.gram = pooled.gram.cwiseQuotient(tasks).eval();
  pooled.noise_variance = variance.cwiseQuotient(tasks.cwiseAbs2().cast<double>()).mean();
  return pooled;
}

double EaseL2(const PooledGram& pooled) {
  const auto items = static_cast<double>(pooled.items.size());
  const auto count = static_cast<double>(pooled.count);
  return std::sqrt(items * (pooled.noise_variance + kSamplingVariance * std::max(count, 1.0))) / 2;
}

Result<recommend::NamedModel> AffinityModel(std::span<const ReleasedTask> affinity, const Matrix& memberships,
                                            const std::string& version) {
  SOTTO_RETURN_IF_ERROR(CheckVersion(version));
  SOTTO_ASSIGN_OR_RETURN(PooledGram pooled, PoolAffinity(affinity));
  SOTTO_RETURN_IF_ERROR(CheckMemberships(memberships, pooled.items.size()));
  SOTTO_ASSIGN_OR_RETURN(HeadWeights weights, FitHead(pooled, memberships));
  SOTTO_ASSIGN_OR_RETURN(recommend::EaseModel model, recommend::EaseModel::Create(std::move(weights.ease)));
  return recommend::NamedModel{{.version = version, .catalogue = "", .items = std::move(pooled.items)},
                               std::make_shared<const recommend::EaseModel>(std::move(model))};
}

Result<recommend::NamedModel> CatalogueModel(const ReleasedTask& popularity, std::span<const ReleasedTask> affinity,
                                             const Matrix& memberships, const std::string& version) {
  SOTTO_RETURN_IF_ERROR(CheckVersion(version));
  SOTTO_ASSIGN_OR_RETURN(const auto* items, PopularityItems(popularity));
  SOTTO_RETURN_IF_ERROR(CheckMemberships(memberships, items->size()));
  SOTTO_ASSIGN_OR_RETURN(const PooledGram pooled, PoolAffinity(affinity));
  const auto places = PlacesOf(*items);
  recommend::TasteParts parts;
  Matrix of_head(static_cast<Eigen::Index>(pooled.items.size()), memberships.cols());
  for (const std::string& item : pooled.items) {
    const auto found = places.find(item);
    if (found == places.end()) {
      return Error{ErrorCode::kMismatch, "item " + item + " is in no popularity task.",
                   "Both must be of one catalogue."};
    }
    of_head.row(static_cast<Eigen::Index>(parts.head.size())) = memberships.row(found->second);
    parts.head.push_back(found->second);
  }
  SOTTO_ASSIGN_OR_RETURN(HeadWeights weights, FitHead(pooled, of_head));
  const Release& counts = popularity.release;
  const std::vector<double> expected = ExpectedCounts(counts.sums, memberships);
  const std::vector<double> shrunk = ShrunkCounts(counts.sums, counts.noise_variance, expected);
  for (const double count : shrunk) parts.popularity.push_back(static_cast<float>(count));
  parts.memberships = memberships;
  parts.head_weights = std::move(weights.beyond_popularity);
  SOTTO_ASSIGN_OR_RETURN(recommend::TasteModel model, recommend::TasteModel::Create(std::move(parts)));
  return recommend::NamedModel{{.version = version, .catalogue = "", .items = *items},
                               std::make_shared<const recommend::TasteModel>(std::move(model))};
}

}  // namespace sotto::federation
