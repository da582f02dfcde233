// Content vectors: what a product is like, from its title (hashed character n-grams), category path and price. They
// need no viewer at all, so they rank a product first seen now.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

struct Product {
  std::string id;        // 1 to 64 bytes, unique
  std::string title;     // UTF-8, any languages together
  std::string category;  // path such as "tea/green"; may be empty
  int64_t price = 0;     // minor units, >= 0
};

struct ContentOptions {
  int32_t dimensions = 128;   // of the hashed title; 16 to 4,096
  float title_weight = 1.0f;  // each part is a unit vector times its weight; >= 0
  float category_weight = 0.8f;
  float price_weight = 0.3f;
};

// One unit row for each product, products x columns; a dot product of two rows is their cosine.
// Errors: kInvalidArgument (empty or repeated id, negative price, options out of range, title not UTF-8).
Result<Matrix> ContentVectors(std::span<const Product> products, const ContentOptions& options);

}  // namespace sotto::recommend
