#include "sotto/recommend/content.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "sotto/base/fnv1a.h"

namespace sotto::recommend {
namespace {

constexpr size_t kSignColumns = 128;  // of a category and of a brand
constexpr size_t kPriceColumns = 33;
constexpr size_t kMaxIdBytes = 64;
constexpr size_t kMaxPathBytes = 256;
constexpr size_t kMaxImageColumns = 1024;
constexpr float kMaxWeight = 1000;

using Row = std::vector<double>;

Error Invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

Status CheckOptions(const ContentOptions& options) {
  if (options.dimensions < 16 || options.dimensions > 4096) {
    return Invalid("dimensions is " + std::to_string(options.dimensions) + ".", "It must be from 16 to 4096.");
  }
  for (const float weight : {options.title_weight, options.category_weight, options.price_weight, options.brand_weight,
                             options.image_weight}) {
    if (!(weight >= 0 && weight <= kMaxWeight)) {
      return Invalid("a content weight is " + std::to_string(weight) + ".", "It must be from 0 to 1000.");
    }
  }
  return {};
}

Status CheckImage(const std::vector<float>& image, size_t columns, const std::string& where) {
  if (image.empty()) return {};
  if (image.size() > kMaxImageColumns) {
    return Invalid(where + ".image has " + std::to_string(image.size()) + " numbers.", "It may have 1024.");
  }
  if (image.size() != columns) {
    return Invalid(where + ".image has " + std::to_string(image.size()) + " numbers, an earlier one has " +
                       std::to_string(columns) + ".",
                   "Embed all pictures with one model.");
  }
  if (!std::ranges::all_of(image, [](float value) { return std::isfinite(value); })) {
    return Invalid(where + ".image holds a NaN or an infinity.", "");
  }
  return {};
}

// The length of the first image; 0 if no product has one.
size_t ImageColumns(std::span<const Product> products) {
  const auto first = std::ranges::find_if(products, [](const Product& product) { return !product.image.empty(); });
  return first == products.end() ? 0 : first->image.size();
}

Status CheckTitles(std::span<const TitleNgrams> titles, size_t products) {
  if (titles.size() != products) {
    return Invalid(std::to_string(titles.size()) + " titles for " + std::to_string(products) + " products.", "");
  }
  for (size_t i = 0; i < titles.size(); ++i) {
    if (std::ranges::adjacent_find(titles[i], std::ranges::greater_equal{}) == titles[i].end()) continue;
    return Invalid("titles[" + std::to_string(i) + "] does not ascend.", "Give each n-gram once, ascending.");
  }
  return {};
}

// Adds `part`, scaled to the length `weight`, to `row` from `column` on; a part of zeros adds nothing.
void AddPart(std::span<const double> part, double weight, Row& row, size_t column) {
  double squares = 0;
  for (const double value : part) squares += value * value;
  if (squares == 0) return;
  const double scale = weight / std::sqrt(squares);
  for (size_t i = 0; i < part.size(); ++i) row[column + i] += scale * part[i];
}

using Frequencies = std::unordered_map<uint32_t, uint32_t>;

Row TitlePart(std::span<const uint32_t> ngrams, const Frequencies& frequencies, size_t dimensions) {
  Row part(dimensions, 0);
  for (const uint32_t hash : ngrams) {
    const double weight = 1 / std::sqrt(static_cast<double>(frequencies.at(hash)));
    part[(hash & 0x7FFFFFFFU) % dimensions] += (hash >> 31) != 0 ? -weight : weight;
  }
  return part;
}

// 64 well-mixed bits (the finaliser of SplitMix64; Steele, Lea, Flood, OOPSLA 2014).
uint64_t Mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return bits ^ (bits >> 31);
}

// Adds the fixed signs of a name.
void AddSigns(std::string_view name, Row& part) {
  const uint64_t hash = Fnv1a64(AsBytes(name));
  for (size_t word = 0; word < kSignColumns / 64; ++word) {
    const uint64_t signs = Mix(hash + word);
    for (size_t bit = 0; bit < 64; ++bit) part[64 * word + bit] += (signs >> bit & 1U) != 0 ? 1 : -1;
  }
}

Row CategoryPart(std::string_view path) {
  Row part(kSignColumns, 0);
  for (size_t end = 1; end <= path.size(); ++end) {
    if (end == path.size() || path[end] == '/') AddSigns(path.substr(0, end), part);
  }
  return part;
}

Row BrandPart(std::string_view brand) {
  Row part(kSignColumns, 0);
  if (!brand.empty()) AddSigns(brand, part);
  return part;
}

Row PricePart(int64_t price) {
  const uint64_t whole = std::max<uint64_t>(1, static_cast<uint64_t>(price));
  const int octave = 63 - std::countl_zero(whole);
  // The logarithm to base 2, linear within an octave.
  const double place = (octave + std::ldexp(static_cast<double>(whole), -octave) - 1) / 2;
  const double floor = std::floor(place);
  Row part(kPriceColumns, 0);
  const auto column = static_cast<size_t>(floor);
  part[column] = 1 - (place - floor);
  part[column + 1] = place - floor;  // a 63-bit price is at most at 31.5
  return part;
}

}  // namespace

Status CheckProducts(std::span<const Product> products) {
  std::unordered_set<std::string_view> seen;
  const size_t image_columns = ImageColumns(products);
  for (size_t i = 0; i < products.size(); ++i) {
    const Product& product = products[i];
    const std::string where = "products[" + std::to_string(i) + "]";
    if (product.id.empty() || product.id.size() > kMaxIdBytes) {
      return Invalid(where + ".id has " + std::to_string(product.id.size()) + " bytes.", "It must have 1 to 64.");
    }
    if (!seen.insert(product.id).second) return Invalid(where + ".id repeats an earlier one.", "");
    if (product.category.size() > kMaxPathBytes) {
      return Invalid(where + ".category has " + std::to_string(product.category.size()) + " bytes.",
                     "It may have 256.");
    }
    if (product.brand.size() > kMaxPathBytes) {
      return Invalid(where + ".brand has " + std::to_string(product.brand.size()) + " bytes.", "It may have 256.");
    }
    SOTTO_RETURN_IF_ERROR(CheckImage(product.image, image_columns, where));
    if (product.price < 0) return Invalid(where + ".price is negative.", "Send minor units such as 12900.");
  }
  return {};
}

Result<Matrix> ContentVectors(std::span<const Product> products, std::span<const TitleNgrams> titles,
                              const ContentOptions& options) {
  SOTTO_RETURN_IF_ERROR(CheckOptions(options));
  SOTTO_RETURN_IF_ERROR(CheckProducts(products));
  SOTTO_RETURN_IF_ERROR(CheckTitles(titles, products.size()));

  Frequencies frequencies;
  for (const TitleNgrams& title : titles) {
    for (const uint32_t hash : title) ++frequencies[hash];
  }
  const bool branded = std::ranges::any_of(products, [](const Product& product) { return !product.brand.empty(); });
  const auto dimensions = static_cast<size_t>(options.dimensions);
  const size_t price_begin = dimensions + kSignColumns;
  const size_t brand_begin = price_begin + kPriceColumns;
  const size_t image_begin = brand_begin + (branded ? kSignColumns : 0);
  const size_t columns = image_begin + ImageColumns(products);
  Matrix vectors(static_cast<Eigen::Index>(products.size()), static_cast<Eigen::Index>(columns));
  for (size_t i = 0; i < products.size(); ++i) {
    const Product& product = products[i];
    Row row(columns, 0);
    AddPart(TitlePart(titles[i], frequencies, dimensions), options.title_weight, row, 0);
    AddPart(CategoryPart(product.category), options.category_weight, row, dimensions);
    AddPart(PricePart(product.price), options.price_weight, row, price_begin);
    if (branded) AddPart(BrandPart(product.brand), options.brand_weight, row, brand_begin);
    AddPart(Row(product.image.begin(), product.image.end()), options.image_weight, row, image_begin);
    Row unit(columns, 0);
    AddPart(row, 1, unit, 0);
    for (size_t column = 0; column < columns; ++column) {
      vectors(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(column)) = static_cast<float>(unit[column]);
    }
  }
  return vectors;
}

}  // namespace sotto::recommend
