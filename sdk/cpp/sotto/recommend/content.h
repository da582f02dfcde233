// Content vectors: what a product is like, from its title (hashed character n-grams), category path and price. They
// need no viewer at all, so they rank a product first seen now.
//
//   title     1- to 3-grams of the normalised title, each once, hashed with a sign into `dimensions` columns
//             (Weinberger et al. 2009). An n-gram that `f` products have weighs 1 / sqrt(f), so that "50 g" says less
//             than "oolong", and no logarithm is needed whose last bit platforms disagree about
//   category  every prefix of the path, "tea" and "tea/green", as a fixed vector of signs in 128 columns: two products
//             of one branch share the prefixes that they have in common
//   price     its place on a scale of octaves, shared between the two nearest of 33 columns that are two octaves apart
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

struct Product {
  std::string id;          // 1 to 64 bytes, unique
  std::string title;       // UTF-8, any languages together, at most 64 KiB
  std::string category;    // path such as "tea/green", at most 256 bytes; may be empty
  int64_t price = 0;       // minor units, >= 0
  std::string brand = {};  // at most 256 bytes; may be empty
};

struct ContentOptions {
  int32_t dimensions = 256;   // of the hashed title; 16 to 4,096
  float title_weight = 1.0f;  // each part is a unit vector times its weight; 0 to 1,000
  float category_weight = 0.8f;
  float price_weight = 0.3f;
};

// One unit row for each product, products x columns; a dot product of two rows is their cosine. A product of which the
// weights leave nothing (say, no title and no category, and price_weight 0) has a row of zeros.
// The same bits on every platform, and for every order of the products.
// Errors: kInvalidArgument (empty, too long or repeated id, category too long, negative price, title too long or not
// UTF-8), naming the product, and for options out of range.
Result<Matrix> ContentVectors(std::span<const Product> products, const ContentOptions& options);

}  // namespace sotto::recommend
