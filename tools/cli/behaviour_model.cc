#include "tools/cli/behaviour_model.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <string_view>

namespace sotto::cli {
namespace {

constexpr size_t kMinEngaged = 3;
constexpr size_t kMaxEngaged = 8;
constexpr size_t kProductsForATaste = 8;
constexpr uint64_t kFromTaste = 70;     // of 100 draws
constexpr uint64_t kFromCategory = 15;  // the rest is by popularity

Status Shuffle(std::vector<uint32_t>& values, RandomSource& random) {
  for (size_t i = values.size(); i > 1; --i) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t j, random.Below(i));
    std::swap(values[i - 1], values[static_cast<size_t>(j)]);
  }
  return {};
}

Result<uint32_t> OneOf(const std::vector<uint32_t>& values, RandomSource& random) {
  SOTTO_ASSIGN_OR_RETURN(const uint64_t place, random.Below(values.size()));
  return values[static_cast<size_t>(place)];
}

}  // namespace

Result<BehaviourModel> BehaviourModel::Create(std::span<const recommend::Product> catalogue, uint64_t seed) {
  if (catalogue.size() < kMaxEngaged) {
    return Error{ErrorCode::kInvalidArgument,
                 "the catalogue has " + std::to_string(catalogue.size()) + " products, a crowd needs 8 or more.", ""};
  }
  BehaviourModel model;
  std::map<std::string_view, std::vector<uint32_t>> by_category;
  for (uint32_t product = 0; product < catalogue.size(); ++product) {
    const std::string_view path = catalogue[product].category;
    by_category[path.substr(0, path.find('/'))].push_back(product);
  }

  ChaCha20Source random(seed);
  model.category_of_.resize(catalogue.size());
  model.tastes_.resize(std::max<size_t>(2, catalogue.size() / kProductsForATaste));
  size_t dealt = 0;
  for (auto& [name, products] : by_category) {
    SOTTO_RETURN_IF_ERROR(Shuffle(products, random));
    for (const uint32_t product : products) {
      model.category_of_[product] = static_cast<uint32_t>(model.categories_.size());
      model.tastes_[dealt++ % model.tastes_.size()].push_back(product);
    }
    model.categories_.push_back(products);
  }

  std::vector<uint32_t> place(catalogue.size());
  for (uint32_t product = 0; product < place.size(); ++product) place[product] = product + 1;
  SOTTO_RETURN_IF_ERROR(Shuffle(place, random));
  uint64_t sum = 0;
  for (const uint32_t at : place) {
    sum += static_cast<uint64_t>(1e6 / std::sqrt(at));
    model.popularity_.push_back(sum);
  }
  return model;
}

Result<std::vector<uint32_t>> BehaviourModel::Viewer(RandomSource& random) const {
  SOTTO_ASSIGN_OR_RETURN(const uint64_t taste, random.Below(tastes_.size()));
  SOTTO_ASSIGN_OR_RETURN(const uint64_t more, random.Below(kMaxEngaged - kMinEngaged + 1));
  std::vector<uint32_t> engaged;
  while (engaged.size() < kMinEngaged + more) {
    SOTTO_ASSIGN_OR_RETURN(const uint64_t draw, random.Below(100));
    uint32_t product = 0;
    if (draw < kFromTaste) {
      SOTTO_ASSIGN_OR_RETURN(product, OneOf(tastes_[static_cast<size_t>(taste)], random));
    } else if (draw < kFromTaste + kFromCategory && !engaged.empty()) {
      SOTTO_ASSIGN_OR_RETURN(product, OneOf(categories_[category_of_[engaged.front()]], random));
    } else {
      SOTTO_ASSIGN_OR_RETURN(product, ByPopularity(random));
    }
    if (std::ranges::find(engaged, product) == engaged.end()) engaged.push_back(product);
  }
  return engaged;
}

Result<uint32_t> BehaviourModel::ByPopularity(RandomSource& random) const {
  SOTTO_ASSIGN_OR_RETURN(const uint64_t drawn, random.Below(popularity_.back()));
  return static_cast<uint32_t>(std::ranges::upper_bound(popularity_, drawn) - popularity_.begin());
}

}  // namespace sotto::cli
