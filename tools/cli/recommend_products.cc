#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "sotto/base/bytes.h"
#include "tools/cli/files.h"
#include "tools/cli/recommend_formats.h"

namespace sotto::cli {
namespace {

constexpr size_t kMaxProductBytes = size_t{256} << 20;
constexpr std::array<std::string_view, 5> kColumns = {"id", "title", "category", "price", "brand"};
constexpr double kMinorUnits = 100;

// Which field of a line has each of kColumns.
using Places = std::array<std::optional<size_t>, kColumns.size()>;

std::optional<Places> PlacesInHeader(const std::vector<std::string_view>& fields) {
  Places places;
  for (size_t column = 0; column < kColumns.size(); ++column) {
    const auto found = std::ranges::find(fields, kColumns[column]);
    if (found != fields.end()) places[column] = static_cast<size_t>(found - fields.begin());
  }
  if (places[0] && places[1]) return places;
  return std::nullopt;
}

}  // namespace

Status ReadProducts(const std::string& path, Dataset& data) {
  const std::string hint =
      "A line is: id <tab> title [<tab> category [<tab> price [<tab> brand]]]; a price is a number, 0 or more.";
  SOTTO_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, kMaxProductBytes));
  Lines lines({reinterpret_cast<const char*>(file.data()), file.size()}, path);
  const bool all = data.items.size() == 0;
  Places places = {0, 1, 2, 3, 4};
  for (bool first = true; lines.Next(); first = false) {
    const auto fields = FieldsBetween(lines.line(), "\t");
    if (const auto header = PlacesInHeader(fields); first && header) {
      places = *header;
      continue;
    }
    const auto field = [&](size_t column) -> std::string_view {
      const auto& place = places[column];
      return place && *place < fields.size() ? fields[*place] : std::string_view();
    };
    if (field(0).empty()) return lines.Malformed("there is no id.", hint);
    if (places[1].value_or(0) >= fields.size()) return lines.Malformed("there is no title.", hint);
    recommend::Product product;
    product.title = field(1);
    product.category = field(2);
    product.brand = field(4);
    double price = 0;
    if (!field(3).empty() && (!ReadNumber(field(3), price) || price < 0 || price > 1e15)) {
      return lines.Malformed("the price is not a number of 0 or more.", hint);
    }
    product.price = std::llround(price * kMinorUnits);
    const uint32_t item = all ? data.items.Number(field(0)) : data.items.Find(field(0));
    if (item != Names::kNone) data.products[item] = std::move(product);
  }
  return {};
}

}  // namespace sotto::cli
