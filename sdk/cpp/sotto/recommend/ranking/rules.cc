#include "sotto/recommend/ranking/rules.h"

#include <unordered_set>

namespace sotto::recommend {
namespace {

constexpr float kMaxFactor = 1000;

Error Wrong(const char* list, size_t index, const std::string& what) {
  return {ErrorCode::kInvalidArgument, std::string(list) + "[" + std::to_string(index) + "]" + what, ""};
}

std::string Outside(uint32_t product, size_t products) {
  return "product is " + std::to_string(product) + ", the catalogue has " + std::to_string(products) + " products.";
}

Status CheckTarget(const Target& target, size_t products, const char* list, size_t index) {
  if (target.product) {
    if (*target.product >= products) return Wrong(list, index, "." + Outside(*target.product, products));
    return {};
  }
  if (target.category.empty()) return Wrong(list, index, " names neither a product nor a category.");
  return {};
}

}  // namespace

bool LiesUnder(std::string_view category, std::string_view prefix) {
  return category.starts_with(prefix) && (category.size() == prefix.size() || category[prefix.size()] == '/');
}

Status CheckRules(const Rules& rules, size_t products) {
  for (const size_t count : {rules.pins.size(), rules.boosts.size(), rules.caps.size(), rules.exclusions.size()}) {
    if (count > kMaxRules) {
      return Error{ErrorCode::kResourceExhausted, std::to_string(count) + " rules of one kind, more than 1024.", ""};
    }
  }
  std::unordered_set<uint32_t> pinned;
  std::unordered_set<uint32_t> places;
  for (size_t i = 0; i < rules.pins.size(); ++i) {
    const Pin& pin = rules.pins[i];
    if (pin.product >= products) return Wrong("pins", i, "." + Outside(pin.product, products));
    if (pin.place > kMaxPlace) return Wrong("pins", i, ".place is above 1000000.");
    if (!pinned.insert(pin.product).second) return Wrong("pins", i, ".product is pinned already.");
    if (!places.insert(pin.place).second) return Wrong("pins", i, ".place is taken already.");
  }
  for (size_t i = 0; i < rules.boosts.size(); ++i) {
    const Boost& boost = rules.boosts[i];
    SOTTO_RETURN_IF_ERROR(CheckTarget(boost.target, products, "boosts", i));
    if (!(boost.factor >= 1 / kMaxFactor && boost.factor <= kMaxFactor)) {
      return Wrong("boosts", i, ".factor is not from 0.001 to 1000.");
    }
  }
  for (size_t i = 0; i < rules.caps.size(); ++i) {
    if (rules.caps[i].category.empty() == rules.caps[i].brand.empty()) {
      return Wrong("caps", i, " is not of a category or a brand, one of the two.");
    }
    if (rules.caps[i].most > kMaxPlace) return Wrong("caps", i, ".most is above 1000000.");
  }
  for (size_t i = 0; i < rules.exclusions.size(); ++i) {
    SOTTO_RETURN_IF_ERROR(CheckTarget(rules.exclusions[i], products, "exclusions", i));
  }
  return {};
}

}  // namespace sotto::recommend
