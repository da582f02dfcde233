#include "sotto/recommend/content_titles.h"

#include <string>
#include <utility>

#include "sotto/text/ngrams.h"
#include "sotto/text/normalise.h"

namespace sotto::recommend {
namespace {

constexpr uint32_t kMinNgram = 1;
constexpr uint32_t kMaxNgram = 3;

}  // namespace

Result<std::vector<TitleNgrams>> TitlesOf(std::span<const Product> products) {
  std::vector<TitleNgrams> titles(products.size());
  for (size_t i = 0; i < products.size(); ++i) {
    const auto normalised = text::Normalise(products[i].title);
    if (!normalised.ok()) {
      return Error{ErrorCode::kInvalidArgument,
                   "products[" + std::to_string(i) + "].title: " + normalised.error().message, normalised.error().hint};
    }
    text::DistinctHashes(normalised.value().symbols, kMinNgram, kMaxNgram, titles[i]);
  }
  return titles;
}

Result<Matrix> ContentVectors(std::span<const Product> products, const ContentOptions& options) {
  SOTTO_ASSIGN_OR_RETURN(const std::vector<TitleNgrams> titles, TitlesOf(products));
  return ContentVectors(products, titles, options);
}

}  // namespace sotto::recommend
