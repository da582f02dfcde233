// Titles as content vectors read them: normalised (sotto/text/normalise.h), then their character n-grams.
#pragma once

#include <span>
#include <vector>

#include "sotto/base/result.h"
#include "sotto/recommend/content.h"

namespace sotto::recommend {

// The distinct 1- to 3-grams of each product's normalised title. The same on every platform.
// Errors: kInvalidArgument for a title that is too long or not UTF-8, naming the product.
Result<std::vector<TitleNgrams>> TitlesOf(std::span<const Product> products);

// The content vectors of products whose titles nobody has read yet. Errors: those of TitlesOf, and of the other.
Result<Matrix> ContentVectors(std::span<const Product> products, const ContentOptions& options);

}  // namespace sotto::recommend
