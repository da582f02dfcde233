#include "sotto/recommend/ranking/catalogue.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "sotto/recommend/content.h"
#include "sotto/recommend/ranking/ranker.h"
#include "sotto/recommend/ranking/rules.h"

namespace sotto::recommend {
namespace {

Status Check(const std::vector<Product>& products, const Matrix& content) {
  if (products.empty()) return Error{ErrorCode::kInvalidArgument, "the catalogue is empty.", "Give it products."};
  if (products.size() > Ranker::kMaxProducts) {
    return Error{ErrorCode::kResourceExhausted,
                 "the catalogue has " + std::to_string(products.size()) + " products, more than 100000.", ""};
  }
  if (static_cast<size_t>(content.rows()) != products.size()) {
    return Error{
        ErrorCode::kInvalidArgument,
        std::to_string(content.rows()) + " content vectors for " + std::to_string(products.size()) + " products.",
        "Give one row for each."};
  }
  return CheckProducts(products);
}

// Numbers names in the order of their first use; "" is 0.
class Names {
 public:
  explicit Names(std::vector<std::string>& names) : names_(names) { Number(""); }

  uint32_t Number(std::string_view name) {
    const auto [found, is_new] = numbers_.emplace(std::string(name), static_cast<uint32_t>(names_.size()));
    if (is_new) names_.emplace_back(name);
    return found->second;
  }

 private:
  std::vector<std::string>& names_;
  std::unordered_map<std::string, uint32_t> numbers_;
};

}  // namespace

Result<Catalogue> Catalogue::Create(std::vector<Product> products, const Matrix& content) {
  SOTTO_RETURN_IF_ERROR(Check(products, content));
  Catalogue made;
  SOTTO_ASSIGN_OR_RETURN(made.content_, QuantisedRows::Create(content));
  Names categories(made.categories_);
  Names tops(made.tops_);
  Names brands(made.brands_);
  made.traits_.reserve(products.size());
  for (const Product& product : products) {
    const std::string_view path = product.category;
    made.traits_.push_back({.category = categories.Number(path),
                            .top = tops.Number(path.substr(0, path.find('/'))),
                            .brand = brands.Number(product.brand)});
  }
  for (const std::string_view path : made.categories_)
    made.top_of_.push_back(tops.Number(path.substr(0, path.find('/'))));
  made.products_ = std::move(products);
  made.RankPrices();
  return made;
}

void Catalogue::RankPrices() {
  std::vector<uint32_t> order(size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](uint32_t p) { return std::pair(traits_[p].top, products_[p].price); });
  const auto same_top = [&](size_t a, size_t b) { return traits_[order[a]].top == traits_[order[b]].top; };
  const auto same_price = [&](size_t a, size_t b) { return products_[order[a]].price == products_[order[b]].price; };
  for (size_t top = 0; top < order.size();) {
    size_t end = top;
    while (end < order.size() && same_top(top, end)) ++end;
    for (size_t price = top; price < end;) {
      size_t next = price;
      while (next < end && same_price(price, next)) ++next;
      const double cheaper = static_cast<double>(price - top) + static_cast<double>(next - price) / 2;
      for (size_t i = price; i < next; ++i) {
        traits_[order[i]].price_rank = static_cast<float>(cheaper / static_cast<double>(end - top));
      }
      prices_differ_ = prices_differ_ || next < end;
      price = next;
    }
    top = end;
  }
}

std::vector<int32_t> Catalogue::Find(const std::vector<std::string>& ids) const {
  std::unordered_map<std::string_view, int32_t> numbers;
  numbers.reserve(size());
  for (size_t i = 0; i < size(); ++i) numbers.emplace(products_[i].id, static_cast<int32_t>(i));
  std::vector<int32_t> found;
  found.reserve(ids.size());
  for (const std::string& id : ids) {
    const auto at = numbers.find(id);
    found.push_back(at == numbers.end() ? -1 : at->second);
  }
  return found;
}

std::vector<bool> Catalogue::CategoriesUnder(std::string_view prefix) const {
  std::vector<bool> under(categories_.size());
  for (size_t i = 0; i < under.size(); ++i) under[i] = LiesUnder(categories_[i], prefix);
  return under;
}

}  // namespace sotto::recommend
