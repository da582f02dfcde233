#include "sotto/federation/task_fields.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace sotto::federation {
namespace {

bool IsTaskIdCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

Error Invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

}  // namespace

Status ValidateTaskId(const std::string& id) {
  if (id.empty() || id.size() > kMaxIdBytes || !std::all_of(id.begin(), id.end(), IsTaskIdCharacter)) {
    return Invalid("task.id is not 1 to 64 letters, digits, '_' or '-'.", "");
  }
  return {};
}

Status ValidateItems(const std::vector<std::string>& items, size_t least, size_t most) {
  if (items.size() < least || items.size() > most) {
    return Invalid("task.items has " + std::to_string(items.size()) + " items.",
                   "Give " + std::to_string(least) + " to " + std::to_string(most) + ".");
  }
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].empty() || items[i].size() > kMaxIdBytes) {
      return Invalid("task.items[" + std::to_string(i) + "] has " + std::to_string(items[i].size()) + " bytes.",
                     "A product id has 1 to 64.");
    }
    if (!seen.insert(items[i]).second) {
      return Invalid("task.items[" + std::to_string(i) + "] repeats an item.", "Name every item once.");
    }
  }
  return {};
}

Status ValidateMaxItems(uint32_t max_items, size_t items) {
  if (max_items < 1 || max_items > items) {
    return Invalid("task.max_items is " + std::to_string(max_items) + ".",
                   "It must be from 1 to the number of items, " + std::to_string(items) + ".");
  }
  return {};
}

Status ValidateSigmaSquared(privacy::Rational sigma_squared) {
  const auto gaussian = privacy::DiscreteGaussian::Create(sigma_squared);
  if (!gaussian.ok()) return Invalid("task." + gaussian.error().message, gaussian.error().hint);
  return {};
}

}  // namespace sotto::federation
