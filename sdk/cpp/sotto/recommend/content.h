// Content vectors: what a product is like, from its title (hashed character n-grams), category path, price, brand and
// picture. They need no viewer at all, so they rank a product first seen now.
//
//   title     the distinct n-grams of the title (content_titles.h), hashed with a sign into `dimensions` columns
//             (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009). An n-gram that `f`
//             products have weighs 1 / sqrt(f), so that "50 g" says less than "oolong", and no logarithm is needed
//             whose last bit platforms disagree about
//   category  every prefix of the path, "tea" and "tea/green", as a fixed vector of signs in 128 columns: two products
//             of one branch share the prefixes that they have in common
//   price     its place on a scale of octaves, shared between the two nearest of 33 columns that are two octaves apart
//   brand     a fixed vector of signs in 128 columns, which are there if any product has a brand
//   image     the picture's own vector, as it was embedded elsewhere, in as many columns
//
// This file knows n-grams as numbers alone, so that a program which gets them ready-made links no text module.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/matrix.h"

namespace sotto::recommend {

struct Product {
  std::string id;                 // 1 to 64 bytes, unique
  std::string title;              // UTF-8, any languages together, at most 64 KiB
  std::string category;           // path such as "tea/green", at most 256 bytes; may be empty
  int64_t price = 0;              // minor units, >= 0
  std::string brand = {};         // at most 256 bytes; may be empty
  std::vector<float> image = {};  // finite; of all products that have one as long, at most 1,024; may be empty
};

struct ContentOptions {
  int32_t dimensions = 256;   // of the hashed title; 16 to 4,096
  float title_weight = 1.0f;  // each part is a unit vector times its weight; 0 to 1,000
  float category_weight = 0.8f;
  float price_weight = 0.3f;
  float brand_weight = 0.5f;
  float image_weight = 1.0f;
};

// The distinct hashed n-grams of one title, ascending.
using TitleNgrams = std::vector<uint32_t>;

// Errors: kInvalidArgument (empty, too long or repeated id, category or brand too long, negative price, an image that
// is not finite, too long, or of another length than an earlier one), naming the product.
Status CheckProducts(std::span<const Product> products);

// One unit row for each product, products x columns; a dot product of two rows is their cosine. A product of which the
// weights leave nothing (say, no title and no category, and price_weight 0) has a row of zeros.
//   titles  one for each product; the products' own `title` is not looked at
// The same bits on every platform, and for every order of the products.
// Errors: those of CheckProducts; kInvalidArgument for n-grams that do not ascend, naming the title, for options out of
// range, or another number of titles.
Result<Matrix> ContentVectors(std::span<const Product> products, std::span<const TitleNgrams> titles,
                              const ContentOptions& options);

}  // namespace sotto::recommend
