#include "tools/cli/swarm_features.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sotto::cli {
namespace {

constexpr std::array kPeriods = {1930, 1940, 1950, 1960, 1970, 1980, 1985, 1990, 1995, 2000};

using Cells = std::vector<std::pair<uint32_t, float>>;  // column, share

std::vector<std::string_view> TagsOf(std::string_view title) {
  std::vector<std::string_view> tags;
  for (size_t open = title.find('['); open != std::string_view::npos; open = title.find('[', open + 1)) {
    const size_t close = title.find(']', open);
    if (close == std::string_view::npos) break;
    const auto tag = title.substr(open + 1, close - open - 1);
    if (!tag.empty() && std::ranges::find(tags, tag) == tags.end()) tags.push_back(tag);
  }
  return tags;
}

// The last "(1995)", or 0.
int YearOf(std::string_view title) {
  for (size_t open = title.rfind('('); open != std::string_view::npos && open > 0; open = title.rfind('(', open - 1)) {
    if (open + 5 >= title.size() || title[open + 5] != ')') continue;
    int year = 0;
    bool digits = true;
    for (size_t i = open + 1; i <= open + 4; ++i) {
      digits = digits && title[i] >= '0' && title[i] <= '9';
      year = year * 10 + (title[i] - '0');
    }
    if (digits) return year;
  }
  return 0;
}

Cells PeriodOf(int year) {
  if (year == 0) return {};
  const int within = std::clamp(year, kPeriods.front(), kPeriods.back() - 1);
  const auto next = std::ranges::upper_bound(kPeriods, within);
  const auto at = static_cast<uint32_t>(next - kPeriods.begin()) - 1;
  const int capped = std::clamp(year, kPeriods.front(), kPeriods.back());
  const float share = static_cast<float>(capped - kPeriods[at]) / static_cast<float>(kPeriods[at + 1] - kPeriods[at]);
  return {{at, 1 - share}, {at + 1, share}};
}

}  // namespace

recommend::Matrix MembershipsOf(std::span<const recommend::Product> products) {
  std::map<std::string, uint32_t> columns;
  const auto column = [&](std::string name) {
    return columns.emplace(std::move(name), static_cast<uint32_t>(columns.size())).first->second;
  };
  for (size_t i = 0; i < kPeriods.size(); ++i) column("year " + std::to_string(kPeriods[i]));
  std::vector<uint32_t> period_columns;
  for (const int period : kPeriods) period_columns.push_back(columns.at("year " + std::to_string(period)));

  std::vector<Cells> rows;
  for (const recommend::Product& product : products) {
    Cells& row = rows.emplace_back();
    const auto tags = TagsOf(product.title);
    for (const std::string_view tag : tags) {
      row.emplace_back(column("tag " + std::string(tag)), 1.0F / static_cast<float>(tags.size()));
    }
    for (const auto& [period, share] : PeriodOf(YearOf(product.title))) row.emplace_back(period_columns[period], share);
    const std::string category = product.category.substr(0, product.category.find('/'));
    if (!category.empty()) row.emplace_back(column("category " + category), 1.0F);
    if (!product.brand.empty()) row.emplace_back(column("brand " + product.brand), 1.0F);
  }
  recommend::Matrix memberships =
      recommend::Matrix::Zero(static_cast<Eigen::Index>(products.size()), static_cast<Eigen::Index>(columns.size()));
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [at, share] : rows[i]) {
      memberships(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(at)) = share;
    }
  }
  return memberships;
}

}  // namespace sotto::cli
