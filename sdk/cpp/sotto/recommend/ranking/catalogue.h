// The products of a room, and what ranking works out from them once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/content.h"
#include "sotto/recommend/ranking/habits.h"
#include "sotto/recommend/ranking/quantised_rows.h"

namespace sotto::recommend {

class Catalogue {
 public:
  // Errors as Ranker::Create.
  static Result<Catalogue> Create(std::vector<Product> products, const Matrix& content);

  size_t size() const { return products_.size(); }
  const std::vector<Product>& products() const { return products_; }
  const ProductTraits& traits(uint32_t product) const { return traits_[product]; }
  const QuantisedRows& content() const { return content_; }

  // Interned names; [0] is "" in each.
  const std::vector<std::string>& categories() const { return categories_; }
  const std::vector<std::string>& tops() const { return tops_; }
  uint32_t top_of(uint32_t category) const { return top_of_[category]; }
  const std::vector<std::string>& brands() const { return brands_; }
  bool prices_differ() const { return prices_differ_; }  // within some top-level category

  // For each of `ids` the product's number, or -1.
  std::vector<int32_t> Find(const std::vector<std::string>& ids) const;

  // By category's number: whether it is `prefix` or lies under it.
  std::vector<bool> CategoriesUnder(std::string_view prefix) const;

 private:
  Catalogue() = default;
  void RankPrices();

  std::vector<Product> products_;
  std::vector<ProductTraits> traits_;
  QuantisedRows content_;
  std::vector<std::string> categories_;
  std::vector<std::string> tops_;
  std::vector<uint32_t> top_of_;  // by category
  std::vector<std::string> brands_;
  bool prices_differ_ = false;
};

}  // namespace sotto::recommend
