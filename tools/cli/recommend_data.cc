#include "tools/cli/recommend_data.h"

#include <filesystem>

#include "tools/cli/recommend_formats.h"

namespace sotto::cli {

uint32_t Names::Number(std::string_view name) {
  if (const auto found = numbers_.find(name); found != numbers_.end()) return found->second;
  const auto number = size();
  all_.emplace_back(name);
  numbers_.emplace(name, number);
  return number;
}

uint32_t Names::Find(std::string_view name) const {
  const auto found = numbers_.find(name);
  return found == numbers_.end() ? kNone : found->second;
}

Result<Dataset> ReadDataset(const DataOptions& options) {
  Dataset data;
  const auto read = [&](const std::string& path, std::vector<recommend::Interaction>& events) {
    return ReadEvents(path, {data, events, options.min_rating});
  };
  if (options.data.empty()) {
    SOTTO_RETURN_IF_ERROR(read(options.train, data.events));
    SOTTO_RETURN_IF_ERROR(read(options.test, data.test));
  } else if (std::filesystem::is_directory(options.data)) {
    SOTTO_RETURN_IF_ERROR(ReadFolder(options.data, options.min_rating, data));
  } else {
    SOTTO_RETURN_IF_ERROR(read(options.data, data.events));
  }
  if (data.events.empty()) {
    return Error{ErrorCode::kInvalidArgument,
                 (options.data.empty() ? options.train : options.data) + " holds no interactions.", ""};
  }
  if (!options.products.empty()) SOTTO_RETURN_IF_ERROR(ReadProducts(options.products, data));
  if (!options.negatives.empty()) {
    SOTTO_RETURN_IF_ERROR(ReadNegatives(
        options.negatives, [&](std::string_view user) { return data.users.Find(user); },
        [&](std::string_view item) { return data.items.Number(item); }, data));
  }
  return data;
}

std::vector<recommend::Product> ProductsInOrder(const Dataset& data) {
  std::vector<recommend::Product> products;
  products.reserve(data.items.size());
  for (uint32_t item = 0; item < data.items.size(); ++item) {
    const auto found = data.products.find(item);
    products.push_back(found == data.products.end() ? recommend::Product{} : found->second);
    products.back().id = data.items.all()[item];
  }
  return products;
}

}  // namespace sotto::cli
